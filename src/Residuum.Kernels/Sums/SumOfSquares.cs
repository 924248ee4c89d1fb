namespace Residuum.Kernels;

/// <summary>The sum of the squares of numbers in a flat array, in double precision and in a fixed order: for norms and clipping.</summary>
internal sealed unsafe class SumOfSquares : Kernel
{
    const int FloatsInPiece = 8192;

    readonly Address _numbers;
    readonly long _length;
    readonly double[] _partials;

    /// <summary>Of this many numbers from this address on.</summary>
    public SumOfSquares(Address numbers, long length)
    {
        (_numbers, _length) = (numbers, length);
        _partials = new double[(length + FloatsInPiece - 1) / FloatsInPiece];
    }

    /// <summary>The sum that the last run found.</summary>
    public double Result { get; private set; }

    public override string Name => "sum_of_squares_f32";

    public override int Phases => 2;

    public override int Pieces(int phase, int images) => phase == 0 ? _partials.Length : 1;

    public override void Run(int phase, int piece, int images)
    {
        if (phase == 0)
        {
            var start = (long)piece * FloatsInPiece;
            _partials[piece] = Sum(_numbers.Pointer + start, (int)Math.Min(FloatsInPiece, _length - start));
            return;
        }
        var total = 0.0;
        foreach (var partial in _partials) total += partial;
        Result = total;
    }

    static double Sum(float* numbers, int count)
    {
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        var i = 0;
        for (; i + 4 <= count; i += 4)
        {
            sum0 += (double)numbers[i] * numbers[i];
            sum1 += (double)numbers[i + 1] * numbers[i + 1];
            sum2 += (double)numbers[i + 2] * numbers[i + 2];
            sum3 += (double)numbers[i + 3] * numbers[i + 3];
        }
        for (; i < count; i++) sum0 += (double)numbers[i] * numbers[i];
        return sum0 + sum1 + (sum2 + sum3);
    }
}
