namespace Residuum.Kernels;

/// <summary>The average over all pixels of each channel, as dense rows of one number a channel.</summary>
internal static class GlobalAveragePoolKernel
{
    /// <summary>Rows are images x channels, dense.</summary>
    public static Kernel Create(Map x, Address rows, int width = 0) =>
        PixelSums.Create<Function>(x, Map.None, rows, x.Layout.Height * x.Layout.Width, width);

    readonly struct Function : IMapFunction
    {
        public static string Name => "global_average_pool";

        public static bool HasSecond => false;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> => first;
    }
}
