using System.Text.Json.Serialization;

namespace Residuum.Models;

/// <summary>What carries a block's input past its convolutions: the identity, and what where the shapes do not agree ([He15] section
/// 3.3).</summary>
[JsonConverter(typeof(EnumNameConverter<ShortcutKind>))]
public enum ShortcutKind
{
    /// <summary>B: a strided 1x1 convolution where the shape changes, normalized in post-activation networks.</summary>
    Projection,
    /// <summary>C: a 1x1 convolution in every block.</summary>
    ProjectionEverywhere,
    /// <summary>A: where the shape changes every stride-th pixel, with half of the new channels, all zero, before and half
    /// behind.</summary>
    ZeroPadSplit,
    /// <summary>A: the same with all new channels behind.</summary>
    ZeroPadAppend,
    /// <summary>No shortcut and no addition: the plain twin.</summary>
    None,
    /// <summary>The identity where the shape stays; no shortcut and no addition elsewhere (MobileNetV2).</summary>
    Identity,
}

/// <summary>
/// What is done to the two summands of a residual block ([He16] section 3 and figure 2). Immutable. One of
/// <see cref="ScaledShortcutSpec"/>, <see cref="GatedShortcutSpec"/> and <see cref="DroppedShortcutSpec"/>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ScaledShortcutSpec), "scaled")]
[JsonDerivedType(typeof(GatedShortcutSpec), "gated")]
[JsonDerivedType(typeof(DroppedShortcutSpec), "dropped")]
public abstract record ShortcutModifierSpec
{
    internal abstract void Check(NetworkSpec network);
}

/// <summary>Constant scaling ([He16] figure 2b): y = branch scale * branch(x) + shortcut scale * shortcut(x).</summary>
/// <param name="Shortcut">What the shortcut is multiplied by; 0.5 by default.</param>
/// <param name="Branch">What the branch is multiplied by; 1 by default, 0.5 in the paper's second case.</param>
public sealed record ScaledShortcutSpec(float Shortcut = 0.5f, float Branch = 1) : ShortcutModifierSpec
{
    internal override void Check(NetworkSpec network)
    {
        SpecLimits.CheckFinite(network, "shortcutModifier.shortcut", Shortcut);
        SpecLimits.CheckFinite(network, "shortcutModifier.branch", Branch);
    }
}

/// <summary>
/// Gating ([He16] figure 2c and 2d): with g = sigmoid(W x + b), W a 1x1 convolution, the shortcut is multiplied by 1 - g and, if the
/// gating is exclusive, the branch by g.
/// </summary>
/// <param name="Exclusive">Whether the branch is gated too; false (the default) for shortcut-only gating.</param>
/// <param name="Bias">What b starts at; 0 by default. The more negative, the nearer the shortcut starts to the identity.</param>
public sealed record GatedShortcutSpec(bool Exclusive = false, float Bias = 0) : ShortcutModifierSpec
{
    internal override void Check(NetworkSpec network) => SpecLimits.CheckFinite(network, "shortcutModifier.bias", Bias);
}

/// <summary>Dropout on the shortcut ([He16] figure 2f), in training only.</summary>
/// <param name="Rate">The share that is dropped, at least 0 and below 1; 0.5 by default.</param>
public sealed record DroppedShortcutSpec(float Rate = 0.5f) : ShortcutModifierSpec
{
    internal override void Check(NetworkSpec network) => SpecLimits.CheckRate(network, "shortcutModifier.rate", Rate);
}

/// <summary>How a block's branch and shortcut become one map.</summary>
[JsonConverter(typeof(EnumNameConverter<Join>))]
public enum Join
{
    /// <summary>Their sum.</summary>
    Add,
    /// <summary>
    /// Their channels, the shortcut's first (Huang et al. 2017): every block adds a stage's width to the channels. Where a block strides,
    /// a projection brings the shortcut to that width, shortcut A only takes every stride-th pixel.
    /// </summary>
    Concatenate,
}

/// <summary>Which convolutions of blocks have a bias although a normalization follows. A stem says so for each of its own.</summary>
[JsonConverter(typeof(EnumNameConverter<BiasPlacement>))]
public enum BiasPlacement
{
    /// <summary>None; every PyTorch network.</summary>
    None,
    /// <summary>All; Keras v1 and the Keras example.</summary>
    All,
    /// <summary>The first and the last of a bottleneck, not its 3x3 and not the projection; GluonCV's v1.</summary>
    Outer,
    /// <summary>The last one and the projection; Keras v2.</summary>
    LastAndProjection,
}

/// <summary>How convolutions pad.</summary>
[JsonConverter(typeof(EnumNameConverter<PaddingRule>))]
public enum PaddingRule
{
    /// <summary>(kernel - 1) / 2 on every side.</summary>
    Symmetric,
    /// <summary>
    /// TensorFlow's <c>same</c>: as much as ceil(size / stride) outputs need, half of it before and, where it is odd, one more behind.
    /// A 3x3 with stride 2 over an even size pads on the far side only.
    /// </summary>
    Same,
}

/// <summary>The function between convolutions.</summary>
[JsonConverter(typeof(EnumNameConverter<ActivationKind>))]
public enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    Relu,
    /// <summary>min(max(x, 0), 6), as in MobileNetV2.</summary>
    Relu6,
}
