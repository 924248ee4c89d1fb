using Residuum.Graphs;
using Residuum.Plans;

namespace Residuum.Inspection;

/// <summary>How large the two summands of a block are.</summary>
/// <param name="Branch">The branch's norm, mean over images.</param>
/// <param name="Shortcut">The shortcut's, mean over images.</param>
/// <param name="Ratio">Mean over images of the ratio; null where a shortcut's norm is zero.</param>
readonly record struct BranchNorms(double? Branch, double? Shortcut, double? Ratio)
{
    /// <summary>The norms of all blocks; nulls for those without a sum.</summary>
    public static BranchNorms[] Measure(
        InspectedModel model, IReadOnlyList<OutlineBlock> blocks, ImageSample images, int batch, int threads, Action<double> progress,
        CancellationToken cancellation)
    {
        var values = blocks.SelectMany(block => new[] { block.Branch, block.ShortcutValue }).OfType<Value>().Distinct().ToArray();
        if (values.Length == 0) return new BranchNorms[blocks.Count];
        var builder = new GraphBuilder();
        foreach (var node in model.Graph.Nodes) builder.Add(node.Name, node.Op, node.Inputs.AsSpan());
        foreach (var value in values) builder.Output(value.ToString(), value);
        batch = Math.Min(batch, images.Count);
        using var plan = Plan.ForInference(builder.Build(), batch, threads);
        plan.Load(model.Weights);
        var norms = values.ToDictionary(value => value, _ => new double[images.Count]);
        for (var first = 0; first < images.Count; first += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = images.Part(first, Math.Min(batch, images.Count - first));
            part.Prepare(model.Preprocessing).Span<float>().CopyTo(plan.Input(model.Graph.Inputs.First().Name));
            plan.Run(part.Count);
            foreach (var (value, numbers) in norms)
            {
                var size = (int)model.Graph.TypeOf(value).Shape.WithBatch(1).Count;
                var output = plan.Output(value.ToString());
                for (var i = 0; i < part.Count; i++)
                {
                    var image = output.Slice(i * size, size);
                    numbers[first + i] = Math.Sqrt(FeatureGram.Dot(image, image));
                }
            }
            progress((double)(first + part.Count) / images.Count);
        }
        return [.. blocks.Select(block =>
            block is { Branch: { } branch, ShortcutValue: { } shortcut } ? Means(norms[branch], norms[shortcut]) : default)];
    }

    static BranchNorms Means(double[] branch, double[] shortcut)
    {
        var ratio = branch.Zip(shortcut, (f, x) => f / x).Average();
        return new BranchNorms(branch.Average(), shortcut.Average(), double.IsFinite(ratio) ? ratio : null);
    }
}
