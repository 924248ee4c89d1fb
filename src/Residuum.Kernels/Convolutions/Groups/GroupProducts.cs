using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>
/// What <see cref="GroupProducts"/> computes: sums over some rows of pixels. Distances are in floats.
/// </summary>
internal unsafe struct GroupProductArguments
{
    public int Rows, Columns;

    /// <summary>The first window's first pixel, and from a window to the next and from a row of a window to the next.</summary>
    public float* X;
    public nint XRow, XPixel, KernelRow;

    /// <summary>The gradient of the first window's result, at its first channel.</summary>
    public float* Dy;
    public nint DyRow;

    /// <summary>Which outputs the lanes take at each step: <see cref="GroupOrder"/>.</summary>
    public float* Order;

    /// <summary>The first step.</summary>
    public int Step;

    /// <summary>The first lane of the block that is computed; x and sums begin with it.</summary>
    public int Lane;

    /// <summary>Sums as [step][kernel row and column][16 inputs], of the first step; they are added to what is there, or are all.</summary>
    public float* Sums;
    public bool Fresh;
}

/// <summary>
/// For one or two steps through the outputs of a block's groups and the nine positions of a window: the sum over pixels of x times dy, in
/// order. A lane is an input, which needs the gradients of its own group only; so dy is loaded with its lanes put in order and multiplied
/// with nine numbers of x.
/// </summary>
internal abstract unsafe class GroupProducts
{
    /// <summary>Steps that are computed together.</summary>
    public abstract int Together { get; }

    public abstract void Run(GroupProductArguments* arguments);

    /// <summary><see cref="Run"/> as an object.</summary>
    public Delegate Compiled => new Runner(Run);

    delegate void Runner(GroupProductArguments* arguments);

    /// <summary>
    /// The loop for a step through groups of so many channels: two steps at a time where there are registers and steps enough.
    /// </summary>
    public static GroupProducts Create(int width, int channels, int step) => width switch
    {
        16 when channels > 1 && step == 0 => new GroupProducts<Vector512<float>, Ops512, Count2, Count1>(),
        16 when channels > 1 => new GroupProducts<Vector512<float>, Ops512, Count2, Unknown>(),
        16 => new GroupProducts<Vector512<float>, Ops512, Count1, Unknown>(),
        8 => new GroupProducts<Vector256<float>, Ops256, Count1, Unknown>(),
        4 => new GroupProducts<Vector128<float>, Ops128, Count1, Unknown>(),
        _ => throw new ArgumentOutOfRangeException(nameof(width)),
    };
}

/// <summary>
/// The loop for a vector width and one or two steps, as named locals: a and b are their sums. The first two steps double lanes if
/// <typeparamref name="TDoubles"/> is 1.
/// </summary>
internal sealed unsafe class GroupProducts<TVector, TOps, TTogether, TDoubles> : GroupProducts
    where TVector : struct where TOps : struct, IOps<TVector> where TTogether : unmanaged, ICount where TDoubles : struct, ICount
{
    public override int Together => TTogether.Value;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(GroupProductArguments* arguments)
    {
        TVector a0 = TOps.Zero, a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0;
        TVector b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0, b5 = a0, b6 = a0, b7 = a0, b8 = a0;
        var step = arguments->Step;
        var first = TOps.Load(arguments->Order + step * TOps.Width);
        var second = sizeof(TTogether) > 1 ? TOps.Load(arguments->Order + (step + 1) * TOps.Width) : first;
        var pixel = arguments->XPixel;
        for (var row = 0; row < arguments->Rows; row++)
        {
            var x = arguments->X + row * arguments->XRow;
            var middle = x + arguments->KernelRow;
            var last = middle + arguments->KernelRow;
            var dy = arguments->Dy + row * arguments->DyRow + (arguments->Lane ^ (step & -TOps.Width));
            for (var column = arguments->Columns; column > 0; column--)
            {
                TVector p, q = first;
                if (TDoubles.Value == 1) p = TOps.DoubleEven(TOps.Load(dy));
                else p = TOps.Permute(TOps.Load(dy), first);
                if (TDoubles.Value == 1) q = TOps.DoubleOdd(TOps.Load(dy));
                else if (sizeof(TTogether) > 1) q = TOps.Permute(TOps.Load(dy), second);
                Add(x, p, q, ref a0, ref b0);
                Add(x + Lanes.Block, p, q, ref a1, ref b1);
                Add(x + 2 * Lanes.Block, p, q, ref a2, ref b2);
                Add(middle, p, q, ref a3, ref b3);
                Add(middle + Lanes.Block, p, q, ref a4, ref b4);
                Add(middle + 2 * Lanes.Block, p, q, ref a5, ref b5);
                Add(last, p, q, ref a6, ref b6);
                Add(last + Lanes.Block, p, q, ref a7, ref b7);
                Add(last + 2 * Lanes.Block, p, q, ref a8, ref b8);
                x += pixel;
                middle += pixel;
                last += pixel;
                dy += Lanes.Block;
            }
        }
        Finish(arguments, 0, a0, b0);
        Finish(arguments, 1, a1, b1);
        Finish(arguments, 2, a2, b2);
        Finish(arguments, 3, a3, b3);
        Finish(arguments, 4, a4, b4);
        Finish(arguments, 5, a5, b5);
        Finish(arguments, 6, a6, b6);
        Finish(arguments, 7, a7, b7);
        Finish(arguments, 8, a8, b8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add(float* x, TVector p, TVector q, ref TVector a, ref TVector b)
    {
        var value = TOps.Load(x);
        a = TOps.MultiplyAdd(value, p, a);
        if (sizeof(TTogether) > 1) b = TOps.MultiplyAdd(value, q, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Finish(GroupProductArguments* arguments, int position, TVector a, TVector b)
    {
        var sum = arguments->Sums + position * Lanes.Block;
        TOps.Store(arguments->Fresh ? a : TOps.Add(TOps.Load(sum), a), sum);
        if (sizeof(TTogether) == 1) return;
        sum += GroupWeightGradient.StepStride;
        TOps.Store(arguments->Fresh ? b : TOps.Add(TOps.Load(sum), b), sum);
    }
}
