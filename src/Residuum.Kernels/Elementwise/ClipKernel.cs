namespace Residuum.Kernels;

/// <summary>y = min(max(x, least), greatest); NaN stays NaN.</summary>
internal static class ClipKernel
{
    /// <summary>The maps may differ in their halo, or be the same.</summary>
    public static Kernel Create(Map x, Map y, float least, float greatest, int width = 0) =>
        MapElementwise.Create(x, Map.None, y, width, new Function(least, greatest));

    readonly struct Function(float least, float greatest) : IMapFunction
    {
        readonly float _least = least;
        readonly float _greatest = greatest;

        public static string Name => "clip";

        public static bool HasSecond => false;

        public bool KeepsZero => _least <= 0 && _greatest >= 0;

        // The order of the operands matters: on x86 the second is returned where one is NaN.
        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> =>
            TOps.Min(TOps.Broadcast(_greatest), TOps.Max(TOps.Broadcast(_least), first));
    }
}
