using System.Text.Json.Serialization;

namespace Residuum.Models;

/// <summary>
/// A residual block: its convolutions, and where its activations stand. Immutable. Either <see cref="BasicBlockSpec"/> or
/// <see cref="BottleneckBlockSpec"/>.
/// </summary>
/// <param name="PreActivation">
/// Null (the default) for post-activation, v1 ([He15] figure 2): convolution, normalization, ReLU, with the last ReLU after the
/// addition. Otherwise pre-activation, v2 ([He16] figure 4e): normalization, ReLU, convolution, with nothing after the addition.
/// </param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BasicBlockSpec), "basic")]
[JsonDerivedType(typeof(BottleneckBlockSpec), "bottleneck")]
public abstract record BlockSpec(
    [property: JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PreActivationSpec? PreActivation)
{
    /// <summary>The block's convolutions for a stage of this output width; the first block of a stage also strides.</summary>
    internal abstract (int Width, int Kernel, int Stride)[] Convolutions(int width, int stride);

    internal abstract void Check(NetworkSpec network);
}

/// <summary>Two 3x3 convolutions ([He15] figure 5, left), the first of which strides.</summary>
/// <param name="PreActivation">Null for post-activation.</param>
public sealed record BasicBlockSpec(PreActivationSpec? PreActivation = null) : BlockSpec(PreActivation)
{
    internal override (int Width, int Kernel, int Stride)[] Convolutions(int width, int stride) => [(width, 3, stride), (width, 3, 1)];

    internal override void Check(NetworkSpec network) { }
}

/// <summary>
/// 1x1, 3x3 and 1x1 convolutions ([He15] figure 5, right): the first narrows the map to its inner width, the last widens it again.
/// </summary>
/// <param name="Reduction">
/// The stage's width divided by the inner width: 4 (the default) in the papers, 2 in [Atienza] and in wide residual networks.
/// </param>
/// <param name="Stride">Which convolution strides in the first block of a stage; by default the 3x3, as torchvision does.</param>
/// <param name="PreActivation">Null for post-activation.</param>
public sealed record BottleneckBlockSpec(
    int Reduction = 4, StridePlacement Stride = StridePlacement.Conv3x3, PreActivationSpec? PreActivation = null) : BlockSpec(PreActivation)
{
    internal override (int Width, int Kernel, int Stride)[] Convolutions(int width, int stride)
    {
        var inner = width / Reduction;
        return Stride == StridePlacement.First1x1
            ? [(inner, 1, stride), (inner, 3, 1), (width, 1, 1)]
            : [(inner, 1, 1), (inner, 3, stride), (width, 1, 1)];
    }

    internal override void Check(NetworkSpec network)
    {
        SpecLimits.CheckRange(network, "block.reduction", Reduction, 1, SpecLimits.Width);
        SpecLimits.CheckDefined(network, "block.stride", Stride);
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

/// <summary>The choices that only a pre-activation network has ([He16] section 4 and appendix).</summary>
/// <param name="First">Who normalizes and activates what the first block of the first stage reads; by default the stem.</param>
/// <param name="Projection">What a projection shortcut reads; by default the activated map, as in [He16]'s own code.</param>
/// <param name="Final">Whether a last normalization and ReLU stand before the head; true by default, as the last sum is not activated.</param>
public sealed record PreActivationSpec(
    FirstActivation First = FirstActivation.Stem, ProjectionInput Projection = ProjectionInput.Activated, bool Final = true);

/// <summary>Who normalizes and activates what the first block of a pre-activation network reads.</summary>
[JsonConverter(typeof(EnumNameConverter<FirstActivation>))]
public enum FirstActivation
{
    /// <summary>The stem ends with normalization and ReLU, and the first block drops its own ([He16] appendix).</summary>
    Stem,
    /// <summary>The stem ends with its convolution (and pooling), and the first block is like all others.</summary>
    Block,
}

/// <summary>What a projection shortcut of a pre-activation block reads. Identity and zero-padded shortcuts always carry the raw sum.</summary>
[JsonConverter(typeof(EnumNameConverter<ProjectionInput>))]
public enum ProjectionInput
{
    /// <summary>The map after the block's first normalization and ReLU.</summary>
    Activated,
    /// <summary>The sum as the previous block left it.</summary>
    Raw,
}
