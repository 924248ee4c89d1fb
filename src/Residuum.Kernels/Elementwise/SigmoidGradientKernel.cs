namespace Residuum.Kernels;

/// <summary>dx = dy y (1 - y), y being the sigmoid.</summary>
internal static class SigmoidGradientKernel
{
    /// <summary>The maps may differ in their halo; dx may be dy.</summary>
    public static Kernel Create(Map dy, Map y, Map dx, int width = 0) => MapElementwise.Create<Function>(dy, y, dx, width);

    readonly struct Function : IMapFunction
    {
        public static string Name => "sigmoid_gradient";

        public static bool HasSecond => true;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> =>
            TOps.Multiply(first, TOps.Multiply(second, TOps.Subtract(TOps.Broadcast(1), second)));
    }
}
