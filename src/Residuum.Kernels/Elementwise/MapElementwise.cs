using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Residuum.Kernels;

/// <summary>A function of the numbers at the same place of one or two maps.</summary>
internal interface IMapFunction
{
    static abstract string Name { get; }

    /// <summary>Whether the function reads its second map.</summary>
    static abstract bool HasSecond { get; }

    /// <summary>Whether zeros map to zero, so that unused lanes stay zero by themselves.</summary>
    bool KeepsZero => true;

    TVector Apply<TVector, TOps>(TVector first, TVector second)
        where TVector : struct where TOps : struct, IOps<TVector>;
}

/// <summary>Makes a kernel from a function of one or two maps.</summary>
internal static class MapElementwise
{
    /// <summary>The maps may differ in their halo only; the target may be one of the sources.</summary>
    public static Kernel Create<TFunction>(Map first, Map second, Map target, int width, TFunction function = default)
        where TFunction : struct, IMapFunction
    {
        target.Like(first, nameof(target));
        if (TFunction.HasSecond) second.Like(first, nameof(second));
        return (width == 0 ? Lanes.Width : width) switch
        {
            16 => new MapElementwise<Vector512<float>, Ops512, TFunction>(first, second, target, function),
            8 => new MapElementwise<Vector256<float>, Ops256, TFunction>(first, second, target, function),
            _ => new MapElementwise<Vector128<float>, Ops128, TFunction>(first, second, target, function),
        };
    }
}

/// <summary>Applies a function to every number of one or two maps.</summary>
internal sealed unsafe class MapElementwise<TVector, TOps, TFunction>(Map first, Map second, Map target, TFunction function)
    : MapKernel(target.Layout)
    where TVector : struct where TOps : struct, IOps<TVector> where TFunction : struct, IMapFunction
{
    readonly Map _first = first;
    readonly Map _second = TFunction.HasSecond ? second : first;
    readonly Map _target = target;
    readonly TFunction _function = function;
    readonly int _unusedLanes = function.KeepsZero ? 0 : target.Layout.Blocks * target.Layout.Inner - target.Layout.Channels;
    readonly bool _contiguous = first.IsContiguous && target.IsContiguous && (!TFunction.HasSecond || second.IsContiguous);

    public override string Name => $"{TFunction.Name}_f32x{TOps.Width}";

    protected override void Rows(int image, int block, int firstRow, int rows)
    {
        var line = _target.Layout.Width * _target.Layout.Inner;
        var (lines, count) = _contiguous ? (1, rows * line) : (rows, line);
        for (var i = 0; i < lines; i++)
            Apply(_function, _first.Row(image, block, firstRow + i), _second.Row(image, block, firstRow + i),
                _target.Row(image, block, firstRow + i), count);
        if (_unusedLanes > 0 && block == _target.Layout.Blocks - 1)
            for (var row = firstRow; row < firstRow + rows; row++) ClearUnusedLanes(_target.Row(image, block, row));
        _target.ClearHalo(image, block, firstRow, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Apply(TFunction function, float* first, float* second, float* target, int count)
    {
        var i = 0;
        for (; i + TOps.Width <= count; i += TOps.Width)
            TOps.Store(function.Apply<TVector, TOps>(TOps.Load(first + i), TOps.Load(second + i)), target + i);
        if (i < count) ApplyRest(function, first + i, second + i, target + i, count - i);
    }

    // Fewer numbers than a vector holds occur only in colour images: go through a padded copy, so that each function is written once.
    static void ApplyRest(TFunction function, float* first, float* second, float* target, int count)
    {
        var a = stackalloc float[Lanes.Block];
        var b = stackalloc float[Lanes.Block];
        var result = stackalloc float[Lanes.Block];
        for (var i = 0; i < count; i++) (a[i], b[i]) = (first[i], second[i]);
        TOps.Store(function.Apply<TVector, TOps>(TOps.Load(a), TOps.Load(b)), result);
        for (var i = 0; i < count; i++) target[i] = result[i];
    }

    void ClearUnusedLanes(float* row)
    {
        var inner = _target.Layout.Inner;
        for (var pixel = 0; pixel < _target.Layout.Width; pixel++, row += inner)
            new Span<float>(row + inner - _unusedLanes, _unusedLanes).Clear();
    }
}
