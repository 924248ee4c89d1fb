using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>Adds one array to another; the lengths are multiples of 16.</summary>
internal static unsafe class ChunkSum
{
    public static void Add(int width, float* sum, float* added, int length)
    {
        switch (width)
        {
            case 16: AddKernel<Vector512<float>, Ops512>(sum, added, length); break;
            case 8: AddKernel<Vector256<float>, Ops256>(sum, added, length); break;
            default: AddKernel<Vector128<float>, Ops128>(sum, added, length); break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void AddKernel<TVector, TOps>(float* sum, float* added, int length) where TVector : struct where TOps : struct, IOps<TVector>
    {
        for (var i = 0; i < length; i += TOps.Width) TOps.Store(TOps.Add(TOps.Load(sum + i), TOps.Load(added + i)), sum + i);
    }
}
