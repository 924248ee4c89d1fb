using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Residuum.Kernels;

/// <summary>
/// Which vector width the kernels use on this processor. <c>DOTNET_EnableAVX512=0</c> and <c>DOTNET_EnableAVX2=0</c> narrow it.
/// </summary>
internal static class Lanes
{
    /// <summary>Channels in a block of the blocked layout, on every instruction set.</summary>
    public const int Block = 16;

    /// <summary>
    /// Floats in the widest vector worth using: 16, 8 or 4. Asked of the instruction set and not of Vector512.IsHardwareAccelerated,
    /// which says no on processors that lower their clock for 512 bits although such kernels still win there.
    /// </summary>
    public static int Width => Avx512F.IsSupported ? 16 : Avx2.IsSupported && Fma.IsSupported ? 8 : 4;

    /// <summary>Whether a fused multiply-add is one instruction here; where it is not, the runtime emulates it twenty times
    /// slower.</summary>
    public static bool HasFusedMultiplyAdd => Fma.IsSupported || AdvSimd.IsSupported;
}
