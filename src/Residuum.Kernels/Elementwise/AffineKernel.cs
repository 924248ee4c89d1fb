namespace Residuum.Kernels;

/// <summary>y = scale x + shift with the same two numbers everywhere.</summary>
internal static class AffineKernel
{
    /// <summary>The maps may differ in their halo, or be the same.</summary>
    public static Kernel Create(Map x, Map y, float scale, float shift, int width = 0) =>
        MapElementwise.Create(x, Map.None, y, width, new Function(scale, shift));

    readonly struct Function(float scale, float shift) : IMapFunction
    {
        readonly float _scale = scale;
        readonly float _shift = shift;

        public static string Name => "affine";

        public static bool HasSecond => false;

        public bool KeepsZero => _shift == 0;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> =>
            TOps.MultiplyAdd(TOps.Broadcast(_scale), first, TOps.Broadcast(_shift));
    }
}
