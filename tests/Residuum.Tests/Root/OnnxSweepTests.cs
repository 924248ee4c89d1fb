using System.Runtime.InteropServices;
using System.Text;
using Residuum.Models;
using Residuum.Plans;
using Xunit.Abstractions;

namespace Residuum.Tests.Root;

/// <summary>
/// Files that others exported, with what their own framework gave, on demand: RESIDUUM_ONNX_SWEEP names a folder that
/// <c>tests/onnx/export_torchvision.py</c> filled.
/// </summary>
public class OnnxSweepTests(ITestOutputHelper output)
{
    // Single precision on both sides, sums in different orders, fifty to a hundred layers.
    const double Tolerance = 1e-4;

    [SkippableFact]
    public void Every_exported_file_gives_its_frameworks_logits()
    {
        var folder = Environment.GetEnvironmentVariable("RESIDUUM_ONNX_SWEEP");
        Skip.If(folder is null, "RESIDUUM_ONNX_SWEEP names no folder of exported files.");
        var table = new StringBuilder();
        var worst = 0.0;
        foreach (var path in Directory.GetFiles(folder!, "*.onnx").Order(StringComparer.Ordinal))
        {
            using var model = Model.Load(path);
            var expected = Numbers(Path.ChangeExtension(path, ".logits"));
            var actual = OnnxRuns.FirstOutput(model, Numbers(Path.ChangeExtension(path, ".image")));
            var difference = OnnxRuns.Difference(actual, expected);
            worst = Math.Max(worst, difference);
            table.AppendLine($"{Path.GetFileName(path),-60} {model.Graph.Nodes.Length,5} nodes  {difference:0.0e+0}");
        }
        output.WriteLine(table.ToString());
        Assert.NotEqual(0, table.Length);
        Assert.True(worst <= Tolerance, table.ToString());
    }

    static float[] Numbers(string path) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
}

/// <summary>Runs a model on one prepared image.</summary>
static class OnnxRuns
{
    public static float[] FirstOutput(Model model, ReadOnlySpan<float> image)
    {
        using var plan = Plan.ForInference(model.Graph, 1, 2);
        plan.Load(model.Weights);
        image.CopyTo(plan.Input(NetworkSpec.ImageInput));
        plan.Run(1);
        var first = model.Graph.Outputs[0];
        return plan.Output(first.Name)[..(int)model.Graph.TypeOf(first.Value).Shape.WithBatch(1).Count].ToArray();
    }

    /// <summary>The largest difference, relative to the largest number.</summary>
    public static double Difference(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, largest = 0;
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.True(float.IsFinite(actual[i]) && float.IsFinite(expected[i]));
            difference = Math.Max(difference, Math.Abs((double)actual[i] - expected[i]));
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }
        return difference / largest;
    }
}
