using System.Collections.Immutable;
using System.Globalization;

namespace Residuum.Images;

/// <summary>
/// How bytes become a network's numbers: (x / 255 - mean) / deviation for each channel, in single precision and in this order, as
/// torchvision's <c>ToTensor</c> and <c>Normalize</c> compute it, to the same bits. Immutable; compares by content.
/// </summary>
public sealed class Normalization : IEquatable<Normalization>
{
    static readonly (string Name, Normalization Value)[] Known =
    [
        ("imagenet", new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f])),
        ("cifar10", new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f])),
        ("mnist", new([0.1307f], [0.3081f])),
        ("fashion-mnist", new([0.2860f], [0.3530f])),
        ("shapes", new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f])),
        // keras.applications.imagenet_utils.preprocess_input by its modes of the same names: bytes less a mean, blue first; bytes to -1..1.
        ("caffe", new([103.939f / 255, 116.779f / 255, 123.68f / 255], [1f / 255, 1f / 255, 1f / 255], reversedChannels: true)),
        ("tf", new([0.5f, 0.5f, 0.5f], [0.5f, 0.5f, 0.5f])),
        ("none", new([0f], [1f])),
    ];

    /// <summary>A normalization by these figures on the 0..1 scale: one for each channel, or a single one that serves all
    /// channels.</summary>
    /// <param name="mean">What is subtracted.</param>
    /// <param name="deviation">What the difference is divided by.</param>
    /// <param name="reversedChannels">Whether the channels come out in reverse order, in which the figures are then.</param>
    /// <exception cref="ResiduumException">The lengths differ, a figure is not finite, or a deviation is not above 0.</exception>
    public Normalization(ImmutableArray<float> mean, ImmutableArray<float> deviation, bool reversedChannels = false)
    {
        if (mean.IsDefaultOrEmpty || deviation.IsDefaultOrEmpty || mean.Length != deviation.Length)
            throw new ResiduumException($"A normalization has {(mean.IsDefault ? 0 : mean.Length)} means and "
                + $"{(deviation.IsDefault ? 0 : deviation.Length)} deviations; give one of each for each channel.");
        foreach (var value in mean)
            if (!float.IsFinite(value)) throw new ResiduumException($"A normalization's mean is {value}; means must be finite.");
        foreach (var value in deviation)
            if (!(float.IsFinite(value) && value > 0))
                throw new ResiduumException($"A normalization's deviation is {value}; deviations must be finite and above 0.");
        (Mean, Deviation, ReversedChannels) = (mean, deviation, reversedChannels);
    }

    /// <summary>Leaves the 0..1 scale as it is: mean 0, deviation 1, for any number of channels.</summary>
    public static Normalization None { get; } = Parse("none");

    /// <summary>The names that <see cref="Parse"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(entry => entry.Name)];

    /// <summary>The mean of each channel on the 0..1 scale, or a single one for all.</summary>
    public ImmutableArray<float> Mean { get; }

    /// <summary>The deviation of each channel on the 0..1 scale, or a single one for all.</summary>
    public ImmutableArray<float> Deviation { get; }

    /// <summary>Whether the channels come out in reverse order: blue, green, red from red, green, blue.</summary>
    public bool ReversedChannels { get; }

    /// <summary>
    /// The usual figures of a data set: imagenet, cifar10, mnist, fashion-mnist, shapes; of networks trained with Caffe (caffe: 0 to 255
    /// less the mean, blue first) or as TensorFlow's examples (tf: -1 to 1); or none.
    /// </summary>
    /// <exception cref="ResiduumException">The name is not known.</exception>
    public static Normalization Parse(string name)
    {
        foreach (var (known, value) in Known)
            if (known == name) return value;
        throw new ResiduumException($"There is no normalization '{name}'; choose {string.Join(", ", Known.Select(entry => entry.Name))}.");
    }

    /// <summary>
    /// The number for each byte in each channel of the result: channels x 256, channel after channel. Looking a byte up gives the same bits
    /// as the formula.
    /// </summary>
    /// <exception cref="ResiduumException">The figures are for another number of channels.</exception>
    public float[] Table(int channels)
    {
        if (Mean.Length != 1 && Mean.Length != channels)
            throw new ResiduumException($"The normalization has figures for {Mean.Length} channels, but the images have {channels}; "
                + "choose one that fits, or none.");
        var table = new float[channels * 256];
        for (var channel = 0; channel < channels; channel++)
        {
            var (mean, deviation) = Mean.Length == 1 ? (Mean[0], Deviation[0]) : (Mean[channel], Deviation[channel]);
            for (var value = 0; value < 256; value++) table[channel * 256 + value] = (value / 255f - mean) / deviation;
        }
        return table;
    }

    /// <summary>Normalizes one image of channels x plane bytes.</summary>
    /// <param name="pixels">The bytes, plane after plane.</param>
    /// <param name="channels">The number of planes; it divides the number of bytes.</param>
    /// <param name="result">As many numbers as bytes.</param>
    /// <exception cref="ResiduumException">The figures are for another number of channels.</exception>
    public void Apply(ReadOnlySpan<byte> pixels, int channels, Span<float> result)
    {
        var table = Table(channels);
        var plane = pixels.Length / channels;
        if (plane * channels != pixels.Length || result.Length != pixels.Length)
            throw new ArgumentException($"{pixels.Length} bytes in {channels} channels do not fill {result.Length} numbers.",
                nameof(result));
        for (var channel = 0; channel < channels; channel++)
        {
            var source = pixels.Slice(Source(channel, channels) * plane, plane);
            for (var i = 0; i < plane; i++) result[channel * plane + i] = table[channel * 256 + source[i]];
        }
    }

    /// <summary>The channel of the bytes that becomes a channel of the result.</summary>
    internal int Source(int channel, int channels) => ReversedChannels ? channels - 1 - channel : channel;

    /// <inheritdoc/>
    public bool Equals(Normalization? other) =>
        other is not null && ReversedChannels == other.ReversedChannels && Mean.AsSpan().SequenceEqual(other.Mean.AsSpan())
            && Deviation.AsSpan().SequenceEqual(other.Deviation.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Normalization);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mean[0], Deviation[0], Mean.Length);

    /// <summary>For example <c>mean 0.4914 0.4822 0.4465, deviation 0.247 0.2435 0.2616</c>.</summary>
    public override string ToString() => $"mean {Join(Mean)}, deviation {Join(Deviation)}{(ReversedChannels ? ", channels reversed" : "")}";

    static string Join(ImmutableArray<float> values) =>
        string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
