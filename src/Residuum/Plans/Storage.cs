using System.Buffers;
using Residuum.Kernels;
using Residuum.Tensors;

namespace Residuum.Plans;

/// <summary>
/// How a value lies in a plan's memory: how many floats it takes, for the whole or for each image, and how its numbers are copied
/// in from and out to a dense row-major tensor.
/// </summary>
abstract record Storage
{
    /// <summary>Floats that do not depend on the batch.</summary>
    public virtual long FixedLength => 0;

    /// <summary>Floats for each image of the batch.</summary>
    public virtual long ImageLength => 0;

    /// <summary>Floats for a batch, rounded up so that neighbours begin on their own cache line.</summary>
    public long Length(int images) => (FixedLength + ImageLength * images + Lanes.Block - 1) / Lanes.Block * Lanes.Block;

    /// <summary>How many parts of a value can be packed independently of one another.</summary>
    public virtual int Parts => 1;

    /// <summary>
    /// Copies one part's dense numbers in; padding becomes zero. Only for storage that does not depend on the batch.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="dense">All numbers.</param>
    /// <param name="factors">
    /// What the numbers of each outermost index are multiplied by, in double precision; empty to take them as they are.
    /// </param>
    /// <param name="stored">All memory of the value.</param>
    public virtual void PackPart(int part, ReadOnlySpan<float> dense, ReadOnlySpan<double> factors, Span<float> stored)
    {
        dense.CopyTo(stored);
        stored[dense.Length..].Clear();
        for (var i = 0; i < factors.Length; i++)
            foreach (ref var number in stored.Slice(dense.Length / factors.Length * i, dense.Length / factors.Length))
                number = (float)(number * factors[i]);
    }

    /// <summary>Copies dense numbers in; padding becomes zero.</summary>
    public void Pack(ReadOnlySpan<float> dense, Span<float> stored)
    {
        for (var part = 0; part < Parts; part++) PackPart(part, dense, [], stored);
    }

    /// <summary>Copies dense numbers out.</summary>
    public virtual void Unpack(ReadOnlySpan<float> stored, Span<float> dense) => stored[..dense.Length].CopyTo(dense);
}

/// <summary>Maps of a batch of images in the blocked layout.</summary>
sealed record MapStorage(Layout Layout) : Storage
{
    public override long ImageLength => Layout.ImageStride;
}

/// <summary>
/// Sums of each channel over the pixels of an image, kept as sums over chunks of pixels. What they are is known to the kernels that write
/// and read them alone.
/// </summary>
sealed record ChunkStorage(Layout Map, int Sums) : Storage
{
    public override long ImageLength => ChunkGather.Length(Map, Sums, 1);
}

/// <summary>A dense row for each image; a single number an image where features is 1.</summary>
sealed record RowStorage(int Features) : Storage
{
    public override long ImageLength => Features;
}

/// <summary>Numbers without a batch, dense: vectors of channels, matrices of linear layers, scalars.</summary>
sealed record DenseStorage(Shape Shape) : Storage
{
    public override long FixedLength => Shape.Count;
}

/// <summary>A convolution's weight in the blocks that the kernels read.</summary>
sealed record ConvWeightStorage(WeightLayout Layout) : Storage
{
    public override long FixedLength => Layout.Length;

    public override int Parts => Layout.OutputBlocks;

    public override void PackPart(int part, ReadOnlySpan<float> dense, ReadOnlySpan<double> factors, Span<float> stored) =>
        Layout.PackBlock(part, dense, factors, stored.Slice(part * Layout.OutputBlockStride, Layout.OutputBlockStride));

    public override void Unpack(ReadOnlySpan<float> stored, Span<float> dense) => Layout.Unpack(stored, dense);
}

/// <summary>A convolution's weight in Winograd's form, transformed in double precision when it is loaded. It cannot be read back.</summary>
sealed record WinogradWeightStorage(WeightLayout Layout, WinogradSize Size) : Storage
{
    public override long FixedLength => new WinogradWeights(Layout, Size, flipped: false).Length;

    public override int Parts => Layout.OutputBlocks;

    public override void PackPart(int part, ReadOnlySpan<float> dense, ReadOnlySpan<double> factors, Span<float> stored)
    {
        var packed = ArrayPool<float>.Shared.Rent(Layout.OutputBlockStride);
        Layout.PackBlock(part, dense, factors, packed.AsSpan(0, Layout.OutputBlockStride));
        new WinogradWeights(Layout, Size, flipped: false).WriteBlock(part, packed, stored);
        ArrayPool<float>.Shared.Return(packed);
    }

    public override void Unpack(ReadOnlySpan<float> stored, Span<float> dense) =>
        throw new NotSupportedException("Weights in Winograd's form are not turned back.");
}
