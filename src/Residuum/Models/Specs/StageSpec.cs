using System.Text.Json.Serialization;

namespace Residuum.Models;

/// <summary>A stage: blocks whose output maps all have the same number and size.</summary>
/// <param name="Blocks">How many.</param>
/// <param name="Width">
/// Output channels of every block, what the next stage reads: 256 for the first stage of ResNet-50, whose inner width is 64.
/// </param>
/// <param name="Stride">Stride of one block; 1 (the default) keeps the resolution, 2 halves it.</param>
/// <param name="StrideIn">Which block strides; the first by default.</param>
/// <param name="Block">This stage's own block, or null (the default) for the network's.</param>
/// <param name="Bridge">
/// An extra shortcut over the whole stage, added to what its last block hands on; null (the default) for none. Where the stage changes
/// no shape it is the identity (or a projection, with <see cref="ShortcutKind.ProjectionEverywhere"/>).
/// </param>
public sealed record StageSpec(
    int Blocks, int Width, int Stride = 1,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] StridingBlock StrideIn = StridingBlock.First,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BlockSpec? Block = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ShortcutKind? Bridge = null)
{
    internal void Check(NetworkSpec network, string member, BlockSpec block)
    {
        SpecLimits.CheckRange(network, $"{member}.blocks", Blocks, 1, SpecLimits.Blocks);
        SpecLimits.CheckRange(network, $"{member}.width", Width, 1, SpecLimits.Width);
        SpecLimits.CheckRange(network, $"{member}.stride", Stride, 1, SpecLimits.Stride);
        SpecLimits.CheckDefined(network, $"{member}.strideIn", StrideIn);
        if (Bridge is { } bridge) SpecLimits.CheckDefined(network, $"{member}.bridge", bridge);
        if (Bridge is ShortcutKind.None or ShortcutKind.Identity)
            throw SpecLimits.Refusal(network,
                $"{member}.bridge must be one of projection, projectionEverywhere, zeroPadSplit and zeroPadAppend");
        Block?.Check(network);
        (Block ?? block).CheckWidth(network, member, Width);
    }
}

/// <summary>Which block of a stage strides.</summary>
[JsonConverter(typeof(EnumNameConverter<StridingBlock>))]
public enum StridingBlock
{
    /// <summary>The first, as in the papers.</summary>
    First,
    /// <summary>
    /// The last, whose shortcut, where the channels agree, takes every stride-th pixel (a 1x1 max pooling): Keras applications' v2.
    /// </summary>
    Last,
}
