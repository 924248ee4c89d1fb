using System.Text;
using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Plans;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Root;

/// <summary>
/// Logits of torchvision's ResNet-18 and ResNet-50 in double precision, at full size and at an odd one. Weights, statistics and images
/// follow from the formula of <c>tests/golden/torchvision_logits.py</c>, by torchvision's names.
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
            node => node.Name, node => Filled(WeightNames.ToForeign(WeightNames.Torchvision, node.Name)!, node.Outputs[0].Shape)));
        var image = Uniform($"{name} {height}x{width}", 3 * height * width);
        for (var i = 0; i < image.Length; i++) plan.Input("image")[i] = (float)(4 * image[i]);
        plan.Run(1);
        var logits = Array.ConvertAll(plan.Output("logits").ToArray(), x => (double)x);
        var error = Closeness.LargestDifference(logits, golden) / golden.Max(Math.Abs);
        Assert.True(error <= Tolerance, $"The logits are off by {error:e2}.");
    }

    static Tensor Filled(string name, Shape shape)
    {
        var u = Uniform(name, (int)shape.Count);
        var fan = shape.Rank > 1 ? shape.Count / shape[0] : 1;
        var deviation = (float)Math.Sqrt(24.0 / fan);
        return Tensor.Of(shape, Array.ConvertAll(u, x => (float)(
            name.EndsWith("running_mean", StringComparison.Ordinal) ? 0.4 * x
            : name.EndsWith("running_var", StringComparison.Ordinal) ? 1 + x
            : shape.Rank > 1 ? x * deviation
            : name.EndsWith("weight", StringComparison.Ordinal) ? 1 + x
            : 0.4 * x)));
    }

    // From -0.5 up to 0.5, multiples of 1/65536, by a hash of the place and the name.
    static double[] Uniform(string name, int count)
    {
        var start = Crc(Encoding.ASCII.GetBytes(name));
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
        {
            var word = unchecked((uint)i * 2654435761 + start);
            word ^= word >> 15;
            word *= 2246822519;
            word ^= word >> 13;
            numbers[i] = ((word >> 8) & 0xFFFF) / 65536.0 - 0.5;
        }
        return numbers;
    }

    static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        }
        return ~crc;
    }
}
