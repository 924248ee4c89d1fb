using System.Reflection;
using Residuum.Images;
using Residuum.Models;

namespace Residuum.PublicApi.Tests;

/// <summary>The programs of <c>samples/</c>, run on generated pictures.</summary>
public sealed class SampleTests : IDisposable
{
    static readonly string[] s_colours = ["blue", "green", "red"];

    static readonly ResNetSpec s_network = new("small", new ImageSize(3, 16, 16), StemSpec.Of3x3(16),
        [new StageSpec(1, 16), new StageSpec(1, 32, 2)], new BasicBlockSpec(), Classes: 4);

    readonly string _folder = Directory.CreateTempSubdirectory("residuum-samples-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void A_folder_is_classified_and_counted()
    {
        var model = SavedModel();
        var pictures = Pictures("pictures", "red", 3).Concat(Pictures("pictures", "green", 2)).Order(StringComparer.Ordinal).ToArray();
        File.WriteAllText(At("pictures/broken.png"), "no picture");
        File.WriteAllText(At("pictures/notes.txt"), "no picture either");
        var lines = Run("ClassifyFolder", model, At("pictures"));
        using var loaded = Model.Load(model);
        var best = pictures.ToDictionary(path => path, path => loaded.Predict(path, top: 1)[0]);
        Assert.Equal(
            [
                $"broken.png: {At("pictures/broken.png")} is not an image in a format that is read here; convert it to PNG or JPEG.",
                .. pictures.Select(path => $"{Path.GetFileName(path)}: {best[path].Label} ({best[path].Probability:P1})"),
                .. best.Values.GroupBy(prediction => prediction.Label).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Count()} x {group.Key}"),
            ], lines);
    }

    [Fact]
    public void The_most_similar_pictures_come_first()
    {
        var model = SavedModel();
        var pictures = s_colours.SelectMany(colour => Pictures("pictures", colour, 7)).ToArray();
        var lines = Run("SimilarPictures", model, pictures[3], At("pictures"));
        Assert.Equal(5, lines.Length);
        Assert.Equal($"1.0000 {Path.GetFileName(pictures[3])}", lines[0]);
        Assert.All(lines, line => Assert.Contains("blue", line, StringComparison.Ordinal));
        Assert.Equal(lines.OrderDescending(StringComparer.Ordinal).Select(line => line[..6]), lines.Select(line => line[..6]));
    }

    [Fact]
    public void A_swapped_head_learns_new_classes()
    {
        foreach (var colour in s_colours) Pictures($"classes/{colour}", colour, 20);
        var lines = Run("SwapHead", SavedModel(), At("classes"), At("new.safetensors"));
        Assert.Equal("48 pictures to learn from, 12 held out, 3 classes", lines[0]);
        Assert.EndsWith(" of those held out", lines[5], StringComparison.Ordinal);
        Assert.Equal($"saved {At("new.safetensors")}", lines[6]);
        using var tuned = Model.Load(At("new.safetensors"));
        Assert.Equal(s_colours, tuned.Labels);
        foreach (var colour in s_colours) Assert.Equal(colour, tuned.Predict(Picture(colour, 999))[0].Label);
    }

    [Theory]
    [InlineData("ClassifyFolder")]
    [InlineData("SimilarPictures")]
    [InlineData("SwapHead")]
    public void Wrong_use_is_told_how_it_goes(string sample) =>
        Assert.Equal(2, Assembly.Load(sample).EntryPoint!.Invoke(null, [Array.Empty<string>()]));

    string At(string name) => Path.Combine(_folder, name);

    string SavedModel()
    {
        using var model = Model.Create(s_network, seed: 2);
        model.Save(At("model.safetensors"));
        return At("model.safetensors");
    }

    string[] Pictures(string folder, string colour, int count)
    {
        Directory.CreateDirectory(At(folder));
        var paths = Enumerable.Range(0, count).Select(index => At($"{folder}/{colour}{index}.png")).ToArray();
        for (var index = 0; index < count; index++) Png.Write(paths[index], Picture(colour, index));
        return paths;
    }

    // Noise in which one colour is brighter.
    static RgbImage Picture(string colour, int seed)
    {
        var image = new RgbImage(20, 18);
        new Random(seed).NextBytes(image.Pixels);
        var channel = colour switch { "red" => 0, "green" => 1, _ => 2 };
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(image.Pixels[i] / 3 + (i % 3 == channel ? 160 : 0));
        return image;
    }

    static string[] Run(string sample, params string[] arguments)
    {
        var (before, output) = (Console.Out, new StringWriter());
        Console.SetOut(output);
        try
        {
            Assert.Equal(0, Assembly.Load(sample).EntryPoint!.Invoke(null, [arguments]));
        }
        finally
        {
            Console.SetOut(before);
        }
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
