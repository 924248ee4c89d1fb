using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>Single numbers, computed as a lane of a vector would be.</summary>
internal static class Scalar
{
    /// <summary>left * right + addend, rounded once where the processor can.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float left, float right, float addend) =>
        Lanes.HasFusedMultiplyAdd ? MathF.FusedMultiplyAdd(left, right, addend) : left * right + addend;
}
