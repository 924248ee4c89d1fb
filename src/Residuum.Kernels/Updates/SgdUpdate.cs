using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>A run of parameters in a flat array, and the weight decay that applies to it.</summary>
internal readonly record struct DecayRange(long Offset, long Length, float WeightDecay);

/// <summary>
/// Stochastic gradient descent with momentum exactly as PyTorch's SGD (dampening 0), in one pass over flat arrays:
/// g = gradientScale gradient + weightDecay w; buffer = momentum buffer + g; step = nesterov ? g + momentum buffer : buffer;
/// w -= learningRate step. A buffer of zeros before the first step gives PyTorch's first step. What is settable takes effect from the
/// next run on; not to be set during one.
/// </summary>
internal abstract class SgdUpdate : Kernel
{
    /// <summary>Step size.</summary>
    public float LearningRate { get; set; }

    /// <summary>Share of the buffer that is kept; 0 leaves the buffer alone.</summary>
    public float Momentum { get; set; }

    /// <summary>Nesterov's variant: looks one step of momentum ahead.</summary>
    public bool Nesterov { get; set; }

    /// <summary>Factor on the gradient, for clipping or for sums over several batches; 1 at first.</summary>
    public float GradientScale { get; set; } = 1;

    /// <summary>
    /// Updates the parameters in these ranges and no others; the three arrays have the same offsets. The buffer may be absent where
    /// momentum is never used.
    /// </summary>
    public static SgdUpdate Create(
        Address weights, Address gradients, Address buffer, IReadOnlyList<DecayRange> ranges, int width = 0) =>
        (width == 0 ? Lanes.Width : width) switch
        {
            16 => new SgdUpdate<Vector512<float>, Ops512>(weights, gradients, buffer, ranges),
            8 => new SgdUpdate<Vector256<float>, Ops256>(weights, gradients, buffer, ranges),
            _ => new SgdUpdate<Vector128<float>, Ops128>(weights, gradients, buffer, ranges),
        };
}

/// <summary>One pass, vector by vector; the last numbers of a piece through padded copies, so that they round alike.</summary>
internal sealed unsafe class SgdUpdate<TVector, TOps> : SgdUpdate where TVector : struct where TOps : struct, IOps<TVector>
{
    const int FloatsInPiece = 4096;

    readonly Address _weights;
    readonly Address _gradients;
    readonly Address _buffer;
    readonly DecayRange[] _pieces;

    public SgdUpdate(Address weights, Address gradients, Address buffer, IReadOnlyList<DecayRange> ranges)
    {
        (_weights, _gradients, _buffer) = (weights, gradients, buffer);
        var pieces = new List<DecayRange>();
        foreach (var range in ranges)
            for (var start = 0L; start < range.Length; start += FloatsInPiece)
                pieces.Add(new DecayRange(range.Offset + start, Math.Min(FloatsInPiece, range.Length - start), range.WeightDecay));
        _pieces = [.. pieces];
    }

    public override string Name => $"sgd_update_f32x{TOps.Width}";

    public override int Pieces(int phase, int images) => _pieces.Length;

    public override void Run(int phase, int piece, int images)
    {
        var (offset, length, decay) = _pieces[piece];
        var weights = _weights.Pointer + offset;
        var gradients = _gradients.Pointer + offset;
        var whole = (int)length / TOps.Width * TOps.Width;
        var rest = (int)length - whole;
        if (Momentum == 0)
        {
            Plain(weights, gradients, decay, whole);
            if (rest > 0) Rest(weights + whole, gradients + whole, null, decay, rest);
        }
        else
        {
            if (_buffer.IsNone) throw new InvalidOperationException("Momentum needs a buffer.");
            WithMomentum(weights, gradients, _buffer.Pointer + offset, decay, whole);
            if (rest > 0) Rest(weights + whole, gradients + whole, _buffer.Pointer + offset + whole, decay, rest);
        }
    }

    void Rest(float* weights, float* gradients, float* buffer, float decay, int count)
    {
        var w = stackalloc float[Lanes.Block];
        var g = stackalloc float[Lanes.Block];
        var b = stackalloc float[Lanes.Block];
        for (var i = 0; i < count; i++) (w[i], g[i], b[i]) = (weights[i], gradients[i], buffer == null ? 0 : buffer[i]);
        if (buffer == null) Plain(w, g, decay, TOps.Width);
        else WithMomentum(w, g, b, decay, TOps.Width);
        for (var i = 0; i < count; i++)
        {
            weights[i] = w[i];
            if (buffer != null) buffer[i] = b[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Plain(float* weights, float* gradients, float decay, int count)
    {
        var (decays, scale, step) = (TOps.Broadcast(decay), TOps.Broadcast(GradientScale), TOps.Broadcast(-LearningRate));
        for (var i = 0; i < count; i += TOps.Width)
        {
            var w = TOps.Load(weights + i);
            var g = TOps.MultiplyAdd(decays, w, TOps.Multiply(scale, TOps.Load(gradients + i)));
            TOps.Store(TOps.MultiplyAdd(step, g, w), weights + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WithMomentum(float* weights, float* gradients, float* buffer, float decay, int count)
    {
        var (decays, scale, step) = (TOps.Broadcast(decay), TOps.Broadcast(GradientScale), TOps.Broadcast(-LearningRate));
        var momentum = TOps.Broadcast(Momentum);
        var nesterov = Nesterov;
        for (var i = 0; i < count; i += TOps.Width)
        {
            var w = TOps.Load(weights + i);
            var g = TOps.MultiplyAdd(decays, w, TOps.Multiply(scale, TOps.Load(gradients + i)));
            // Rounded after the product, as PyTorch does: it multiplies the buffer in place, then adds.
            var b = TOps.Add(TOps.Multiply(momentum, TOps.Load(buffer + i)), g);
            TOps.Store(b, buffer + i);
            TOps.Store(TOps.MultiplyAdd(step, nesterov ? TOps.MultiplyAdd(momentum, b, g) : b, w), weights + i);
        }
    }
}
