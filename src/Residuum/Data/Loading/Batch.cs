namespace Residuum.Data;

/// <summary>
/// Images ready for a network, and their labels. It belongs to its <see cref="BatchLoader"/>, which fills it anew: use it until the
/// enumeration moves on, and copy what is needed longer. The arrays are as long as a full batch; only the first <see cref="Count"/>
/// images are meant.
/// </summary>
public sealed class Batch
{
    readonly int _imageSize;

    internal Batch(int capacity, int imageSize)
    {
        _imageSize = imageSize;
        ImageBuffer = new float[capacity * imageSize];
        LabelBuffer = new int[capacity];
        IndexBuffer = new int[capacity];
    }

    /// <summary>Which batch of its epoch it is, from 0.</summary>
    public int Number { get; internal set; }

    /// <summary>How many images it holds; fewer than the batch size only in an epoch's last batch.</summary>
    public int Count { get; internal set; }

    /// <summary>The normalized images, Count x C x H x W.</summary>
    public ReadOnlySpan<float> Images => ImageBuffer.AsSpan(0, Count * _imageSize);

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<int> Labels => LabelBuffer.AsSpan(0, Count);

    /// <summary>The index of each image in its set.</summary>
    public ReadOnlySpan<int> Indices => IndexBuffer.AsSpan(0, Count);

    /// <summary>The array behind <see cref="Images"/>, with room for a full batch.</summary>
    public float[] ImageBuffer { get; }

    /// <summary>The array behind <see cref="Labels"/>, with room for a full batch.</summary>
    public int[] LabelBuffer { get; }

    /// <summary>The array behind <see cref="Indices"/>, with room for a full batch.</summary>
    internal int[] IndexBuffer { get; }
}
