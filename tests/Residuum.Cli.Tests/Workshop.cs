using Residuum.Images;

namespace Residuum.Cli.Tests;

/// <summary>A folder with what a test needs: a tiny network, a tiny data set, pictures; deleted afterwards.</summary>
sealed class Workshop : IDisposable
{
    const int Record = 1 + 3 * 32 * 32;

    /// <summary>A residual network of one block for 32x32 in ten classes, quick to train.</summary>
    public const string TinyNetwork = """
        {
          "kind": "resnet", "name": "tiny", "input": { "channels": 3, "height": 32, "width": 32 },
          "stem": { "convolutions": [ { "width": 4, "kernel": 3, "stride": 2, "bias": false } ], "maxPool": false },
          "stages": [ { "blocks": 1, "width": 4, "stride": 1 }, { "blocks": 1, "width": 8, "stride": 2 } ],
          "block": { "kind": "basic" }, "classes": 10, "shortcut": "projection", "epsilon": 1E-05, "momentum": 0.1
        }
        """;

    public string Folder { get; } = Directory.CreateTempSubdirectory("residuum-cli-").FullName;

    public string this[string name] => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>The tiny network's file.</summary>
    public string Network() => Write("tiny.json", TinyNetwork);

    /// <summary>A model file of the tiny network with random weights, which pass for trained ones.</summary>
    public string ModelFile(string name = "tiny.safetensors")
    {
        using var random = Model.Create(Models.NetworkSpec.FromFile(Network()), 1);
        using var model = new Model(random.Network, random.Weights);
        model.Save(this[name]);
        return this[name];
    }

    /// <summary>A folder in CIFAR-10's layout: 20 images in each of the five training files, 30 to test with; as DATA.</summary>
    public string Cifar()
    {
        Directory.CreateDirectory(this["cifar"]);
        for (var i = 1; i <= 5; i++) Write($"cifar/data_batch_{i}.bin", Records(20, i));
        Write("cifar/test_batch.bin", Records(30, 6));
        return $"cifar10:{this["cifar"]}";
    }

    public static byte[] Records(int count, int seed)
    {
        var bytes = new byte[count * Record];
        new Random(seed).NextBytes(bytes);
        for (var i = 0; i < count; i++) bytes[i * Record] = (byte)(i % 10);
        return bytes;
    }

    public string Picture(string name = "picture.png", int width = 40, int height = 36)
    {
        var image = new RgbImage(width, height);
        new Random(7).NextBytes(image.Pixels);
        Png.Write(this[name], image);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
