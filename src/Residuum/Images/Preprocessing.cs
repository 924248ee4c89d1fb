using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Foundation;
using Residuum.Tensors;

namespace Residuum.Images;

/// <summary>
/// How an image becomes a network's input: grey if there is one channel, then resized, then cropped, then normalized. It is stored in
/// model files as JSON. Immutable, compared by content, safe from several threads.
/// <para>The steps are torchvision's: <c>Grayscale</c>, <c>Resize</c>, <c>CenterCrop</c>, <c>ToTensor</c>, <c>Normalize</c>,
/// with the same bytes and the same single-precision numbers.</para>
/// </summary>
public sealed record Preprocessing
{
    /// <summary>The longest side that a preprocessing may ask for.</summary>
    public const int MaximumSide = 8192;

    static readonly ImmutableArray<float> ImageNetMean = [0.485f, 0.456f, 0.406f];
    static readonly ImmutableArray<float> ImageNetDeviation = [0.229f, 0.224f, 0.225f];

    /// <summary>
    /// What the ImageNet networks of torchvision expect: shorter side to 256, the middle 224x224, ImageNet's mean and deviation.
    /// </summary>
    public static Preprocessing ImageNet { get; } =
        new() { ResizeTo = 256, CropTo = 224, Mean = ImageNetMean, Deviation = ImageNetDeviation };

    /// <summary>32x32 in colour, with the mean and deviation of CIFAR-10's training images.</summary>
    public static Preprocessing Cifar10 { get; } =
        new() { Height = 32, Width = 32, Mean = [0.4914f, 0.4822f, 0.4465f], Deviation = [0.2470f, 0.2435f, 0.2616f] };

    /// <summary>28x28 in grey, with the mean and deviation of MNIST's training images.</summary>
    public static Preprocessing Mnist { get; } = new() { Height = 28, Width = 28, Mean = [0.1307f], Deviation = [0.3081f] };

    /// <summary>The shorter side becomes this many pixels, the sides keep their proportion; null leaves the size.</summary>
    public int? ResizeTo { get; init; }

    /// <summary>The side of the square cut from the middle after resizing; null cuts nothing.</summary>
    public int? CropTo { get; init; }

    /// <summary>
    /// The exact height to resize to, together with <see cref="Width"/> and in place of the two above; null leaves the size.
    /// </summary>
    public int? Height { get; init; }

    /// <summary>The exact width to resize to, together with <see cref="Height"/>.</summary>
    public int? Width { get; init; }

    /// <summary>
    /// Whether a colour result has blue, green, red in place of red, green, blue, as networks trained with Caffe want it; the mean and the
    /// deviation are in that order then. No by default.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ReversedChannels { get; init; }

    /// <summary>
    /// The mean of each channel on the scale of 0 to 1, subtracted; one value for grey or three for colour, in the result's order.
    /// </summary>
    public required ImmutableArray<float> Mean { get; init; }

    /// <summary>The standard deviation of each channel on the scale of 0 to 1, divided by; as many values as <see cref="Mean"/>.</summary>
    public required ImmutableArray<float> Deviation { get; init; }

    /// <summary>The channels of the result: 1 (grey) or 3 (red, green, blue, or the reverse).</summary>
    [JsonIgnore]
    public int Channels => Mean.IsDefault ? 0 : Mean.Length;

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="ResiduumException">
    /// The text is not JSON, a member is missing or of a wrong type, or a value makes no sense.
    /// </exception>
    public static Preprocessing FromJson(string json)
    {
        Preprocessing? result;
        try { result = Quick(json) ?? JsonSerializer.Deserialize(json, PreprocessingJson.Default.Preprocessing); }
        catch (JsonException error)
        {
            throw new ResiduumException(
                $"The preprocessing {Shortened(json)} is not a JSON object with mean and deviation and optional sizes; correct it.", error);
        }
        if (result is null) throw new ResiduumException("The preprocessing is null; it needs at least a mean and a deviation.");
        result.Check();
        return result;
    }

    /// <summary>One line of JSON, for example <c>{"resizeTo":256,"cropTo":224,"mean":[...],"deviation":[...]}</c>.</summary>
    public string ToJson()
    {
        Check();
        return JsonSerializer.Serialize(this, PreprocessingJson.Default.Preprocessing);
    }

    /// <summary>Turns an image into a single-precision tensor of channels x height x width: (byte / 255 - mean) / deviation.</summary>
    /// <exception cref="ResiduumException">
    /// This preprocessing makes no sense, or the image is so elongated that resizing it would take too much memory.
    /// </exception>
    public Tensor Apply(RgbImage image)
    {
        image = ApplyGeometry(image);
        var result = new Tensor(ElementType.Float32, new Shape(Channels, image.Height, image.Width));
        Normalize(image, result.Span<float>());
        return result;
    }

    /// <summary>Only the steps that give bytes: grey, resized and cropped, not yet normalized.</summary>
    /// <exception cref="ResiduumException">As <see cref="Apply"/>.</exception>
    public RgbImage ApplyGeometry(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Check();
        if (Channels == 1) image = ImageTransforms.ToGrey(image);
        if (Height is { } height && Width is { } width) image = ImageTransforms.Resize(image, height, width);
        if (ResizeTo is { } shorter) image = ImageTransforms.ResizeShorterSide(image, shorter);
        if (CropTo is { } crop) image = ImageTransforms.CenterCrop(image, crop);
        return image;
    }

    /// <summary>
    /// Writes the numbers of an image that has its final size, channel after channel; of a grey result the red channel counts.
    /// </summary>
    /// <exception cref="ResiduumException">
    /// This preprocessing makes no sense, or the target does not hold exactly channels x height x width numbers.
    /// </exception>
    public void Normalize(RgbImage image, Span<float> target)
    {
        ArgumentNullException.ThrowIfNull(image);
        Check();
        var pixels = image.Pixels;
        var plane = image.Width * image.Height;
        if (target.Length != (long)Channels * plane)
            throw new ResiduumException(
                $"An image of {image.Width}x{image.Height} in {Channels} channels does not fit {target.Length} numbers.");
        Span<float> values = stackalloc float[256];
        for (var channel = 0; channel < Channels; channel++)
        {
            for (var value = 0; value < values.Length; value++) values[value] = (value / 255f - Mean[channel]) / Deviation[channel];
            var to = target.Slice(channel * plane, plane);
            for (int i = 0, from = ReversedChannels ? Channels - 1 - channel : channel; i < to.Length; i++, from += 3)
                to[i] = values[pixels[from]];
        }
    }

    /// <summary>Whether two have the same steps and numbers.</summary>
    public bool Equals(Preprocessing? other) =>
        other is not null && ResizeTo == other.ResizeTo && CropTo == other.CropTo && Height == other.Height && Width == other.Width
        && ReversedChannels == other.ReversedChannels && Mean.AsSpan().SequenceEqual(other.Mean.AsSpan())
        && Deviation.AsSpan().SequenceEqual(other.Deviation.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var size in (ReadOnlySpan<int?>)[ResizeTo, CropTo, Height, Width]) hash.Add(size);
        hash.Add(ReversedChannels);
        foreach (var value in Mean.AsSpan()) hash.Add(value);
        foreach (var value in Deviation.AsSpan()) hash.Add(value);
        return hash.ToHashCode();
    }

    /// <summary>Refuses what makes no sense; the record may come from a stranger's file.</summary>
    void Check()
    {
        if (Mean.IsDefault || Deviation.IsDefault || Mean.Length is not (1 or 3) || Deviation.Length != Mean.Length)
            throw new ResiduumException("A preprocessing needs a mean and a deviation with 1 value (grey) or 3 values (colour) each.");
        foreach (var mean in Mean)
            if (!float.IsFinite(mean))
                throw new ResiduumException($"The mean {mean} of a preprocessing is not a finite number; correct it.");
        foreach (var deviation in Deviation)
            if (!float.IsFinite(deviation) || deviation <= 0)
                throw new ResiduumException($"The deviation {deviation} of a preprocessing is not a positive number; correct it.");
        if (Height is null != Width is null)
            throw new ResiduumException("A preprocessing names a height without a width or the other way round; give both or none.");
        if (Height is not null && (ResizeTo is not null || CropTo is not null))
            throw new ResiduumException("A preprocessing names an exact size and also a shorter side or a crop; give one of them.");
        foreach (var side in (ReadOnlySpan<int?>)[ResizeTo, CropTo, Height, Width])
            if (side is < 1 or > MaximumSide)
                throw new ResiduumException($"A preprocessing asks for a side of {side} pixels; sides are 1 to {MaximumSide}.");
    }

    // Anything but a text without mistakes is left to the serializer.
    static Preprocessing? Quick(string json) => JsonMembers.Read(json, default, static element =>
    {
        var members = new JsonMembers(element);
        int? Side(string name) => members.Has(name) ? members.Whole(name) : null;
        var result = new Preprocessing
        {
            ResizeTo = Side("resizeTo"),
            CropTo = Side("cropTo"),
            Height = Side("height"),
            Width = Side("width"),
            ReversedChannels = members.Truth("reversedChannels", false),
            Mean = ImmutableCollectionsMarshal.AsImmutableArray(members.Numbers("mean")),
            Deviation = ImmutableCollectionsMarshal.AsImmutableArray(members.Numbers("deviation")),
        };
        return members.Complete ? result : null;
    });

    static string Shortened(string json) => json.Length <= 80 ? json : json[..80] + "...";
}

/// <summary>Reads and writes a preprocessing without reflection, so that it works in programs compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Preprocessing))]
sealed partial class PreprocessingJson : JsonSerializerContext;
