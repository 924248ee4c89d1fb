using System.Globalization;
using Residuum.Images;
using Residuum.Inspection;
using Residuum.Models;
using Residuum.Training;

namespace Residuum.Culture.Tests;

/// <summary>What the library writes is the same bytes whatever the culture of the process, and is read under every culture.</summary>
public sealed class CultureTests : IDisposable
{
    static readonly NetworkSpec s_network = Networks.CifarResNet20;
    readonly string _folder = Directory.CreateTempSubdirectory("residuum-").FullName;
    int _files;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void The_tests_run_under_a_decimal_comma()
    {
        Assert.Equal("~1.234,5", (-1234.5).ToString("N1", CultureInfo.CurrentCulture));
        string? other = null;
        var thread = new Thread(() => other = 0.5.ToString(CultureInfo.CurrentCulture));
        thread.Start();
        thread.Join();
        Assert.Equal("0,5", other);
    }

    [Theory, InlineData("resnet18"), InlineData("cifar_resnet20")]
    public void Diagrams(string name)
    {
        var graph = Model.FindNetwork(name).Build();
        Assert.StartsWith("<svg", CommaCulture.Same(() => Diagram.Volumes(name, graph).ToSvg()), StringComparison.Ordinal);
        CommaCulture.Same(() => Diagram.Blocks(name, graph).ToSvg());
        CommaCulture.Same(() => Diagram.Columns((name, graph)).ToSvg());
    }

    [Fact]
    public void Summaries_and_graphs()
    {
        var graph = Networks.ResNet18.Build();
        Assert.Contains("11,689,512 parameters",
            CommaCulture.Same(() => NetworkSummary.Of("resnet18", graph).ToText()), StringComparison.Ordinal);
        CommaCulture.Same(() => NetworkSummary.Of("resnet18", graph).ToJson());
        Assert.Contains("Momentum = 0.1", CommaCulture.Same(graph.ToString), StringComparison.Ordinal);
    }

    [Fact]
    public void Specs_recipes_and_runs()
    {
        var json = CommaCulture.Same(() => s_network.ToJson());
        Assert.Equal(s_network, NetworkSpec.FromJson(json));
        foreach (var recipe in Recipe.All)
        {
            var settings = new RunSettings(json, "shapes", recipe, null, 5);
            Bytes("settings.json", folder =>
            {
                var run = RunFolder.Create(folder, settings, weights => new Model(s_network, weights));
                run.SaveMetrics([new(1, 2.5, 0.25, -2.25, 0.5, 0.1, 3.5, 1234.5)]);
                Assert.Equal(settings, RunFolder.ReadSettings(folder));
                Assert.Equal(1234.5, RunFolder.Metrics(folder)[0].ImagesPerSecond);
            });
        }
    }

    [Fact]
    public void Models_and_predictions()
    {
        using var model = Model.Create(s_network, seed: 3);
        Bytes("model.safetensors", folder => model.Save(Path.Combine(folder, "model.safetensors")));
        Bytes("model.pt", folder => model.Save(Path.Combine(folder, "model.pt")));
        Bytes("model.onnx", folder => model.SaveOnnx(Path.Combine(folder, "model.onnx")));
        var picture = new RgbImage(40, 36);
        for (var i = 0; i < picture.Pixels.Length; i++) picture.Pixels[i] = (byte)(i * 7 + i / 11);
        CommaCulture.Same(() =>
        {
            using var read = Model.Load(Directory.GetFiles(_folder, "model.safetensors", SearchOption.AllDirectories)[0]);
            return read.Predict(picture).ToArray();
        });
    }

    [Theory, InlineData(1.5f, "momentum is 1.5 and"), InlineData(-2f, "momentum is -2 and")]
    public void Sentences_of_refusals(float momentum, string part)
    {
        var network = Networks.ResNet18 with { Momentum = momentum };
        var sentence = CommaCulture.Same(() => Assert.Throws<ResiduumException>(() => network.Build()).Message);
        Assert.Contains(part, sentence, StringComparison.Ordinal);
    }

    // A file that is written into a new folder.
    void Bytes(string name, Action<string> write) => Assert.NotEmpty(CommaCulture.Same(() =>
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"{_files++}")).FullName;
        write(folder);
        return File.ReadAllBytes(Path.Combine(folder, name));
    }));
}
