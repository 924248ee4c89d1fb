using System.Collections.Immutable;
using System.Numerics;
using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>Compares the parameters and running statistics of two models.</summary>
static class TensorComparison
{
    // Double precision's digits: whoever agrees to so many is equal.
    const double MostBits = 53;

    /// <summary>The tensors that differ, the gravest first: on one side only, of another shape, then by relative difference.</summary>
    public static (ImmutableArray<TensorDifference> Differences, ComparisonTotals Totals) Of(
        ComparedModel left, ComparedModel right, NodeAlignment? pairs)
    {
        var (ours, theirs) = (Entries(left), Entries(right));
        var differences = new List<TensorDifference>();
        var total = new Sums();
        var paired = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, entry) in ours)
        {
            var twin = pairs is null ? name : pairs.Left.Find(name) is { } node ? pairs.RightOf(node)?.Name : null;
            if (twin is null || !theirs.TryGetValue(twin, out var other))
            {
                differences.Add(new TensorDifference(DifferenceKind.Removed, name, null, entry.Type, null, null));
                continue;
            }
            paired.Add(twin);
            var numbers = entry.Shape == other.Shape && entry.Tensor is not null && other.Tensor is not null
                ? Numbers(entry.Tensor, other.Tensor, total) : null;
            if (entry.Type != other.Type || numbers is not null && numbers.Identical < numbers.Elements)
                differences.Add(new TensorDifference(DifferenceKind.Changed, name, twin, entry.Type, other.Type, numbers));
            else if (name != twin)
                differences.Add(new TensorDifference(DifferenceKind.Renamed, name, twin, entry.Type, other.Type, numbers));
        }
        foreach (var (name, entry) in theirs)
            if (!paired.Contains(name))
                differences.Add(new TensorDifference(DifferenceKind.Added, null, name, null, entry.Type, null));
        return ([.. differences.OrderByDescending(Gravity)], new ComparisonTotals(ours.Count, theirs.Count,
            ours.Values.Sum(entry => entry.Shape.Count), theirs.Values.Sum(entry => entry.Shape.Count), total.Result()));
    }

    static double Gravity(TensorDifference difference) => difference switch
    {
        { Change: DifferenceKind.Renamed } => -1,
        { Numbers: null } => double.PositiveInfinity,
        { Numbers.Relative: double.NaN } => double.MaxValue,
        _ => difference.Numbers.Relative,
    };

    static OrderedDictionary<string, (Shape Shape, string Type, Tensor? Tensor)> Entries(ComparedModel model)
    {
        var entries = new OrderedDictionary<string, (Shape, string, Tensor?)>(StringComparer.Ordinal);
        if (model.Graph is { } graph)
            foreach (var node in graph.Nodes.Where(node => node.Op is Parameter or State))
            {
                var tensor = model.Weights?.GetValueOrDefault(node.Name);
                entries.Add(node.Name, (node.Outputs[0].Shape,
                    tensor?.ToString() ?? $"{node.Outputs[0].ElementType} {node.Outputs[0].Shape}", tensor));
            }
        else
            foreach (var (name, tensor) in model.Weights ?? ImmutableDictionary<string, Tensor>.Empty)
                entries.Add(name, (tensor.Shape, tensor.ToString(), tensor));
        return entries;
    }

    static NumberDifference? Numbers(Tensor left, Tensor right, Sums total)
    {
        var sums = new Sums();
        if (left.ElementType == right.ElementType && left.Bytes.SequenceEqual(right.Bytes)) sums.AddEqual(left);
        else if (left.ElementType == ElementType.Float32 && right.ElementType == ElementType.Float32)
            sums.Add<float>(left.Span<float>(), right.Span<float>(),
                (a, b) => BitConverter.SingleToUInt32Bits(a) == BitConverter.SingleToUInt32Bits(b));
        else
            sums.Add<double>(Doubles(left), Doubles(right),
                (a, b) => BitConverter.DoubleToUInt64Bits(a) == BitConverter.DoubleToUInt64Bits(b));
        total.Add(sums);
        return sums.Result();
    }

    // What is neither single nor double precision is exact in single precision but for whole numbers beyond 2^24.
    static double[] Doubles(Tensor tensor) => tensor.ElementType switch
    {
        ElementType.Float64 => tensor.Span<double>().ToArray(),
        ElementType.Int64 => Array.ConvertAll(tensor.Span<long>().ToArray(), value => (double)value),
        ElementType.Int32 => Array.ConvertAll(tensor.Span<int>().ToArray(), value => (double)value),
        _ => Array.ConvertAll(tensor.ToFloat32().Span<float>().ToArray(), value => (double)value),
    };

    /// <summary>What the figures of a comparison are made of; sums are in double precision.</summary>
    sealed class Sums
    {
        long _elements, _identical;
        double _largest, _absolute, _squared, _reference;

        public void Add<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Func<T, T, bool> same) where T : INumber<T>
        {
            _elements += left.Length;
            for (var i = 0; i < left.Length; i++)
            {
                var reference = double.CreateChecked(left[i]);
                _reference += reference * reference;
                if (same(left[i], right[i]))
                {
                    _identical++;
                    continue;
                }
                // Two infinities of one sign do not come here, for their bits are the same.
                var difference = Math.Abs(reference - double.CreateChecked(right[i]));
                _largest = Math.Max(_largest, difference);
                _absolute += difference;
                _squared += difference * difference;
            }
        }

        public void AddEqual(Tensor tensor)
        {
            _elements += tensor.Count;
            _identical += tensor.Count;
            if (tensor.ElementType == ElementType.Float32)
                foreach (var value in tensor.Span<float>()) _reference += (double)value * value;
            else
                foreach (var value in Doubles(tensor)) _reference += value * value;
        }

        public void Add(Sums other)
        {
            _elements += other._elements;
            _identical += other._identical;
            _largest = Math.Max(_largest, other._largest);
            _absolute += other._absolute;
            _squared += other._squared;
            _reference += other._reference;
        }

        public NumberDifference? Result()
        {
            if (_elements == 0) return null;
            var relative = _squared == 0 ? 0 : Math.Sqrt(_squared / _reference);
            var bits = relative == 0 ? MostBits : Math.Clamp(-Math.Log2(relative), 0, MostBits);
            return new NumberDifference(_elements, _identical, _largest, _absolute / _elements, relative, bits);
        }
    }
}
