using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Tensors;
using Residuum.Testing;

namespace Residuum.Tests.Gradients;

/// <summary>PyTorch's operations with their gradients (<c>layers</c> in <c>tests/golden/gradients.py</c>), as graphs.</summary>
static class GoldenLayer
{
    static readonly GoldenFile s_golden = GoldenFile.Read("Residuum.Tests/Golden/Gradients/layers.safetensors");

    /// <summary>The names of the cases.</summary>
    public static TheoryData<string> Cases => [.. s_golden.Names.Select(name => name[..name.LastIndexOf('/')]).Distinct()];

    /// <summary>How many images a case has.</summary>
    public static int Images(string name) => s_golden.Shape($"{name}/{Inputs(name)[0]}")[0];

    /// <summary>PyTorch's values of one of the graph's outputs.</summary>
    public static double[] Expected(string name, string output) => s_golden[$"{name}/{output}"];

    /// <summary>
    /// A graph that puts out y and the gradients for all inputs but a loss's target, from the gradient dy of y; and its sources' numbers.
    /// </summary>
    public static (Graph Graph, Dictionary<string, double[]> Sources) Build(string name)
    {
        var builder = new GraphBuilder();
        var inputs = Inputs(name).ToDictionary(input => input, input => Source(builder, name, input));
        var y = builder.Add("y", Operation(name), [.. inputs.Values]);
        var dy = builder.Input("dy", builder.TypeOf(y));
        builder.Output("y", y);
        Value[] targets = [.. inputs.Where(input => input.Key != "target").Select(input => input.Value)];
        return (Backward.Append(builder.Build(), [new Seed(y, dy)], targets),
            inputs.Keys.Append("dy").ToDictionary(source => source, source => s_golden[$"{name}/{source}"]));
    }

    static string[] Inputs(string name) =>
    [
        .. s_golden.Names.Where(array => array.StartsWith($"{name}/", StringComparison.Ordinal)).Select(array => array[(name.Length + 1)..])
            .Where(array => array is not ("attributes" or "dy" or "y") && !array.StartsWith("gradient:", StringComparison.Ordinal)),
    ];

    static Value Source(GraphBuilder builder, string name, string input)
    {
        var shape = s_golden.Shape($"{name}/{input}");
        return input switch
        {
            "w" => builder.Parameter(input, new Shape(shape), ParameterRole.ConvWeight),
            "b" => builder.Parameter(input, new Shape(shape), ParameterRole.ConvBias),
            _ => builder.Input(input, TensorType.Float([Shape.Batch, .. shape[1..]])),
        };
    }

    static Op Operation(string name)
    {
        var a = s_golden.Has($"{name}/attributes") ? s_golden[$"{name}/attributes"] : [];
        int At(int index) => (int)a[index];
        Window Window() => new(At(0), At(1), At(2), At(3), At(4), At(5), At(6), At(7));
        return name[..name.IndexOf('/', StringComparison.Ordinal)] switch
        {
            "AveragePool" => new AveragePool(Window(), a[8] != 0),
            "Sigmoid" => new Sigmoid(),
            "Multiply" => new Multiply(),
            "Affine" => new Affine((float)a[0], (float)a[1]),
            "Clip" => new Clip((float)a[0], (float)a[1]),
            "Softmax" => new Softmax(),
            "ScaleChannels" => new ScaleChannels(),
            "Concat" => new Concat(),
            "PadPixels" => new PadPixels(At(0), At(1), At(2), At(3)),
            "CropPixels" => new CropPixels(At(0), At(1), At(2), At(3)),
            "Upsample" => new Upsample(At(0), At(1), a[2] != 0 ? UpsampleMode.Bilinear : UpsampleMode.Nearest),
            "ConvTranspose2d" => new ConvTranspose2d(Window(), At(8), At(9), At(10)),
            "Conv2d" => new Conv2d(Window(), At(8)),
            "MeanSquaredError" => new MeanSquaredError(),
            var other => throw new ResiduumException($"The golden file has the case '{other}', which no operation is known for."),
        };
    }
}
