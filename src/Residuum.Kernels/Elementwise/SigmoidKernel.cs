namespace Residuum.Kernels;

/// <summary>y = 1 / (1 + exp(-x)); at most three units in the last place off where |x| is below 87.</summary>
internal static class SigmoidKernel
{
    /// <summary>The maps may differ in their halo, or be the same.</summary>
    public static Kernel Create(Map x, Map y, int width = 0) => MapElementwise.Create<Function>(x, Map.None, y, width);

    readonly struct Function : IMapFunction
    {
        public static string Name => "sigmoid";

        public static bool HasSecond => false;

        public bool KeepsZero => false;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector>
        {
            var one = TOps.Broadcast(1);
            return TOps.Divide(one, TOps.Add(one, Exponential.Of<TVector, TOps>(TOps.Subtract(TOps.Zero, first))));
        }
    }
}
