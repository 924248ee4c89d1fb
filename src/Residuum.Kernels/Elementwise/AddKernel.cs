namespace Residuum.Kernels;

/// <summary>The sum of two maps, as it is or through ReLU.</summary>
internal static class AddKernel
{
    /// <summary>The maps may differ in their halo; the target may be one of the sources.</summary>
    public static Kernel Create(Map first, Map second, Map target, bool relu = false, int width = 0) => relu
        ? MapElementwise.Create<Rectified>(first, second, target, width)
        : MapElementwise.Create<Plain>(first, second, target, width);

    /// <summary>target += source.</summary>
    public static Kernel CreateAccumulate(Map source, Map target, int width = 0) => Create(target, source, target, false, width);

    readonly struct Plain : IMapFunction
    {
        public static string Name => "add";

        public static bool HasSecond => true;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> => TOps.Add(first, second);
    }

    readonly struct Rectified : IMapFunction
    {
        public static string Name => "add_relu";

        public static bool HasSecond => true;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> => TOps.Max(TOps.Zero, TOps.Add(first, second));
    }
}
