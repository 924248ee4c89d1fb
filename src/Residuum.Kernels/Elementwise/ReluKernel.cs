namespace Residuum.Kernels;

/// <summary>y = max(x, 0); NaN stays NaN.</summary>
internal static class ReluKernel
{
    /// <summary>The maps may differ in their halo, or be the same.</summary>
    public static Kernel Create(Map x, Map y, int width = 0) => MapElementwise.Create<Function>(x, Map.None, y, width);

    readonly struct Function : IMapFunction
    {
        public static string Name => "relu";

        public static bool HasSecond => false;

        // The order of the operands matters: on x86 the second is returned where one is NaN.
        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> => TOps.Max(TOps.Zero, first);
    }
}
