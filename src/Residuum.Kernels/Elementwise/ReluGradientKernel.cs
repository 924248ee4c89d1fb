namespace Residuum.Kernels;

/// <summary>dx = dy where the output y was above zero, else 0.</summary>
internal static class ReluGradientKernel
{
    /// <summary>The maps may differ in their halo; dx may be dy.</summary>
    public static Kernel Create(Map dy, Map y, Map dx, int width = 0) => MapElementwise.Create<Function>(dy, y, dx, width);

    readonly struct Function : IMapFunction
    {
        public static string Name => "relu_gradient";

        public static bool HasSecond => true;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> => TOps.WherePositive(second, first);
    }
}
