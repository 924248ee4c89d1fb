using Residuum.Images;
using Residuum.Models;
using Residuum.Training;

namespace Residuum.Web.Tests;

/// <summary>A folder with a small network's model, two snapshots of it and a picture; deleted afterwards.</summary>
public sealed class SmallRun : IDisposable
{
    static readonly ResNetSpec s_network = new("small", new ImageSize(3, 32, 32), StemSpec.Of3x3(16),
        [new StageSpec(2, 16), new StageSpec(1, 32, 2)], new BasicBlockSpec(), Classes: 4);

    public SmallRun()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "snapshots"));
        foreach (var (name, seed) in new[] { ("model", 1UL), ("snapshots/epoch-0000", 2UL), ("snapshots/epoch-0001", 3UL) })
        {
            using var random = Model.Create(s_network, seed);
            // As a file of trained weights would be, which says nothing of randomness.
            using var model = new Model(random.Network, random.Weights, labels: ["ant", "bee", "cat", "dog"]);
            model.Save(Path.Combine(Folder, $"{name}.safetensors"));
        }
        Png.Write(PicturePath, Picture(48, 40));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("residuum-web-").FullName;

    public string ModelPath => Path.Combine(Folder, "model.safetensors");

    public string PicturePath => Path.Combine(Folder, "picture.png");

    /// <summary>What the explorer shows of the run.</summary>
    public ExplorerSource Source(bool withPicture = false) => new(s_network, () => Model.Load(ModelPath))
    {
        Snapshots = RunFolder.Snapshots(ModelPath),
        Metrics = [new EpochMetrics(1, 1.25, 0.5, 1.5, 0.375, 0.1, 10, 100)],
        Image = withPicture ? Picture(48, 40) : null,
        ImageName = "first.png",
    };

    /// <summary>A picture with a bright disc on a dark ground.</summary>
    public static RgbImage Picture(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var inside = (x - width / 2) * (x - width / 2) + (y - height / 2) * (y - height / 2) < height * height / 9;
                image.Row(y)[3 * x] = (byte)(inside ? 230 : x);
                image.Row(y)[3 * x + 1] = (byte)(inside ? 180 : y);
                image.Row(y)[3 * x + 2] = (byte)(inside ? 40 : 60);
            }
        return image;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
