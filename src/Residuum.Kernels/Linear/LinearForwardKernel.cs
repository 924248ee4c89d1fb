using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// A fully connected layer, y = relu?(x w' + bias): rows of x and y are images, w is [outputs][inputs], all dense. Every result is
/// a dot product over 16 lanes, whatever the vector width, which are then added pairwise; so it is the same to the bit in any batch.
/// </summary>
internal abstract unsafe class LinearForwardKernel : Kernel
{
    // About 10 microseconds of reading weights.
    const int WantedMultiplyAdds = 64 * 1024;

    const int MostImages = 32;

    readonly int _inputs, _outputs, _outputsTogether;
    readonly float* _x, _weights, _bias, _y;
    readonly bool _relu;

    LinearForwardKernel(int inputs, int outputs, Address x, Address weights, Address bias, bool relu, Address y)
    {
        (_inputs, _outputs, _relu) = (inputs, outputs, relu);
        _x = x.Pointer;
        _weights = weights.Pointer;
        _bias = bias.Pointer;
        _y = y.Pointer;
        _outputsTogether = Math.Clamp(WantedMultiplyAdds / inputs / 4 * 4, 4, 1024);
    }

    /// <summary>
    /// A layer of these sizes; the bias may be none; <paramref name="width"/> is the floats of a vector, the widest where it is 0.
    /// </summary>
    public static LinearForwardKernel Create(
        int inputs, int outputs, Address x, Address weights, Address bias, Address y, bool relu = false,
        int width = 0)
    {
        if (inputs < 1 || outputs < 1) throw new ArgumentException($"No linear layer has {inputs} inputs and {outputs} outputs.");
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new OfWidth<Vector512<float>, Ops512>(inputs, outputs, x, weights, bias, relu, y),
            8 => new OfWidth<Vector256<float>, Ops256>(inputs, outputs, x, weights, bias, relu, y),
            4 => new OfWidth<Vector128<float>, Ops128>(inputs, outputs, x, weights, bias, relu, y),
            _ => throw new ArgumentOutOfRangeException(nameof(width)),
        };
    }

    public override int Pieces(int phase, int images) => ImageGroups(images) * OutputGroups;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int piece, int images)
    {
        var (imageGroup, outputGroup) = (piece / OutputGroups, piece % OutputGroups);
        var endImage = Math.Min(images, (imageGroup + 1) * MostImages);
        var endOutput = Math.Min(_outputs, (outputGroup + 1) * _outputsTogether);
        var sums = stackalloc float[8 * Lanes.Block];
        for (var output = outputGroup * _outputsTogether; output < endOutput; output += 4)
        {
            var outputs = Math.Min(4, endOutput - output);
            for (var image = imageGroup * MostImages; image < endImage; image += 2)
            {
                var rows = Math.Min(2, endImage - image);
                var x = _x + (long)image * _inputs;
                var w = _weights + (long)output * _inputs;
                // An image or output that is not there is computed as a copy of the first and dropped.
                Dots(x, rows > 1 ? x + _inputs : x, w, outputs > 1 ? w + _inputs : w, outputs > 2 ? w + 2L * _inputs : w,
                    outputs > 3 ? w + 3L * _inputs : w, rows > 1, sums);
                for (var row = 0; row < rows; row++)
                    for (var o = 0; o < outputs; o++)
                        _y[(long)(image + row) * _outputs + output + o] =
                            Finish(sums + (row * 4 + o) * Lanes.Block, x + (long)row * _inputs, w + (long)o * _inputs, output + o);
            }
        }
    }

    /// <summary>The 16 lane sums of the products of one or two rows of x with four rows of w, over the multiple of 16 in the
    /// inputs.</summary>
    protected abstract void Dots(float* x0, float* x1, float* w0, float* w1, float* w2, float* w3, bool two, float* sums);

    int OutputGroups => (_outputs + _outputsTogether - 1) / _outputsTogether;

    static int ImageGroups(int images) => (images + MostImages - 1) / MostImages;

    float Finish(float* lanes, float* x, float* w, int output)
    {
        for (var half = Lanes.Block / 2; half > 0; half /= 2)
            for (var i = 0; i < half; i++) lanes[i] += lanes[i + half];
        var sum = lanes[0];
        for (var i = _inputs / Lanes.Block * Lanes.Block; i < _inputs; i++) sum = Scalar.MultiplyAdd(x[i], w[i], sum);
        if (_bias != null) sum += _bias[output];
        return _relu && sum < 0 ? 0 : sum;
    }

    sealed class OfWidth<TVector, TOps>(int inputs, int outputs, Address x, Address weights, Address bias, bool relu, Address y)
        : LinearForwardKernel(inputs, outputs, x, weights, bias, relu, y) where TVector : struct where TOps : struct, IOps<TVector>
    {
        public override string Name { get; } = $"linear-forward dot 2x4 f32x{TOps.Width}";

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        protected override void Dots(float* x0, float* x1, float* w0, float* w1, float* w2, float* w3, bool two, float* sums)
        {
            var whole = _inputs / Lanes.Block * Lanes.Block;
            for (var lane = 0; lane < Lanes.Block; lane += TOps.Width)
            {
                TVector a0 = TOps.Zero, a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
                if (two)
                    for (var i = lane; i < whole; i += Lanes.Block)
                    {
                        TVector p = TOps.Load(x0 + i), q = TOps.Load(x1 + i);
                        var w = TOps.Load(w0 + i);
                        a0 = TOps.MultiplyAdd(p, w, a0);
                        b0 = TOps.MultiplyAdd(q, w, b0);
                        w = TOps.Load(w1 + i);
                        a1 = TOps.MultiplyAdd(p, w, a1);
                        b1 = TOps.MultiplyAdd(q, w, b1);
                        w = TOps.Load(w2 + i);
                        a2 = TOps.MultiplyAdd(p, w, a2);
                        b2 = TOps.MultiplyAdd(q, w, b2);
                        w = TOps.Load(w3 + i);
                        a3 = TOps.MultiplyAdd(p, w, a3);
                        b3 = TOps.MultiplyAdd(q, w, b3);
                    }
                else
                    for (var i = lane; i < whole; i += Lanes.Block)
                    {
                        var p = TOps.Load(x0 + i);
                        a0 = TOps.MultiplyAdd(p, TOps.Load(w0 + i), a0);
                        a1 = TOps.MultiplyAdd(p, TOps.Load(w1 + i), a1);
                        a2 = TOps.MultiplyAdd(p, TOps.Load(w2 + i), a2);
                        a3 = TOps.MultiplyAdd(p, TOps.Load(w3 + i), a3);
                    }
                TOps.Store(a0, sums + lane);
                TOps.Store(a1, sums + Lanes.Block + lane);
                TOps.Store(a2, sums + 2 * Lanes.Block + lane);
                TOps.Store(a3, sums + 3 * Lanes.Block + lane);
                TOps.Store(b0, sums + 4 * Lanes.Block + lane);
                TOps.Store(b1, sums + 5 * Lanes.Block + lane);
                TOps.Store(b2, sums + 6 * Lanes.Block + lane);
                TOps.Store(b3, sums + 7 * Lanes.Block + lane);
            }
        }
    }
}
