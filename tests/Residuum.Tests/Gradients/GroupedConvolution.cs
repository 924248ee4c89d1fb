using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

/// <summary>PyTorch's grouped convolutions with their gradients (<c>tests/golden/gradients.py</c>), as graphs.</summary>
static class GroupedConvolution
{
    static readonly GoldenFile s_golden = GoldenFile.Read("Residuum.Tests/Golden/Gradients/groups.safetensors");

    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Cases => [.. s_golden.Names.Select(name => name[..name.LastIndexOf('/')]).Distinct()];

    /// <summary>How many images a case has.</summary>
    public static int Images(string name) => s_golden.Shape($"{name}/x")[0];

    /// <summary>PyTorch's values of one of the graph's outputs.</summary>
    public static double[] Expected(string name, string output) => s_golden[$"{name}/{output}"];

    /// <summary>
    /// A graph that puts out y and the gradients for x, w and b, from the gradient dy of y; and the numbers of its sources.
    /// </summary>
    public static (Graph Graph, Dictionary<string, double[]> Sources) Build(string name)
    {
        var window = s_golden[$"{name}/window"].Select(number => (int)number).ToArray();
        var conv = new Conv2d(new Window(window[0], window[1], window[2], window[3], window[4], window[5], window[6], window[7]),
            (int)s_golden[$"{name}/groups"][0]);
        var builder = new GraphBuilder();
        var x = builder.Input("x", Maps("x"));
        var w = builder.Parameter("w", new Shape(s_golden.Shape($"{name}/w")), ParameterRole.ConvWeight);
        var b = builder.Parameter("b", new Shape(s_golden.Shape($"{name}/b")), ParameterRole.ConvBias);
        var y = builder.Add("y", conv, x, w, b);
        var dy = builder.Input("dy", Maps("dy"));
        builder.Output("y", y);
        return (Backward.Append(builder.Build(), [new Seed(y, dy)], [x, w, b]),
            new[] { "x", "w", "b", "dy" }.ToDictionary(source => source, source => s_golden[$"{name}/{source}"]));

        TensorType Maps(string source)
        {
            var shape = s_golden.Shape($"{name}/{source}");
            return TensorType.Float(Shape.Batch, shape[1], shape[2], shape[3]);
        }
    }
}
