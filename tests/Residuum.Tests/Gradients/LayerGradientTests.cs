using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Tests.Gradients;

/// <summary>Gradients of pooling, gating, decoders and what is dropped at random against finite differences in double precision.</summary>
public class LayerGradientTests
{
    // Rows and maps, of one number and of several blocks.
    public static TheoryData<int[]> Shapes => [[1, 1], [3, 7], [1, 2, 2, 2], [3, 5, 3, 4]];

    // Scaled so that sigmoids bend and clips clip.
    [Theory, MemberData(nameof(Shapes))]
    public void Element_wise_operations(int[] shape)
    {
        Op[] operations = [new Sigmoid(), new Affine(-1.5f, 0.25f), new Clip(-0.503f, 0.303f), new Dropout(0.4f, 3),
            new StochasticDepth(0.4f, 3)];
        foreach (var op in operations) Check(shape[0], builder => builder.Add("y", op, Input(builder, "x", shape)));
        Check(shape[0], builder => builder.Add("y", new Multiply(), Input(builder, "x", shape), Input(builder, "other", shape)));
        Check(shape[0], builder =>
        {
            var x = Input(builder, "x", shape);
            return builder.Add("y", new Multiply(), x, x);
        });
    }

    [Theory, MemberData(nameof(Shapes))]
    public void What_is_dropped_at_random_by_keys(int[] shape)
    {
        foreach (RandomOp op in new RandomOp[] { new Dropout(0.4f, 3), new StochasticDepth(0.4f, 3) })
            Check(shape[0], builder => builder.Add("y", op, Input(builder, "x", shape),
                builder.Input("keys", new TensorType(ElementType.Int32, new Shape(Shape.Batch, 2)))));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 6)]
    public void Softmax(int batch, int features) =>
        Check(batch, builder => builder.Add("y", new Softmax(), Input(builder, "x", batch, features)));

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(2, 3, 4)]
    public void Channels_are_scaled_and_joined(int channels, int height, int width)
    {
        const int batch = 2;
        Check(batch, builder => builder.Add("y", new ScaleChannels(), Input(builder, "x", batch, channels, height, width),
            Input(builder, "s", batch, channels)));
        Check(batch, builder =>
        {
            var (a, b) = (Input(builder, "a", batch, channels, height, width), Input(builder, "b", batch, 2, height, width));
            return builder.Add("y", new Concat(), a, b, a);
        });
    }

    [Fact]
    public void Maps_are_padded_cropped_and_enlarged()
    {
        Op[] operations =
        [
            new PadPixels(1, 0, 2, 3), new CropPixels(1, 0, 2, 1), new Upsample(2, 3, UpsampleMode.Nearest),
                new Upsample(3, 2, UpsampleMode.Bilinear),
            new Upsample(1, 4, UpsampleMode.Bilinear), new AveragePool(new Window(2, 3, 2, 1, 1, 2, 0, 1), true),
            new AveragePool(new Window(2, 3, 2, 1, 1, 2, 0, 1), false), new AveragePool(new Window(2, 2, 2, 2, 0, 0, 1, 1), false),
        ];
        foreach (var op in operations) Check(2, builder => builder.Add("y", op, Input(builder, "x", 2, 2, 5, 3)));
    }

    [Theory]
    [InlineData(3, 1, 1, 0, 1)]
    [InlineData(2, 2, 0, 1, 2)]
    [InlineData(3, 3, 0, 2, 1)]
    [InlineData(1, 2, 0, 0, 1)]
    public void ConvTranspose2d(int kernel, int stride, int padding, int outputPadding, int groups) => Check(2, builder =>
    {
        var w = builder.Parameter("w", new Shape(4, 3, kernel, kernel), ParameterRole.ConvWeight);
        var b = builder.Parameter("b", new Shape(3 * groups), ParameterRole.ConvBias);
        var op = new ConvTranspose2d(Window.Square(kernel, stride, padding), outputPadding, outputPadding, groups);
        return builder.Add("y", op, Input(builder, "x", 2, 4, 3, 2), w, b);
    });

    [Theory, MemberData(nameof(Shapes))]
    public void MeanSquaredError(int[] shape) => Check(shape[0], builder =>
        builder.Add("y", new MeanSquaredError(), Input(builder, "x", shape), Input(builder, "target", shape)), "target");

    static Value Input(GraphBuilder builder, string name, params int[] shape) =>
        builder.Input(name, TensorType.Float([Shape.Batch, .. shape[1..]]));

    static void Check(int batch, Func<GraphBuilder, Value> make, params string[] without)
    {
        var builder = new GraphBuilder();
        OperationGradientTests.Check(builder, make(builder), batch, without);
    }
}
