using System.Text.Json.Serialization;

namespace Residuum.Models;

/// <summary>
/// A residual block: its convolutions, and where its activations stand. Immutable. One of <see cref="BasicBlockSpec"/>,
/// <see cref="BottleneckBlockSpec"/> and <see cref="InvertedBlockSpec"/>.
/// </summary>
/// <param name="PreActivation">
/// Null (the default) for post-activation, v1 ([He15] figure 2): convolution, normalization, ReLU, with the last ReLU after the
/// addition. Otherwise pre-activation, v2 ([He16] figure 4d and 4e), with nothing after the addition.
/// </param>
/// <param name="PostActivation">What a post-activation block does around its addition; by default what [He15] does.</param>
/// <param name="SqueezeExcitation">How the branch's channels are weighted before the addition; null (the default) for not at all.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BasicBlockSpec), "basic")]
[JsonDerivedType(typeof(BottleneckBlockSpec), "bottleneck")]
[JsonDerivedType(typeof(InvertedBlockSpec), "inverted")]
public abstract record BlockSpec(
    [property: JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PreActivationSpec? PreActivation,
    [property: JsonPropertyOrder(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] PostActivation PostActivation,
    [property: JsonPropertyOrder(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SqueezeExcitationSpec? SqueezeExcitation)
{
    /// <summary>The block's convolutions from so many channels to a stage's output width; the block that strides does so in one of
    /// them.</summary>
    internal abstract BlockConvolution[] Convolutions(int channels, int width, int stride);

    /// <summary>Whether neither the last normalization of the branch nor the sum is activated.</summary>
    internal virtual bool EndsLinear => false;

    internal virtual void Check(NetworkSpec network)
    {
        if (PreActivation is { } preActivation)
        {
            SpecLimits.CheckDefined(network, "block.preActivation.first", preActivation.First);
            SpecLimits.CheckDefined(network, "block.preActivation.projection", preActivation.Projection);
        }
        SpecLimits.CheckDefined(network, "block.postActivation", PostActivation);
        if (PreActivation is not null && PostActivation != PostActivation.Original)
            throw SpecLimits.Refusal(network, "block has both preActivation and postActivation; leave one of them out");
        if (SqueezeExcitation is not { } squeeze) return;
        SpecLimits.CheckRange(network, "block.squeezeExcitation.reduction", squeeze.Reduction, 1, SpecLimits.Width);
        SpecLimits.CheckRange(network, "block.squeezeExcitation.multiple", squeeze.Multiple, 1, SpecLimits.Width);
    }

    /// <summary>Refuses a stage whose width this block cannot have.</summary>
    internal virtual void CheckWidth(NetworkSpec network, string member, int width) { }
}

/// <summary>One convolution of a block.</summary>
readonly record struct BlockConvolution(int Width, int Kernel, int Stride, int Groups = 1);

/// <summary>Two 3x3 convolutions ([He15] figure 5, left), the first of which strides.</summary>
/// <param name="PreActivation">Null for post-activation.</param>
/// <param name="PostActivation">Around the addition of a post-activation block.</param>
/// <param name="SqueezeExcitation">Null for none.</param>
public sealed record BasicBlockSpec(
    PreActivationSpec? PreActivation = null, PostActivation PostActivation = PostActivation.Original,
    SqueezeExcitationSpec? SqueezeExcitation = null) : BlockSpec(PreActivation, PostActivation, SqueezeExcitation)
{
    internal override BlockConvolution[] Convolutions(int channels, int width, int stride) => [new(width, 3, stride), new(width, 3, 1)];
}

/// <summary>
/// 1x1, 3x3 and 1x1 convolutions ([He15] figure 5, right): the first narrows the map to its inner width, the last widens it again.
/// </summary>
/// <param name="Reduction">
/// The stage's width divided by the inner width: 4 (the default) in the papers, 2 in [Atienza], in wide residual networks and in
/// ResNeXt 32x4d.
/// </param>
/// <param name="Stride">Which convolution strides in the block of a stage that does; by default the 3x3, as torchvision does.</param>
/// <param name="PreActivation">Null for post-activation.</param>
/// <param name="Groups">
/// Groups of the 3x3 convolution, ResNeXt's cardinality (Xie et al. 2017, figure 3c), 2 or more; null (the default) for one.
/// </param>
/// <param name="PostActivation">Around the addition of a post-activation block.</param>
/// <param name="SqueezeExcitation">Null for none.</param>
public sealed record BottleneckBlockSpec(
    int Reduction = 4, StridePlacement Stride = StridePlacement.Conv3x3, PreActivationSpec? PreActivation = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Groups = null,
    PostActivation PostActivation = PostActivation.Original, SqueezeExcitationSpec? SqueezeExcitation = null)
    : BlockSpec(PreActivation, PostActivation, SqueezeExcitation)
{
    internal override BlockConvolution[] Convolutions(int channels, int width, int stride)
    {
        var inner = width / Reduction;
        return Stride == StridePlacement.First1x1
            ? [new(inner, 1, stride), new(inner, 3, 1, Groups ?? 1), new(width, 1, 1)]
            : [new(inner, 1, 1), new(inner, 3, stride, Groups ?? 1), new(width, 1, 1)];
    }

    internal override void Check(NetworkSpec network)
    {
        base.Check(network);
        SpecLimits.CheckRange(network, "block.reduction", Reduction, 1, SpecLimits.Width);
        SpecLimits.CheckDefined(network, "block.stride", Stride);
        if (Groups is { } groups) SpecLimits.CheckRange(network, "block.groups", groups, 2, SpecLimits.Width);
    }

    internal override void CheckWidth(NetworkSpec network, string member, int width)
    {
        if (Reduction > 0 && width % Reduction != 0)
            throw SpecLimits.Refusal(network, $"{member}.width is {width}, which the block's reduction of {Reduction} does not divide");
        if (Groups is > 0 && Reduction > 0 && width / Reduction % Groups != 0)
            throw SpecLimits.Refusal(network, $"{member} has an inner width of {width / Reduction}, which {Groups} groups do not divide");
    }
}

/// <summary>
/// An inverted bottleneck (Sandler et al. 2018, MobileNetV2, table 1): a 1x1 convolution widens what the block reads, a depthwise 3x3
/// strides, a 1x1 narrows it to the stage's width; its last normalization and the sum are not activated.
/// </summary>
/// <param name="Expansion">The inner width divided by the channels read; 6 by default. With 1 there is no first 1x1.</param>
/// <param name="SqueezeExcitation">Null for none.</param>
public sealed record InvertedBlockSpec(int Expansion = 6, SqueezeExcitationSpec? SqueezeExcitation = null)
    : BlockSpec(null, PostActivation.Original, SqueezeExcitation)
{
    internal override bool EndsLinear => true;

    internal override BlockConvolution[] Convolutions(int channels, int width, int stride)
    {
        var inner = (int)Math.Min(int.MaxValue, (long)channels * Expansion);
        BlockConvolution[] depthwise = [new(inner, 3, stride, inner), new(width, 1, 1)];
        return Expansion == 1 ? depthwise : [new(inner, 1, 1), .. depthwise];
    }

    internal override void Check(NetworkSpec network)
    {
        base.Check(network);
        SpecLimits.CheckRange(network, "block.expansion", Expansion, 1, 64);
        if (PreActivation is not null || PostActivation != PostActivation.Original)
            throw SpecLimits.Refusal(network, "an inverted block has no preActivation or postActivation; leave them out");
    }
}

/// <summary>Which convolution of a bottleneck strides.</summary>
[JsonConverter(typeof(EnumNameConverter<StridePlacement>))]
public enum StridePlacement
{
    /// <summary>The 3x3: v1.5, also called v1b; torchvision, timm, NVIDIA.</summary>
    Conv3x3,
    /// <summary>The first 1x1: v1; [He15], Caffe, Keras, and [He16]'s own pre-activation code.</summary>
    First1x1,
}

/// <summary>
/// Squeeze-and-excitation (Hu et al. 2018): the mean of each channel, a dense layer that narrows, ReLU, a dense layer that widens again,
/// sigmoid; the branch's channels are multiplied by the result before the addition. Both layers have biases, as in timm, kuangliu and
/// NVIDIA.
/// </summary>
/// <param name="Reduction">The branch's width divided by the inner one; 16 by default.</param>
/// <param name="Multiple">The inner width is rounded to the nearest multiple of this, at least one; 1 by default, 8 in timm.</param>
public sealed record SqueezeExcitationSpec(int Reduction = 16, int Multiple = 1)
{
    internal int InnerWidth(int width) =>
        Math.Max(Multiple, (int)(((double)width / Reduction + Multiple / 2.0) / Multiple) * Multiple);
}
