namespace Residuum.Images;

/// <summary>Reads one image format. Implementations are safe from several threads.</summary>
public interface IImageDecoder
{
    /// <summary>Whether a file that begins with these bytes (up to 16 of them) is of this format.</summary>
    bool Recognises(ReadOnlySpan<byte> head);

    /// <summary>Decodes a whole file.</summary>
    /// <param name="file">The content of the file.</param>
    /// <param name="name">What to call it in messages, for example its path.</param>
    /// <param name="limits">What to refuse before memory is taken.</param>
    /// <exception cref="ResiduumException">The file is damaged, truncated, or above the limits.</exception>
    RgbImage Decode(ReadOnlyMemory<byte> file, string name, ImageLimits limits);
}
