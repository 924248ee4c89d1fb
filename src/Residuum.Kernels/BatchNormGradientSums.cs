using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// The first half of batch normalization's gradient: for each channel the sums of dy' and of dy' (x - mean), where dy' is dy, or dy
/// where the output was above zero if ReLU followed. They are the gradients of beta and gamma, and give the coefficients of the
/// second half, dx = a dy' + b (x - mean) + c.
/// </summary>
internal static class BatchNormGradientSums
{
    internal const int Sums = 2;

    /// <summary>Vectors of coefficients that are written, one after another, each padded to whole blocks.</summary>
    internal const int Coefficients = 3;

    /// <summary>Floats of scratch that a run on at most this many images needs.</summary>
    public static long ScratchLength(Layout x, int maximumImages)
    {
        var chunks = new ChannelChunks(x);
        return (long)chunks.Blocks * chunks.Count(maximumImages) * Sums * Lanes.Block;
    }

    /// <summary>
    /// With <paramref name="y"/>, dy is masked, and written to <paramref name="masked"/> where that is given (it may be dy
    /// itself). With <paramref name="batchStatistics"/> mean and deviation depend on x; else b and c are zero.
    /// </summary>
    public static Kernel Create(
        Map x, Map dy, Map y, Map masked, BatchNormGradientVectors vectors, Address coefficients, Address scratch, bool batchStatistics,
        int width = 0)
    {
        x.Blocked(nameof(x));
        dy.Like(x, nameof(dy));
        if (!y.IsNone) y.Like(x, nameof(y));
        if (!masked.IsNone) masked.Like(x, nameof(masked));
        if (y.IsNone && !masked.IsNone) throw new ArgumentException("A masked gradient needs the output that masks it.", nameof(masked));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new BatchNormGradientSums<Vector512<float>, Ops512>(x, dy, y, masked, vectors, coefficients, scratch, batchStatistics),
            8 => new BatchNormGradientSums<Vector256<float>, Ops256>(x, dy, y, masked, vectors, coefficients, scratch, batchStatistics),
            _ => new BatchNormGradientSums<Vector128<float>, Ops128>(x, dy, y, masked, vectors, coefficients, scratch, batchStatistics),
        };
    }
}

/// <summary>
/// The vectors of batch normalization's gradient, one number a channel. Mean, inverse deviation and both gradients are padded to
/// whole blocks of 16; of gamma exactly the channels are read.
/// </summary>
internal readonly struct BatchNormGradientVectors
{
    /// <summary>Scale; absent: 1.</summary>
    public Address Gamma { get; init; }

    /// <summary>The mean that the forward pass subtracted.</summary>
    public Address Mean { get; init; }

    /// <summary>1 / sqrt(variance + epsilon) of the forward pass.</summary>
    public Address InverseDeviation { get; init; }

    /// <summary>Gradient of gamma, written; may be absent.</summary>
    public Address GammaGradient { get; init; }

    /// <summary>Gradient of beta, written; may be absent.</summary>
    public Address BetaGradient { get; init; }
}

/// <summary>Sums of each chunk, then of all chunks.</summary>
internal sealed unsafe class BatchNormGradientSums<TVector, TOps>(
    Map x, Map dy, Map y, Map masked, BatchNormGradientVectors vectors, Address coefficients, Address scratch, bool batchStatistics)
    : Kernel where TVector : struct where TOps : struct, IOps<TVector>
{
    const int Partial = BatchNormGradientSums.Sums * Lanes.Block;

    readonly ChannelChunks _chunks = new(x.Layout);
    readonly int _padded = x.Layout.Blocks * Lanes.Block;
    readonly bool _contiguous =
        x.IsContiguous && dy.IsContiguous && (y.IsNone || y.IsContiguous) && (masked.IsNone || masked.IsContiguous);

    public override string Name => $"batch_norm_gradient_sums{(y.IsNone ? "" : "_relu")}_f32x{TOps.Width}";

    public override int Phases => 2;

    public override int Pieces(int phase, int images) =>
        phase == 0 ? _chunks.Pieces(images) : _chunks.Blocks * (Lanes.Block / ChunkSums.Lanes);

    public override void Run(int phase, int piece, int images)
    {
        if (phase == 0)
        {
            var (first, end) = _chunks.Piece(piece, images);
            for (var chunk = first; chunk < end; chunk++) Sum(_chunks[chunk, images], images);
        }
        else Combine(piece / (Lanes.Block / ChunkSums.Lanes), piece % (Lanes.Block / ChunkSums.Lanes) * ChunkSums.Lanes, images);
    }

    void Sum(ChannelChunks.Part part, int images)
    {
        var partial = scratch.Pointer + ((long)part.Block * _chunks.Count(images) + part.Chunk) * Partial;
        var (lines, pixels) = _contiguous ? (1, part.Rows * x.Layout.Width) : (part.Rows, x.Layout.Width);
        var mean = vectors.Mean.Pointer + part.Block * Lanes.Block;
        new Span<float>(partial, Partial).Clear();
        for (var image = part.Image; image < part.Image + part.Images; image++)
        {
            for (var line = 0; line < lines; line++)
            {
                var row = part.Row + line;
                var input = x.Row(image, part.Block, row);
                var gradient = dy.Row(image, part.Block, row);
                if (y.IsNone) AddLine(input, gradient, mean, pixels, partial);
                else AddMaskedLine(input, gradient, y.Row(image, part.Block, row),
                    masked.IsNone ? null : masked.Row(image, part.Block, row), mean, pixels, partial);
            }
            if (!masked.IsNone) masked.ClearHalo(image, part.Block, part.Row, part.Rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddLine(float* x, float* dy, float* mean, int pixels, float* partial)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var center = TOps.Load(mean + lane);
            TVector sum0 = TOps.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0;
            TVector product0 = sum0, product1 = sum0, product2 = sum0, product3 = sum0;
            var (pixel, i) = (0, lane);
            for (; pixel + 4 <= pixels; pixel += 4, i += 4 * Lanes.Block)
            {
                var d0 = TOps.Load(dy + i);
                var d1 = TOps.Load(dy + i + Lanes.Block);
                var d2 = TOps.Load(dy + i + 2 * Lanes.Block);
                var d3 = TOps.Load(dy + i + 3 * Lanes.Block);
                sum0 = TOps.Add(sum0, d0);
                sum1 = TOps.Add(sum1, d1);
                sum2 = TOps.Add(sum2, d2);
                sum3 = TOps.Add(sum3, d3);
                product0 = TOps.MultiplyAdd(d0, TOps.Subtract(TOps.Load(x + i), center), product0);
                product1 = TOps.MultiplyAdd(d1, TOps.Subtract(TOps.Load(x + i + Lanes.Block), center), product1);
                product2 = TOps.MultiplyAdd(d2, TOps.Subtract(TOps.Load(x + i + 2 * Lanes.Block), center), product2);
                product3 = TOps.MultiplyAdd(d3, TOps.Subtract(TOps.Load(x + i + 3 * Lanes.Block), center), product3);
            }
            for (; pixel < pixels; pixel++, i += Lanes.Block)
            {
                var d = TOps.Load(dy + i);
                sum0 = TOps.Add(sum0, d);
                product0 = TOps.MultiplyAdd(d, TOps.Subtract(TOps.Load(x + i), center), product0);
            }
            Store(partial + lane, TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3)),
                TOps.Add(TOps.Add(product0, product1), TOps.Add(product2, product3)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddMaskedLine(float* x, float* dy, float* y, float* masked, float* mean, int pixels, float* partial)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var center = TOps.Load(mean + lane);
            TVector sum0 = TOps.Zero, sum1 = sum0, product0 = sum0, product1 = sum0;
            var (pixel, i) = (0, lane);
            for (; pixel + 2 <= pixels; pixel += 2, i += 2 * Lanes.Block)
            {
                var d0 = TOps.WherePositive(TOps.Load(y + i), TOps.Load(dy + i));
                var d1 = TOps.WherePositive(TOps.Load(y + i + Lanes.Block), TOps.Load(dy + i + Lanes.Block));
                if (masked != null)
                {
                    TOps.Store(d0, masked + i);
                    TOps.Store(d1, masked + i + Lanes.Block);
                }
                sum0 = TOps.Add(sum0, d0);
                sum1 = TOps.Add(sum1, d1);
                product0 = TOps.MultiplyAdd(d0, TOps.Subtract(TOps.Load(x + i), center), product0);
                product1 = TOps.MultiplyAdd(d1, TOps.Subtract(TOps.Load(x + i + Lanes.Block), center), product1);
            }
            if (pixel < pixels)
            {
                var d = TOps.WherePositive(TOps.Load(y + i), TOps.Load(dy + i));
                if (masked != null) TOps.Store(d, masked + i);
                sum0 = TOps.Add(sum0, d);
                product0 = TOps.MultiplyAdd(d, TOps.Subtract(TOps.Load(x + i), center), product0);
            }
            Store(partial + lane, TOps.Add(sum0, sum1), TOps.Add(product0, product1));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* partial, TVector sum, TVector product)
    {
        TOps.Store(TOps.Add(TOps.Load(partial), sum), partial);
        TOps.Store(TOps.Add(TOps.Load(partial + Lanes.Block), product), partial + Lanes.Block);
    }

    void Combine(int block, int lane, int images)
    {
        var chunks = _chunks.Count(images);
        var first = scratch.Pointer + (long)block * chunks * Partial + lane;
        var sums = ChunkSums.Add(first, Partial, chunks);
        var products = ChunkSums.Add(first + Lanes.Block, Partial, chunks);
        for (var i = 0; i < ChunkSums.Lanes; i++)
            Finish(block * Lanes.Block + lane + i, ChunkSums.Lane(sums, i), ChunkSums.Lane(products, i),
                (double)images * x.Layout.Height * x.Layout.Width);
    }

    void Finish(int channel, double sum, double product, double count)
    {
        double a = 0, b = 0, c = 0, deviation = 0;
        if (channel < x.Layout.Channels)
        {
            deviation = vectors.InverseDeviation.Pointer[channel];
            a = deviation * (vectors.Gamma.IsNone ? 1 : vectors.Gamma.Pointer[channel]);
            if (batchStatistics) (b, c) = (-a * deviation * deviation * product / count, -a * sum / count);
        }
        else (sum, product) = (0, 0);
        var target = coefficients.Pointer + channel;
        (target[0], target[_padded], target[2 * _padded]) = ((float)a, (float)b, (float)c);
        if (!vectors.GammaGradient.IsNone) vectors.GammaGradient.Pointer[channel] = (float)(product * deviation);
        if (!vectors.BetaGradient.IsNone) vectors.BetaGradient.Pointer[channel] = (float)sum;
    }
}
