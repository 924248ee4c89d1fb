using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Tests.Interop;

/// <summary>A small graph that holds every operation that a described network may hold.</summary>
static class EveryOperation
{
    public static Graph Build()
    {
        var graph = new GraphBuilder();
        Value Weight(string name, ParameterRole role, params ReadOnlySpan<int> shape) => graph.Parameter(name, new Shape(shape), role);
        var image = graph.Input("image", TensorType.Float(Shape.Batch, 3, 9, 11));
        var x = graph.Add("conv", new Conv2d(new Window(3, 3, 2, 1, 1, 0, 0, 1)), image,
            Weight("conv.weight", ParameterRole.ConvWeight, 6, 3, 3, 3));
        x = graph.Add("norm", new BatchNorm(1e-3f, 0.2f), x, Weight("norm.weight", ParameterRole.NormScale, 6),
            Weight("norm.bias", ParameterRole.NormShift, 6),
            graph.State("norm.running_mean", new Shape(6), 0), graph.State("norm.running_var", new Shape(6), 1));
        var grouped = graph.Add("grouped", new Conv2d(Window.Square(3, 1, 1), 2), x,
            Weight("grouped.weight", ParameterRole.ConvWeight, 6, 3, 3, 3), Weight("grouped.bias", ParameterRole.ConvBias, 6));
        x = graph.Add("relu", new Relu(), graph.Add("add", new Add(), grouped, x));
        x = graph.Add("scaled", new Affine(0.75f, 0.125f), x);
        x = graph.Add("clip", new Clip(0.05f, 6), x);
        x = graph.Add("floor", new Clip(0.1f, float.PositiveInfinity), x);
        x = graph.Add("dropout", new Dropout(0.3f, 1), x);
        var squeezed = graph.Add("squeeze", new GlobalAveragePool(), x);
        squeezed = graph.Add("excite", new Linear(), squeezed, Weight("excite.weight", ParameterRole.LinearWeight, 6, 6),
            Weight("excite.bias", ParameterRole.LinearBias, 6));
        x = graph.Add("gate", new ScaleChannels(), x, graph.Add("sigmoid", new Sigmoid(), squeezed));
        x = graph.Add("product", new Multiply(), x, graph.Add("mapped", new Sigmoid(), x));
        var pooled = graph.Add("pool", new MaxPool(Window.Square(3, 1, 1)), x);
        x = graph.Add("concat", new Concat(), pooled, graph.Add("average", new AveragePool(Window.Square(3, 1, 1), CountPadding: true), x),
            graph.Add("edges", new AveragePool(new Window(3, 3, 1, 1, 1, 1, 1, 1), CountPadding: false), x));
        x = graph.Add("slice", new SliceChannels(2, 10), x);
        x = graph.Add("channels", new PadChannels(1, 3), x);
        x = graph.Add("frame", new PadPixels(1, 0, 2, 1), x);
        x = graph.Add("crop", new CropPixels(0, 1, 1, 0), x);
        x = graph.Add("subsample", new Subsample(2, 3), x);
        x = graph.Add("depth", new StochasticDepth(0.1f, 2), x);
        x = graph.Add("nearest", new Upsample(2, 3, UpsampleMode.Nearest), x);
        x = graph.Add("bilinear", new Upsample(2, 1, UpsampleMode.Bilinear), x);
        x = graph.Add("transposed", new ConvTranspose2d(Window.Square(3, 2, 1), 1, 1, 2), x,
            Weight("transposed.weight", ParameterRole.ConvWeight, 14, 2, 3, 3), Weight("transposed.bias", ParameterRole.ConvBias, 4));
        var rows = graph.Add("flatten", new Flatten(), graph.Add("small", new AveragePool(Window.Square(8, 8), CountPadding: false), x));
        var features = graph.TypeOf(rows).Shape[1];
        rows = graph.Add("halves", new Linear(), rows,
            graph.Add("halves.weight", new Constant(TensorType.Float(12, features), 0.0625f)),
                Weight("halves.bias", ParameterRole.LinearBias, 12));
        x = graph.Add("unflatten", new Unflatten(3, 2, 2), rows);
        var last = graph.Add("last", new Linear(), graph.Add("again", new Flatten(), x),
            Weight("last.weight", ParameterRole.LinearWeight, 5, 12));
        return graph.Output("logits", last).Output("shares", graph.Add("softmax", new Softmax(), last)).Output("image map", x).Build();
    }
}
