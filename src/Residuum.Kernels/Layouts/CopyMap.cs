namespace Residuum.Kernels;

/// <summary>Copies a map into another layout of the same channels, height and width.</summary>
internal static class CopyMap
{
    /// <summary>The maps may differ in their halo and in the size of their blocks (a colour image into blocks of 16, and back).</summary>
    public static Kernel Create(Map source, Map target, int width = 0) => source.Layout.Inner == target.Layout.Inner
        ? MapElementwise.Create<Function>(source, Map.None, target, width)
        : new Regroup(source, target);

    readonly struct Function : IMapFunction
    {
        public static string Name => "copy";

        public static bool HasSecond => false;

        public TVector Apply<TVector, TOps>(TVector first, TVector second)
            where TVector : struct where TOps : struct, IOps<TVector> => first;
    }

    /// <summary>Number by number, between blocks of different sizes: rare, and small where it occurs.</summary>
    sealed unsafe class Regroup : MapKernel
    {
        readonly Map _source;
        readonly Map _target;

        public Regroup(Map source, Map target) : base(target.Layout)
        {
            var (from, to) = (source.Layout, target.Layout);
            if ((from.Channels, from.Height, from.Width) != (to.Channels, to.Height, to.Width))
                throw new ArgumentException($"The map is {to}, which does not match {from}.", nameof(target));
            (_source, _target) = (source, target);
        }

        public override string Name => "copy_regroup_f32";

        protected override void Rows(int image, int block, int firstRow, int rows)
        {
            var (from, to) = (_source.Layout, _target.Layout);
            for (var row = firstRow; row < firstRow + rows; row++)
            {
                var target = _target.Row(image, block, row);
                for (var lane = 0; lane < to.Inner; lane++)
                {
                    var channel = block * to.Inner + lane;
                    var source = channel < to.Channels ? _source.Row(image, channel / from.Inner, row) + channel % from.Inner : null;
                    for (var pixel = 0; pixel < to.Width; pixel++)
                        target[pixel * to.Inner + lane] = source == null ? 0 : source[pixel * from.Inner];
                }
            }
            _target.ClearHalo(image, block, firstRow, rows);
        }
    }
}
