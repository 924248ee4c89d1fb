namespace Residuum.Kernels;

/// <summary>dx = dy where the output y was between the bounds, else 0.</summary>
internal static class ClipGradientKernel
{
    /// <summary>The maps may differ in their halo; dx may be dy.</summary>
    public static Kernel Create(Map dy, Map y, Map dx, float least, float greatest, int width = 0) =>
        MapElementwise.Create(dy, y, dx, width, new Function(least, greatest));

    readonly struct Function(float least, float greatest) : IMapFunction
    {
        readonly float _least = least;
        readonly float _greatest = greatest;

        public static string Name => "clip_gradient";

        public static bool HasSecond => true;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector>
        {
            var belowGreatest = TOps.SelectGreater(TOps.Broadcast(_greatest), second, first, TOps.Zero);
            return TOps.SelectGreater(second, TOps.Broadcast(_least), belowGreatest, TOps.Zero);
        }
    }
}
