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
/// <param name="ShortcutModifier">What is done to shortcut and branch before they meet ([He16] section 3); null (the default) for
/// nothing.</param>
/// <param name="Join">How branch and shortcut meet; by default they are added.</param>
/// <param name="PooledProjection">Whether a striding projection averages first and does not stride itself (ResNet-D, [BoT]).</param>
/// <param name="BareProjection">Whether the projections of a post-activation network have no normalization (the Keras example).</param>
/// <param name="Biases">Which convolutions of blocks have a bias; none by default.</param>
/// <param name="Padding">How convolutions pad; symmetrically by default.</param>
/// <param name="Activation">The function between convolutions; ReLU by default.</param>
/// <param name="StochasticDepth">
/// The rate at which the last block's branch is dropped in training; that of the l-th of L blocks is l / L of it (Huang et al. 2016). 0 by
/// default.
/// </param>
/// <param name="Head">What else stands before the output; null (the default) for nothing.</param>
/// <param name="Decoder">What makes an image again, for an autoencoder; null (the default) for nothing.</param>
/// <param name="OneDimensional">
/// Whether the input is a sequence, images of height 1, over which every kernel of k x k becomes one of 1 x k; false by default.
/// </param>
public sealed record ResNetSpec(
    string Name, ImageSize Input, StemSpec Stem, ImmutableArray<StageSpec> Stages, BlockSpec Block, int? Classes,
    ShortcutKind Shortcut = ShortcutKind.Projection, float Epsilon = 1e-5f, float Momentum = 0.1f,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShortcutModifierSpec? ShortcutModifier = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] Join Join = Join.Add,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool PooledProjection = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool BareProjection = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] BiasPlacement Biases = BiasPlacement.None,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] PaddingRule Padding = PaddingRule.Symmetric,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ActivationKind Activation = ActivationKind.Relu,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] float StochasticDepth = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] HeadSpec? Head = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DecoderSpec? Decoder = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool OneDimensional = false) : NetworkSpec(Name, Input)
{
    /// <inheritdoc/>
    public bool Equals(ResNetSpec? other) =>
        base.Equals(other) && Stem == other.Stem && Stages.AsSpan().SequenceEqual(other.Stages.AsSpan()) && Block == other.Block
        && Classes == other.Classes && Shortcut == other.Shortcut && Epsilon.Equals(other.Epsilon) && Momentum.Equals(other.Momentum)
        && ShortcutModifier == other.ShortcutModifier && Join == other.Join && PooledProjection == other.PooledProjection
        && BareProjection == other.BareProjection && Biases == other.Biases && Padding == other.Padding && Activation == other.Activation
        && StochasticDepth.Equals(other.StochasticDepth) && Head == other.Head && Decoder == other.Decoder
        && OneDimensional == other.OneDimensional;

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(base.GetHashCode(), Stem, Stages.IsDefault ? 0 : Stages.Length, Block, Classes, Shortcut);

    /// <inheritdoc/>
    public override ResNetSpec WithClasses(int classes) => this with { Classes = classes };

    /// <summary>
    /// The form that networks for ImageNet take on CIFAR-10 in many reproductions: colour images of 32x32, one 3x3 convolution in place of
    /// the stem, no pooling behind it, 10 classes. Null for a network whose stem does not pool or that does not classify.
    /// </summary>
    public ResNetSpec? ForCifar10() => Stem.MaxPool && Classes is not null && !OneDimensional
        ? this with { Input = new ImageSize(3, 32, 32), Stem = StemSpec.Of3x3(Stem.Convolutions[^1].Width), Classes = 10 }
        : null;

    internal override void Check()
    {
        if (Stem is null || Block is null || Stages.IsDefault) throw SpecLimits.Refusal(this, "its stem, stages or block is missing");
        Stem.Check(this);
        SpecLimits.CheckRange(this, "the number of stages", Stages.Length, 1, SpecLimits.Stages);
        var blocks = 0L;
        for (var i = 0; i < Stages.Length; i++)
        {
            if (Stages[i] is null) throw SpecLimits.Refusal(this, $"stages[{i}] is missing");
            Stages[i].Check(this, $"stages[{i}]", Block);
            blocks += Stages[i].Blocks;
        }
        SpecLimits.CheckRange(this, "the number of blocks in all stages", blocks, 1, SpecLimits.Blocks);
        Block.Check(this);
        SpecLimits.CheckDefined(this, "shortcut", Shortcut);
        if (Classes is { } classes) SpecLimits.CheckRange(this, "classes", classes, 1, SpecLimits.Width);
        if (!(Epsilon > 0 && Epsilon <= 1)) throw SpecLimits.Refusal(this, $"epsilon is {Epsilon} and must be above 0 and at most 1");
        if (!(Momentum >= 0 && Momentum <= 1)) throw SpecLimits.Refusal(this, $"momentum is {Momentum} and must be between 0 and 1");
        CheckFurther();
    }

    void CheckFurther()
    {
        ShortcutModifier?.Check(this);
        SpecLimits.CheckDefined(this, "join", Join);
        SpecLimits.CheckDefined(this, "biases", Biases);
        SpecLimits.CheckDefined(this, "padding", Padding);
        SpecLimits.CheckDefined(this, "activation", Activation);
        SpecLimits.CheckRate(this, "stochasticDepth", StochasticDepth);
        Head?.Check(this, Classes is not null);
        if (Decoder is { } decoder) SpecLimits.CheckDefined(this, "decoder.enlarging", decoder.Enlarging);
        if (Decoder is not null && Classes is not null)
            throw SpecLimits.Refusal(this, "a network with a decoder has no classes; set classes to null");
        if (OneDimensional && Input.Height != 1)
            throw SpecLimits.Refusal(this, $"oneDimensional networks read images of height 1, and input.height is {Input.Height}");
        if (Join == Join.Concatenate && (Shortcut is ShortcutKind.None or ShortcutKind.Identity || Decoder is not null))
            throw SpecLimits.Refusal(this, "join is concatenate, which needs a shortcut in every block and has no decoder");
        if (Join == Join.Concatenate && ShortcutModifier is GatedShortcutSpec)
            throw SpecLimits.Refusal(this, "join is concatenate, and a gated shortcut is one that is added; choose either");
        if (Shortcut == ShortcutKind.None && ShortcutModifier is not null)
            throw SpecLimits.Refusal(this, "shortcutModifier is given, but shortcut is none");
    }

    internal override Graph BuildGraph() => new ResNetBuilder(this).Build();
}
