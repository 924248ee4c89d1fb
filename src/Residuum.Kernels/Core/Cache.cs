using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Residuum.Kernels;

/// <summary>Hints to the processor's caches.</summary>
internal static unsafe class Cache
{
    /// <summary>Asks for the line at an address, which need not be valid; never changes a result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }
}
