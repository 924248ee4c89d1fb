using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Residuum.Models;

/// <summary>What stands before the first stage: convolutions, each with normalization and ReLU, then perhaps max pooling.</summary>
/// <param name="Convolutions">The convolutions in order, 1 to 16.</param>
/// <param name="MaxPool">Whether 3x3 max pooling with stride 2 follows; false by default.</param>
/// <param name="Pool">How that pooling meets the borders; by default one pixel of padding on every side that never wins.</param>
/// <param name="NormalizedInput">
/// Whether the image is normalized first, without scale and shift, as in GluonCV's v2; false by default.
/// </param>
/// <param name="Linear">Whether the last normalization has no ReLU behind it, as in GluonCV's CIFAR v1; false by default.</param>
public sealed record StemSpec(
    ImmutableArray<ConvolutionSpec> Convolutions, bool MaxPool = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] PoolBorder Pool = PoolBorder.Padded,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool NormalizedInput = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Linear = false)
{
    /// <summary>The stem of [He15] for ImageNet: a 7x7 convolution to 64 maps with stride 2, then max pooling.</summary>
    public static StemSpec ImageNet { get; } = new([new ConvolutionSpec(64, 7, 2)], MaxPool: true);

    /// <summary>The stem for small images: one 3x3 convolution, no pooling.</summary>
    public static StemSpec Of3x3(int width) => new([new ConvolutionSpec(width)]);

    /// <summary>
    /// The deep stem of ResNet-C ([BoT] figure 2b): three 3x3 convolutions in place of the 7x7, the first with stride 2, then max pooling.
    /// </summary>
    /// <param name="first">Width of the first: 32 in c and d, 64 in s and e, 24 in t.</param>
    /// <param name="second">Width of the second: 32 in c, d and t, 64 in s and e.</param>
    /// <param name="third">Width of the third: 64, or 128 in s and e.</param>
    public static StemSpec Deep(int first = 32, int second = 32, int third = 64) =>
        new([new ConvolutionSpec(first, 3, 2), new ConvolutionSpec(second), new ConvolutionSpec(third)], MaxPool: true);

    /// <inheritdoc/>
    public bool Equals(StemSpec? other) =>
        other is not null && MaxPool == other.MaxPool && Pool == other.Pool && NormalizedInput == other.NormalizedInput
        && Linear == other.Linear && Convolutions.AsSpan().SequenceEqual(other.Convolutions.AsSpan());

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
        SpecLimits.CheckDefined(network, "stem.pool", Pool);
        if (Pool != PoolBorder.Padded && !MaxPool) throw SpecLimits.Refusal(network, "stem.pool is given, but stem.maxPool is false");
    }
}

/// <summary>One convolution of a stem.</summary>
/// <param name="Width">Its output channels.</param>
/// <param name="Kernel">Side of its square kernel in pixels; 3 by default.</param>
/// <param name="Stride">Its stride in pixels; 1 by default.</param>
/// <param name="Bias">Whether it has a bias although a normalization follows, as in Caffe; false by default.</param>
public sealed record ConvolutionSpec(int Width, int Kernel = 3, int Stride = 1, bool Bias = false);

/// <summary>How the stem's 3x3 max pooling with stride 2 meets the borders of its map.</summary>
[JsonConverter(typeof(EnumNameConverter<PoolBorder>))]
public enum PoolBorder
{
    /// <summary>One pixel on every side that never wins: PyTorch, Gluon.</summary>
    Padded,
    /// <summary>
    /// One pixel of zeros on every side, which win over negative values: Keras, where it matters in v2, whose stem is not activated.
    /// </summary>
    Zeros,
    /// <summary>Windows start at the first pixel and the last may reach over the far border: Caffe, whose sizes are rounded up.</summary>
    Ceiling,
}
