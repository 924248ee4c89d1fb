namespace Residuum.Kernels;

/// <summary>The product of two maps, number by number.</summary>
internal static class MultiplyKernel
{
    /// <summary>The maps may differ in their halo; the target may be one of the sources.</summary>
    public static Kernel Create(Map first, Map second, Map target, int width = 0) =>
        MapElementwise.Create<Function>(first, second, target, width);

    readonly struct Function : IMapFunction
    {
        public static string Name => "multiply";

        public static bool HasSecond => true;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> => TOps.Multiply(first, second);
    }
}
