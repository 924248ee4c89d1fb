using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Plans;
using Residuum.Testing;

namespace Residuum.Tests.Root;

/// <summary>
/// Logits of torchvision's ResNet-18 and ResNet-50 in double precision, at full size and at an odd one. Weights, statistics and images
/// follow from the formula of <c>tests/golden/formula.py</c>, by torchvision's names.
/// </summary>
public class TorchvisionLogitsTests
{
    // Relative to the largest logit. PyTorch's own single precision is off by up to 2e-6.
    const double Tolerance = 1e-5;

    [Theory]
    [InlineData("resnet18", 224, 224)]
    [InlineData("resnet18", 97, 131)]
    [InlineData("resnet50", 224, 224)]
    [InlineData("resnet50", 97, 131)]
    public void Logits_are_torchvisions(string name, int height, int width)
    {
        var golden = GoldenFile.Read("Residuum.Tests/Golden/Root/torchvision_logits.safetensors")[$"{name} {height}x{width}"];
        var graph = Catalogue.Find(name).Spec.WithInput(3, height, width).Build();
        using var plan = Plan.ForInference(graph, 1, threads: 2);
        plan.Load(graph.Nodes.Where(node => node.Op is Parameter or State).ToDictionary(
            node => node.Name, node => FormulaWeights.Fill(
                WeightNames.ToForeign(WeightNames.Torchvision, node.Name)!, node.Outputs[0].Shape)));
        var image = FormulaWeights.Image($"{name} {height}x{width}", 3 * height * width);
        for (var i = 0; i < image.Length; i++) plan.Input("image")[i] = (float)image[i];
        plan.Run(1);
        var logits = Array.ConvertAll(plan.Output("logits").ToArray(), x => (double)x);
        var error = Closeness.LargestDifference(logits, golden) / golden.Max(Math.Abs);
        Assert.True(error <= Tolerance, $"The logits are off by {error:e2}.");
    }
}
