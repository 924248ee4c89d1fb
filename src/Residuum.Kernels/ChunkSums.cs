using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>Adds up what chunks left behind, four channels at a time, in double precision and in the order of the chunks.</summary>
internal static unsafe class ChunkSums
{
    /// <summary>Channels that one call adds up.</summary>
    public const int Lanes = 4;

    /// <summary>The sums over chunks of the four floats at source, source + stride, ...</summary>
    public static (Vector128<double> Low, Vector128<double> High) Add(float* source, int stride, int chunks)
    {
        var (low, high) = (Vector128<double>.Zero, Vector128<double>.Zero);
        for (var chunk = 0; chunk < chunks; chunk++, source += stride)
        {
            var value = Vector128.Load(source);
            low += Vector128.WidenLower(value);
            high += Vector128.WidenUpper(value);
        }
        return (low, high);
    }

    /// <summary>One of the four sums.</summary>
    public static double Lane(in (Vector128<double> Low, Vector128<double> High) sums, int lane) =>
        lane < 2 ? sums.Low.GetElement(lane) : sums.High.GetElement(lane - 2);
}
