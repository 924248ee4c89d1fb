using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>
/// A residual network: stem, stages of blocks, head ([He15] table 1 and section 4.2, [He16]). With
/// <see cref="ShortcutKind.None"/> it is the plain twin. Immutable; compares by content. For example
/// <code>
/// var spec = new ResNetSpec("small", new ImageSize(3, 32, 32), StemSpec.Of3x3(16),
///     [new StageSpec(2, 16), new StageSpec(2, 32, 2)], new BasicBlockSpec(), Classes: 10);
/// var graph = spec.Build();
/// </code>
/// </summary>
/// <param name="Name">What the network is called.</param>
/// <param name="Input">The size of its images.</param>
/// <param name="Stem">What stands before the first stage.</param>
/// <param name="Stages">The stages, 1 to 64 of them, 4,096 blocks at most.</param>
/// <param name="Block">The block that all stages are made of.</param>
/// <param name="Classes">Outputs of the classifier, or null for a feature extractor that ends with the last map.</param>
/// <param name="Shortcut">What carries a block's input to its addition; by default a projection where the shape changes (B).</param>
/// <param name="Epsilon">What batch normalization adds to the variance; 1e-5 by default.</param>
/// <param name="Momentum">The share of the new batch in the running statistics; 0.1 by default.</param>
public sealed record ResNetSpec(
    string Name, ImageSize Input, StemSpec Stem, ImmutableArray<StageSpec> Stages, BlockSpec Block, int? Classes,
    ShortcutKind Shortcut = ShortcutKind.Projection, float Epsilon = 1e-5f, float Momentum = 0.1f) : NetworkSpec(Name, Input)
{
    /// <inheritdoc/>
    public bool Equals(ResNetSpec? other) =>
        base.Equals(other) && Stem == other.Stem && Stages.AsSpan().SequenceEqual(other.Stages.AsSpan()) && Block == other.Block
        && Classes == other.Classes && Shortcut == other.Shortcut && Epsilon.Equals(other.Epsilon) && Momentum.Equals(other.Momentum);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(base.GetHashCode(), Stem, Stages.IsDefault ? 0 : Stages.Length, Block, Classes, Shortcut);

    internal override void Check()
    {
        if (Stem is null || Block is null || Stages.IsDefault) throw SpecLimits.Refusal(this, "its stem, stages or block is missing");
        Stem.Check(this);
        SpecLimits.CheckRange(this, "the number of stages", Stages.Length, 1, SpecLimits.Stages);
        var blocks = 0L;
        for (var i = 0; i < Stages.Length; i++)
        {
            if (Stages[i] is null) throw SpecLimits.Refusal(this, $"stages[{i}] is missing");
            Stages[i].Check(this, $"stages[{i}]");
            if (Block is BottleneckBlockSpec { Reduction: > 0 } bottleneck && Stages[i].Width % bottleneck.Reduction != 0)
                throw SpecLimits.Refusal(this,
                    $"stages[{i}].width is {Stages[i].Width}, which the block's reduction of {bottleneck.Reduction} does not divide");
            blocks += Stages[i].Blocks;
        }
        SpecLimits.CheckRange(this, "the number of blocks in all stages", blocks, 1, SpecLimits.Blocks);
        Block.Check(this);
        if (Block.PreActivation is { } preActivation)
        {
            SpecLimits.CheckDefined(this, "block.preActivation.first", preActivation.First);
            SpecLimits.CheckDefined(this, "block.preActivation.projection", preActivation.Projection);
        }
        SpecLimits.CheckDefined(this, "shortcut", Shortcut);
        if (Classes is { } classes) SpecLimits.CheckRange(this, "classes", classes, 1, SpecLimits.Width);
        if (!(Epsilon > 0 && Epsilon <= 1)) throw SpecLimits.Refusal(this, $"epsilon is {Epsilon} and must be above 0 and at most 1");
        if (!(Momentum >= 0 && Momentum <= 1)) throw SpecLimits.Refusal(this, $"momentum is {Momentum} and must be between 0 and 1");
    }

    internal override Graph BuildGraph() => new ResNetBuilder(this).Build();
}

/// <summary>What carries a block's input past its convolutions: the identity, and what where the shapes do not agree ([He15] section 3.3).</summary>
[JsonConverter(typeof(EnumNameConverter<ShortcutKind>))]
public enum ShortcutKind
{
    /// <summary>B: a strided 1x1 convolution where the shape changes, normalized in post-activation networks.</summary>
    Projection,
    /// <summary>C: a 1x1 convolution in every block.</summary>
    ProjectionEverywhere,
    /// <summary>A: where the shape changes every stride-th pixel, with half of the new channels, all zero, before and half behind.</summary>
    ZeroPadSplit,
    /// <summary>A: the same with all new channels behind.</summary>
    ZeroPadAppend,
    /// <summary>No shortcut and no addition: the plain twin.</summary>
    None,
}

/// <summary>What stands before the first stage: convolutions, each with normalization and ReLU, then perhaps max pooling.</summary>
/// <param name="Convolutions">The convolutions in order, 1 to 16.</param>
/// <param name="MaxPool">Whether 3x3 max pooling with stride 2 and padding 1 follows; false by default.</param>
public sealed record StemSpec(ImmutableArray<ConvolutionSpec> Convolutions, bool MaxPool = false)
{
    /// <summary>The stem of [He15] for ImageNet: a 7x7 convolution to 64 maps with stride 2, then max pooling.</summary>
    public static StemSpec ImageNet { get; } = new([new ConvolutionSpec(64, 7, 2)], MaxPool: true);

    /// <summary>The stem for small images: one 3x3 convolution, no pooling.</summary>
    public static StemSpec Of3x3(int width) => new([new ConvolutionSpec(width)]);

    /// <inheritdoc/>
    public bool Equals(StemSpec? other) =>
        other is not null && MaxPool == other.MaxPool && Convolutions.AsSpan().SequenceEqual(other.Convolutions.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(MaxPool, Convolutions.IsDefaultOrEmpty ? null : Convolutions[0]);

    internal void Check(NetworkSpec network)
    {
        var count = Convolutions.IsDefault ? 0 : Convolutions.Length;
        SpecLimits.CheckRange(network, "the number of stem.convolutions", count, 1, SpecLimits.StemConvolutions);
        for (var i = 0; i < Convolutions.Length; i++)
        {
            if (Convolutions[i] is not { } convolution) throw SpecLimits.Refusal(network, $"stem.convolutions[{i}] is missing");
            SpecLimits.CheckRange(network, $"stem.convolutions[{i}].width", convolution.Width, 1, SpecLimits.Width);
            SpecLimits.CheckRange(network, $"stem.convolutions[{i}].kernel", convolution.Kernel, 1, SpecLimits.Kernel);
            SpecLimits.CheckRange(network, $"stem.convolutions[{i}].stride", convolution.Stride, 1, SpecLimits.Stride);
        }
    }
}

/// <summary>One convolution of a stem, padded by (kernel - 1) / 2 on every side.</summary>
/// <param name="Width">Its output channels.</param>
/// <param name="Kernel">Side of its square kernel in pixels; 3 by default.</param>
/// <param name="Stride">Its stride in pixels; 1 by default.</param>
/// <param name="Bias">Whether it has a bias although a normalization follows, as in Caffe; false by default.</param>
public sealed record ConvolutionSpec(int Width, int Kernel = 3, int Stride = 1, bool Bias = false);

/// <summary>A stage: blocks whose output maps all have the same number and size.</summary>
/// <param name="Blocks">How many.</param>
/// <param name="Width">
/// Output channels of every block, what the next stage reads: 256 for the first stage of ResNet-50, whose inner width is 64.
/// </param>
/// <param name="Stride">Stride of the first block; 1 (the default) keeps the resolution, 2 halves it.</param>
public sealed record StageSpec(int Blocks, int Width, int Stride = 1)
{
    internal void Check(NetworkSpec network, string member)
    {
        SpecLimits.CheckRange(network, $"{member}.blocks", Blocks, 1, SpecLimits.Blocks);
        SpecLimits.CheckRange(network, $"{member}.width", Width, 1, SpecLimits.Width);
        SpecLimits.CheckRange(network, $"{member}.stride", Stride, 1, SpecLimits.Stride);
    }
}
