using System.Text.Json.Serialization;

namespace Residuum.Models;

/// <summary>Where the activations of a residual block stand: the five variants of [He16] figure 4.</summary>
public enum ActivationPlacement
{
    /// <summary>(a) Convolution, normalization, ReLU; ReLU after the addition ([He15]).</summary>
    Original,
    /// <summary>(b) The branch's last normalization stands after the addition, before the ReLU.</summary>
    NormalizationAfterAddition,
    /// <summary>(c) The branch's last ReLU stands before the addition, nothing after it.</summary>
    ReluBeforeAddition,
    /// <summary>(d) ReLU, convolution, normalization; nothing after the addition.</summary>
    ReluOnlyPreActivation,
    /// <summary>(e) Normalization, ReLU, convolution; nothing after the addition.</summary>
    FullPreActivation,
}

/// <summary>Reads and sets the placement of a block's activations as one notion.</summary>
public static class ActivationPlacements
{
    /// <summary>Where this block's activations stand.</summary>
    public static ActivationPlacement Placement(this BlockSpec block) => block switch
    {
        { PreActivation.ReluOnly: true } => ActivationPlacement.ReluOnlyPreActivation,
        { PreActivation: not null } => ActivationPlacement.FullPreActivation,
        _ => (ActivationPlacement)block.PostActivation,
    };

    /// <summary>The same block with its activations elsewhere; the further choices of a pre-activation network are the default
    /// ones.</summary>
    public static BlockSpec WithPlacement(this BlockSpec block, ActivationPlacement placement) => placement switch
    {
        ActivationPlacement.FullPreActivation or ActivationPlacement.ReluOnlyPreActivation => block with
        {
            PreActivation = new PreActivationSpec(ReluOnly: placement == ActivationPlacement.ReluOnlyPreActivation),
            PostActivation = PostActivation.Original,
        },
        _ => block with { PreActivation = null, PostActivation = (PostActivation)placement },
    };
}

/// <summary>What a post-activation block does around its addition ([He16] figure 4a to 4c).</summary>
[JsonConverter(typeof(EnumNameConverter<PostActivation>))]
public enum PostActivation
{
    /// <summary>ReLU after the addition ([He15]).</summary>
    Original,
    /// <summary>The branch's last normalization and a ReLU after the addition.</summary>
    NormalizationAfterAddition,
    /// <summary>ReLU at the branch's end, nothing after the addition.</summary>
    ReluBeforeAddition,
}

/// <summary>The choices that only a pre-activation network has ([He16] section 4 and appendix).</summary>
/// <param name="First">Who normalizes and activates what the first block of the first stage reads; by default the stem.</param>
/// <param name="Projection">What a projection shortcut reads; by default the activated map, as in [He16]'s own code.</param>
/// <param name="Final">Whether a last normalization and ReLU stand before the head; true by default, as the last sum is not
/// activated.</param>
/// <param name="ReluOnly">
/// Whether only the ReLU stands before its convolution and the normalization behind it ([He16] figure 4d); false by default.
/// </param>
public sealed record PreActivationSpec(
    FirstActivation First = FirstActivation.Stem, ProjectionInput Projection = ProjectionInput.Activated, bool Final = true,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool ReluOnly = false);

/// <summary>Who normalizes and activates what the first block of a pre-activation network reads.</summary>
[JsonConverter(typeof(EnumNameConverter<FirstActivation>))]
public enum FirstActivation
{
    /// <summary>The stem ends with normalization and ReLU, and the first block drops its own ([He16] appendix).</summary>
    Stem,
    /// <summary>The stem ends with its convolution (and pooling), and the first block is like all others.</summary>
    Block,
    /// <summary>The stem ends with normalization and ReLU, and the first block is like all others (GluonCV's ImageNet v2).</summary>
    Both,
}

/// <summary>What a projection shortcut of a pre-activation block reads. Identity and zero-padded shortcuts always carry the raw
/// sum.</summary>
[JsonConverter(typeof(EnumNameConverter<ProjectionInput>))]
public enum ProjectionInput
{
    /// <summary>The map after the block's first normalization and ReLU.</summary>
    Activated,
    /// <summary>The sum as the previous block left it.</summary>
    Raw,
}
