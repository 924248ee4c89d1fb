using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Testing;

/// <summary>The residual branch of a small network.</summary>
public enum SmallBlock
{
    /// <summary>Two 3x3 convolutions.</summary>
    Basic,
    /// <summary>1x1, 3x3, 1x1 with the stride in the first.</summary>
    BottleneckStrideFirst,
    /// <summary>1x1, 3x3, 1x1 with the stride in the 3x3.</summary>
    BottleneckStrideMiddle,
}

/// <summary>The shortcut of a small network.</summary>
public enum SmallShortcut
{
    /// <summary>None: a plain network.</summary>
    None,
    /// <summary>Shortcut A, with the zero channels half before and half after.</summary>
    ZeroSplit,
    /// <summary>Shortcut A, with all zero channels after.</summary>
    ZeroAppend,
    /// <summary>Shortcut B: projections where the shape changes.</summary>
    Projection,
    /// <summary>Shortcut C: projections in every block.</summary>
    AllProjections,
}

/// <summary>
/// A residual network of a few hundred parameters with two stages of two blocks, built here by hand so that gradients are tested
/// without the models. <c>tests/golden/small_networks.py</c> is its twin in PyTorch, with the same names of parameters.
/// Inputs <c>image</c> and <c>labels</c>; outputs <c>logits</c> and <c>loss</c>; batch statistics update the running ones.
/// </summary>
public sealed record SmallNetwork(string Name, SmallBlock Block, SmallShortcut Shortcut, bool PreActivation = false, bool LargeStem = false)
{
    /// <summary>Classes told apart.</summary>
    public const int Classes = 5;

    /// <summary>Single precision, as the operations hold it.</summary>
    public const float Epsilon = 1e-5f, Momentum = 0.1f, Smoothing = 0.1f;

    /// <summary>One of each kind.</summary>
    public static IReadOnlyList<SmallNetwork> All { get; } =
    [
        new("basic-plain", SmallBlock.Basic, SmallShortcut.None),
        new("basic-a-split", SmallBlock.Basic, SmallShortcut.ZeroSplit),
        new("basic-a-append", SmallBlock.Basic, SmallShortcut.ZeroAppend),
        new("basic-b", SmallBlock.Basic, SmallShortcut.Projection),
        new("basic-c", SmallBlock.Basic, SmallShortcut.AllProjections),
        new("basic-b-large-stem", SmallBlock.Basic, SmallShortcut.Projection, LargeStem: true),
        new("bottleneck-stride-first", SmallBlock.BottleneckStrideFirst, SmallShortcut.Projection),
        new("bottleneck-stride-middle", SmallBlock.BottleneckStrideMiddle, SmallShortcut.Projection),
        new("pre-activation-basic", SmallBlock.Basic, SmallShortcut.Projection, PreActivation: true),
        new("pre-activation-basic-a", SmallBlock.Basic, SmallShortcut.ZeroAppend, PreActivation: true),
        new("pre-activation-bottleneck", SmallBlock.BottleneckStrideMiddle, SmallShortcut.Projection, PreActivation: true),
    ];

    /// <summary>Height and width of its images.</summary>
    public (int Height, int Width) ImageSize => LargeStem ? (19, 17) : (8, 7);

    /// <summary>The forward graph with its loss.</summary>
    public Graph Build(Statistics statistics)
    {
        var layers = new SmallLayers(statistics);
        var (height, width) = ImageSize;
        var x = layers.Builder.Input("image", TensorType.Float(Shape.Batch, 3, height, width));
        x = layers.Conv("stem.conv", x, 3, LargeStem ? Window.Square(7, 2, 3) : Window.Square(3, 1, 1));
        if (!PreActivation) x = layers.Relu("stem.relu", layers.Norm("stem.norm", x));
        if (LargeStem) x = layers.Builder.Add("stem.pool", new MaxPool(Window.Square(3, 2, 1)), x);
        foreach (var (stage, channels) in new[] { (1, 3), (2, 6) })
            foreach (var block in new[] { 1, 2 })
                x = Append(layers, $"stage{stage}.block{block}", x, channels, stage == 2 && block == 1 ? 2 : 1);
        if (PreActivation) x = layers.Relu("last.relu", layers.Norm("last.norm", x));
        x = layers.Builder.Add("pool", new GlobalAveragePool(), x);
        return layers.Finish(layers.Linear("classifier", x, Classes));
    }

    internal Value Append(SmallLayers layers, string name, Value input, int width, int stride)
    {
        var x = input;
        var isBasic = Block == SmallBlock.Basic;
        var outputs = isBasic ? width : 4 * width / 3;
        Window[] windows = Block switch
        {
            SmallBlock.Basic => [Window.Square(3, stride, 1), Window.Square(3, 1, 1)],
            SmallBlock.BottleneckStrideFirst => [Window.Square(1, stride), Window.Square(3, 1, 1), Window.Square(1)],
            _ => [Window.Square(1), Window.Square(3, stride, 1), Window.Square(1)],
        };
        for (var i = 1; i <= windows.Length; i++)
        {
            var channels = i == windows.Length ? outputs : isBasic ? width : width / 3;
            if (PreActivation)
            {
                x = layers.Relu($"{name}.relu{i}", layers.Norm($"{name}.norm{i}", x));
                // A shortcut that projects starts behind the first activation ([He16] figure 4e as released).
                if (i == 1 && Projects(layers, input, outputs, stride)) input = x;
            }
            x = layers.Conv($"{name}.conv{i}", x, channels, windows[i - 1]);
            if (!PreActivation) x = layers.Norm($"{name}.norm{i}", x);
            if (!PreActivation && i < windows.Length) x = layers.Relu($"{name}.relu{i}", x);
        }
        if (Shortcut != SmallShortcut.None) x = layers.Builder.Add($"{name}.add", new Add(), x, Pass(layers, name, input, outputs, stride));
        return PreActivation ? x : layers.Relu($"{name}.relu", x);
    }

    bool Projects(SmallLayers layers, Value input, int outputs, int stride) => Shortcut == SmallShortcut.AllProjections
        || (Shortcut == SmallShortcut.Projection && (stride > 1 || layers.Channels(input) != outputs));

    Value Pass(SmallLayers layers, string name, Value input, int outputs, int stride)
    {
        if (Projects(layers, input, outputs, stride))
        {
            var projected = layers.Conv($"{name}.shortcut.conv", input, outputs, Window.Square(1, stride));
            return PreActivation ? projected : layers.Norm($"{name}.shortcut.norm", projected);
        }
        var more = outputs - layers.Channels(input);
        if (stride > 1) input = layers.Builder.Add($"{name}.shortcut.subsample", new Subsample(stride, stride), input);
        if (more == 0) return input;
        var before = Shortcut == SmallShortcut.ZeroSplit ? more / 2 : 0;
        return layers.Builder.Add($"{name}.shortcut.pad", new PadChannels(before, more - before), input);
    }
}
