using System.Text.Json.Serialization;

namespace Residuum.Models;

/// <summary>What stands between the last stage and the network's output, beside the usual pooling and classifier.</summary>
/// <param name="Width">A last 1x1 convolution to this many channels, normalized and activated (MobileNetV2); null (the default) for
/// none.</param>
/// <param name="Dropout">The share of features dropped before the classifier, in training only; 0 by default.</param>
/// <param name="Latent">
/// For an encoder: outputs of a dense layer that reads the whole last map; null (the default) for none. The network then has no classes.
/// </param>
public sealed record HeadSpec(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Width = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] float Dropout = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Latent = null)
{
    /// <summary>Pooling and classifier, nothing else.</summary>
    internal static HeadSpec Default { get; } = new();

    internal void Check(NetworkSpec network, bool classifies)
    {
        if (Width is { } width) SpecLimits.CheckRange(network, "head.width", width, 1, SpecLimits.Width);
        if (Latent is { } latent) SpecLimits.CheckRange(network, "head.latent", latent, 1, SpecLimits.Width);
        SpecLimits.CheckRate(network, "head.dropout", Dropout);
        if (classifies && Latent is not null)
            throw SpecLimits.Refusal(network, "an encoder with head.latent has no classes; set classes to null");
        if (!classifies && Dropout > 0) throw SpecLimits.Refusal(network, "head.dropout stands before a classifier, but classes is null");
    }
}

/// <summary>
/// A mirrored decoder behind an encoder without classes: the stages in reverse, each with as many blocks, whose first block enlarges the
/// map by what the encoder's stage strode; then the stem in reverse, down to an image of the input's size. Its output is
/// <see cref="NetworkSpec.ReconstructionOutput"/>.
/// </summary>
/// <param name="Enlarging">How maps become larger; by repeated pixels by default.</param>
public sealed record DecoderSpec(Enlarging Enlarging = Enlarging.Nearest);

/// <summary>How a decoder makes a map larger.</summary>
[JsonConverter(typeof(EnumNameConverter<Enlarging>))]
public enum Enlarging
{
    /// <summary>Each pixel repeated, before the convolution.</summary>
    Nearest,
    /// <summary>Bilinear interpolation, before the convolution.</summary>
    Bilinear,
    /// <summary>A transposed convolution with a kernel of twice the stride.</summary>
    Transposed,
}
