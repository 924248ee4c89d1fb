using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Testing;

/// <summary>
/// A network of what other residual networks have besides: squeeze-and-excitation, stochastic depth, dropout, average pooling before a
/// projection, concatenation, gating, paddings that differ from side to side, and a decoder by transposed convolution and up-sampling.
/// </summary>
public static class SmallLayeredNetwork
{
    /// <summary>The forward graph with its loss, for images of 3 x 9 x 7; inputs and outputs as in <see cref="SmallNetwork"/>.</summary>
    public static Graph Build(Statistics statistics = Statistics.Running)
    {
        var layers = new SmallLayers(statistics);
        var builder = layers.Builder;
        var x = builder.Input("image", TensorType.Float(Shape.Batch, 3, 9, 7));
        x = builder.Add("clip", new Clip(-0.9f, 1), layers.Norm("norm1", layers.Conv("conv1", x, 18, new Window(3, 3, 1, 1, 0, 1, 2, 1))));

        // Squeeze-and-excitation, dropped by images; average pooling of rounded-up size before the projection.
        var branch = layers.Norm("norm2", layers.Conv("conv2", x, 20, new Window(3, 3, 2, 2, 1, 1, 1, 1)));
        var scale = layers.Relu("relu2", layers.Linear("squeeze", builder.Add("pool2", new GlobalAveragePool(), branch), 5));
        scale = builder.Add("sigmoid2", new Sigmoid(), layers.Linear("excite", scale, 20));
        branch = builder.Add("depth2", new StochasticDepth(0.3f, 1), builder.Add("scale2", new ScaleChannels(), branch, scale));
        var shortcut = builder.Add("average", new AveragePool(new Window(2, 2, 2, 2, 0, 0, 1, 1), CountPadding: false), x);
        shortcut = layers.Norm("norm3", layers.Conv("conv3", shortcut, 20, Window.Square(1)));
        x = layers.Relu("relu3", builder.Add("add3", new Add(), branch, shortcut));

        // The same before an identity.
        branch = layers.Norm("norm4", layers.Conv("conv4", x, 20, Window.Square(3, 1, 1)));
        scale = builder.Add("sigmoid4", new Sigmoid(), layers.Linear("excite4", builder.Add("pool4", new GlobalAveragePool(), branch), 20));
        x = layers.Relu("relu4", builder.Add("add4", new Add(), builder.Add("scale4", new ScaleChannels(), branch, scale), x));

        // Exclusive gating ([He16] 3.1): a branch by g, the shortcut by 1 - g.
        var gate = builder.Add("gate", new Sigmoid(), layers.Conv("gate.conv", x, 20, Window.Square(1), bias: true));
        var other = builder.Add("shortcutGate", new Affine(-1, 1), gate);
        branch = layers.Conv("conv5", builder.Add("dropout5", new Dropout(0.25f, 2), x), 20, Window.Square(3, 1, 1));
        x = builder.Add("add5", new Add(), builder.Add("gated", new Multiply(), branch, gate),
            builder.Add("passed", new Multiply(), x, other));

        // A decoder's steps, joined by channels.
        var wide = layers.Transposed("up1", x, 7, Window.Square(3, 2, 1));
        var near = builder.Add("up2", new Upsample(2, 2, UpsampleMode.Nearest), x);
        var smooth = builder.Add("up3", new Upsample(2, 2, UpsampleMode.Bilinear), layers.Conv("conv6", x, 3, Window.Square(1)));
        wide = builder.Add("pad", new PadPixels(0, 1, 1, 0), wide);
        x = builder.Add("concat", new Concat(), wide, near, smooth);
        x = builder.Add("crop", new CropPixels(1, 0, 2, 1), x);
        x = builder.Add("last", new AveragePool(Window.Square(3, 2, 1), CountPadding: true),
            layers.Conv("conv7", x, 17, new Window(2, 2, 1, 1, 0, 0, 1, 1)));
        x = builder.Add("pool", new GlobalAveragePool(), layers.Relu("relu7", x));
        return layers.Finish(layers.Linear("classifier", builder.Add("dropout", new Dropout(0.5f, 3), x), SmallNetwork.Classes));
    }
}
