using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// The vectors of a batch normalization, one number a channel. Those that a kernel writes are padded with zeros to whole blocks of 16;
/// of gamma, beta and the running statistics exactly the channels are read and written.
/// </summary>
internal readonly struct BatchNormVectors
{
    /// <summary>Scale; absent: 1.</summary>
    public Address Gamma { get; init; }

    /// <summary>Offset; absent: 0.</summary>
    public Address Beta { get; init; }

    /// <summary>The mean that was subtracted, kept for the gradient.</summary>
    public Address Mean { get; init; }

    /// <summary>1 / sqrt(variance + epsilon), kept for the gradient.</summary>
    public Address InverseDeviation { get; init; }

    /// <summary>The mean over training so far; where absent, none is kept.</summary>
    public Address RunningMean { get; init; }

    /// <summary>The unbiased variance over training so far; where absent, none is kept.</summary>
    public Address RunningVariance { get; init; }
}

/// <summary>
/// Mean and variance of each channel over a batch (Ioffe and Szegedy 2015), and what follows from them: the inverse deviation, the
/// scale and shift that normalize, and the running statistics, updated as PyTorch does with the unbiased variance.
/// </summary>
internal static class BatchNormStatistics
{
    internal const int Statistics = 3;

    /// <summary>Floats of scratch that a run on at most this many images needs.</summary>
    public static long ScratchLength(Layout x, int maximumImages)
    {
        var chunks = new ChannelChunks(x);
        return (long)chunks.Blocks * chunks.Count(maximumImages) * Statistics * Lanes.Block;
    }

    /// <summary>Scale and shift are vectors padded to whole blocks: gamma / deviation and beta - mean gamma / deviation.</summary>
    public static Kernel Create(
        Map x, BatchNormVectors vectors, Address scale, Address shift, Address scratch, double epsilon, double momentum, int width = 0) =>
        (width == 0 ? Lanes.Width : width) switch
        {
            16 => new BatchNormStatistics<Vector512<float>, Ops512>(x, vectors, scale, shift, scratch, epsilon, momentum),
            8 => new BatchNormStatistics<Vector256<float>, Ops256>(x, vectors, scale, shift, scratch, epsilon, momentum),
            _ => new BatchNormStatistics<Vector128<float>, Ops128>(x, vectors, scale, shift, scratch, epsilon, momentum),
        };
}

/// <summary>
/// First phase: each chunk's sums of x - origin and its square, the origin being the mean of the chunk's first pixels, so that
/// nothing cancels where the mean is large against the deviation. Second phase: the chunks combined in double precision.
/// </summary>
internal sealed unsafe class BatchNormStatistics<TVector, TOps>(
    Map x, BatchNormVectors vectors, Address scale, Address shift, Address scratch, double epsilon, double momentum) : Kernel
    where TVector : struct where TOps : struct, IOps<TVector>
{
    const int Partial = BatchNormStatistics.Statistics * Lanes.Block;
    const int PixelsOfOrigin = 8;

    readonly Map _x = x.Blocked(nameof(x));
    readonly ChannelChunks _chunks = new(x.Layout);

    public override string Name => $"batch_norm_statistics_f32x{TOps.Width}";

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
        var (lines, pixels) = _x.IsContiguous ? (1, part.Rows * _x.Layout.Width) : (part.Rows, _x.Layout.Width);
        new Span<float>(partial, Partial).Clear();
        Origin(_x.Row(part.Image, part.Block, part.Row), Math.Min(pixels, PixelsOfOrigin), partial);
        for (var image = part.Image; image < part.Image + part.Images; image++)
            for (var line = 0; line < lines; line++) AddLine(_x.Row(image, part.Block, part.Row + line), pixels, partial);
    }

    static void Origin(float* x, int pixels, float* partial)
    {
        var share = TOps.Broadcast(1f / pixels);
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var sum = TOps.Load(x + lane);
            for (var pixel = 1; pixel < pixels; pixel++) sum = TOps.Add(sum, TOps.Load(x + lane + pixel * Lanes.Block));
            TOps.Store(TOps.Multiply(sum, share), partial + lane);
        }
    }

    // Four chains hide the latency of the additions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddLine(float* line, int pixels, float* partial)
    {
        for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
        {
            var x = line + lane;
            var origin = TOps.Load(partial + lane);
            TVector sum0 = TOps.Zero, sum1 = sum0, sum2 = sum0, sum3 = sum0, square0 = sum0, square1 = sum0, square2 = sum0, square3 = sum0;
            var pixel = 0;
            for (; pixel + 4 <= pixels; pixel += 4, x += 4 * Lanes.Block)
            {
                var d0 = TOps.Subtract(TOps.Load(x), origin);
                var d1 = TOps.Subtract(TOps.Load(x + Lanes.Block), origin);
                var d2 = TOps.Subtract(TOps.Load(x + 2 * Lanes.Block), origin);
                var d3 = TOps.Subtract(TOps.Load(x + 3 * Lanes.Block), origin);
                sum0 = TOps.Add(sum0, d0);
                sum1 = TOps.Add(sum1, d1);
                sum2 = TOps.Add(sum2, d2);
                sum3 = TOps.Add(sum3, d3);
                square0 = TOps.MultiplyAdd(d0, d0, square0);
                square1 = TOps.MultiplyAdd(d1, d1, square1);
                square2 = TOps.MultiplyAdd(d2, d2, square2);
                square3 = TOps.MultiplyAdd(d3, d3, square3);
            }
            for (; pixel < pixels; pixel++, x += Lanes.Block)
            {
                var d = TOps.Subtract(TOps.Load(x), origin);
                sum0 = TOps.Add(sum0, d);
                square0 = TOps.MultiplyAdd(d, d, square0);
            }
            var sums = partial + Lanes.Block + lane;
            var squares = partial + 2 * Lanes.Block + lane;
            TOps.Store(TOps.Add(TOps.Load(sums), TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3))), sums);
            TOps.Store(TOps.Add(TOps.Load(squares), TOps.Add(TOps.Add(square0, square1), TOps.Add(square2, square3))), squares);
        }
    }

    // With n pixels, origin o, S = sum (x - o) and Q = sum (x - o)^2 of a chunk, and d = mean - o:
    // mean = sum (n o + S) / N and sum (x - mean)^2 = sum (Q - 2 d S + n d^2).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Combine(int block, int lane, int images)
    {
        var chunks = _chunks.Count(images);
        var first = scratch.Pointer + (long)block * chunks * Partial + lane;
        var count = (double)images * _x.Layout.Height * _x.Layout.Width;
        var (meanLow, meanHigh) = (Vector128<double>.Zero, Vector128<double>.Zero);
        var partial = first;
        for (var chunk = 0; chunk < chunks; chunk++, partial += Partial)
        {
            var (origin, sum) = (Vector128.Load(partial), Vector128.Load(partial + Lanes.Block));
            var pixels = Vector128.Create((double)_chunks.Pixels(chunk, images));
            meanLow += Vector128.WidenLower(origin) * pixels + Vector128.WidenLower(sum);
            meanHigh += Vector128.WidenUpper(origin) * pixels + Vector128.WidenUpper(sum);
        }
        meanLow /= Vector128.Create(count);
        meanHigh /= Vector128.Create(count);
        var (low, high) = (Vector128<double>.Zero, Vector128<double>.Zero);
        partial = first;
        for (var chunk = 0; chunk < chunks; chunk++, partial += Partial)
        {
            var (origin, sum, square) =
                (Vector128.Load(partial), Vector128.Load(partial + Lanes.Block), Vector128.Load(partial + 2 * Lanes.Block));
            var pixels = Vector128.Create((double)_chunks.Pixels(chunk, images));
            var distance = meanLow - Vector128.WidenLower(origin);
            low += Vector128.WidenLower(square) + distance * (distance * pixels - (Vector128.WidenLower(sum) + Vector128.WidenLower(sum)));
            distance = meanHigh - Vector128.WidenUpper(origin);
            high += Vector128.WidenUpper(square) + distance * (distance * pixels - (Vector128.WidenUpper(sum) + Vector128.WidenUpper(sum)));
        }
        for (var i = 0; i < ChunkSums.Lanes; i++)
            Finish(block * Lanes.Block + lane + i, ChunkSums.Lane((meanLow, meanHigh), i), ChunkSums.Lane((low, high), i), count);
    }

    void Finish(int channel, double mean, double squares, double count)
    {
        if (channel >= _x.Layout.Channels)
        {
            BatchNormChannel.Write(vectors, scale, shift, channel, 0, 0, 0, 0);
            return;
        }
        squares = squares < 0 ? 0 : squares;
        BatchNormChannel.Write(vectors, scale, shift, channel, mean, 1 / Math.Sqrt(squares / count + epsilon),
            vectors.Gamma.IsNone ? 1 : vectors.Gamma.Pointer[channel], vectors.Beta.IsNone ? 0 : vectors.Beta.Pointer[channel]);
        if (!vectors.RunningMean.IsNone) Update(ref vectors.RunningMean.Pointer[channel], mean);
        if (!vectors.RunningVariance.IsNone) Update(ref vectors.RunningVariance.Pointer[channel], squares / Math.Max(count - 1, 1));
    }

    void Update(ref float running, double batch) => running = (float)((1 - momentum) * running + momentum * batch);
}
