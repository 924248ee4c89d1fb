namespace Residuum.Kernels;

/// <summary>The gradient of <see cref="ScaleChannelsKernel"/> to its scales: the sum of x dy over all pixels of each channel.</summary>
internal static class ScaleChannelsGradientKernel
{
    /// <summary>Scales are images x channels, dense.</summary>
    public static Kernel Create(Map x, Map dy, Address scales, int width = 0) => PixelSums.Create<Function>(x, dy, scales, 1, width);

    readonly struct Function : IMapFunction
    {
        public static string Name => "scale_channels_gradient";

        public static bool HasSecond => true;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> => TOps.Multiply(first, second);
    }
}
