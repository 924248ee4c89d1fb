using System.Collections.Immutable;
using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Tensors;
using Residuum.Training;

namespace Residuum.Inspection;

/// <summary>Measures how the gradient flows through one network: one run forward and backward.</summary>
static class FlowMeasurement
{
    const string Kept = "value:";

    public static NetworkFlow Measure(MeasuredModel measured, ImageSample images, int threads, CancellationToken cancellation)
    {
        var model = measured.Model;
        images.CheckFit(model, hasClasses: true);
        if (images.Count < FeatureGram.LeastImages)
            throw new ResiduumException($"The batch has {images.Count} images, but the statistics of a batch take "
                + $"{FeatureGram.LeastImages} or more; give more.");
        var points = MeasuredPoint.Blocks(model.Graph);
        var weights = model.Graph.Nodes.Where(node => node.Op is Conv2d)
            .Select(node => (Node: node, Weight: model.Graph.Nodes[node.Inputs[1].Node]))
            .Where(pair => pair.Weight.Op is Parameter).ToArray();
        using var plan = Plan.ForGradients(WithGradients(model.Graph, points, weights.Select(pair => pair.Weight)), images.Count, threads);
        plan.Load(model.Weights);
        images.Prepare(model.Preprocessing).Span<float>().CopyTo(plan.Input(model.Graph.Inputs.First().Name));
        var labels = plan.Labels(TrainingGraph.Labels);
        for (var i = 0; i < images.Count; i++) labels[i] = images.Label(i);
        plan.Run(images.Count);

        var stem = points[0];
        var stemGram = FeatureGram.Of(Values(stem), images.Count, threads);
        var blocks = points.Select(point =>
        {
            // With thousands of images the figures of a block take many seconds.
            cancellation.ThrowIfCancellationRequested();
            var (node, shape) = (model.Graph.Nodes[point.Value.Node], ShapeOf(point));
            var gram = FeatureGram.Of(Values(point), images.Count, threads);
            return new BlockFlow(point.Name, point.Part, node.Name, [.. shape.Dimensions.Skip(1)],
                Norm(plan.Output(Backward.OutputName(node.Name, point.Value.Output))[..(int)shape.Count]),
                LinearExplanation.Share(Values(stem), ShapeOf(stem), Values(point), shape),
                FeatureGram.Alignment(stemGram.Independence(gram), stemGram.Independence(stemGram), gram.Independence(gram)));
        }).ToImmutableArray();
        return new NetworkFlow(measured.Origin, plan.Output(TrainingGraph.Loss)[0], blocks,
            [.. weights.Select(pair => new ConvolutionFlow(
                pair.Node.Name, pair.Weight.Name, Norm(plan.Gradient(pair.Weight.Name).Span<float>()),
                Norm(model.Weights[pair.Weight.Name].ToFloat32().Span<float>())))]);

        Shape ShapeOf(MeasuredPoint point) => model.Graph.TypeOf(point.Value).Shape.WithBatch(images.Count);

        ReadOnlySpan<float> Values(MeasuredPoint point) => plan.Output(Kept + point.Name)[..(int)ShapeOf(point).Count];
    }

    static Graph WithGradients(Graph network, ImmutableArray<MeasuredPoint> points, IEnumerable<Node> weights)
    {
        var withLoss = TrainingGraph.WithLoss(Passes.UseBatchStatistics.Apply(network));
        var builder = new GraphBuilder(withLoss);
        foreach (var point in points) builder.Output(Kept + point.Name, point.Value);
        var forward = builder.Build();
        var targets = points.Select(point => point.Value).Concat(weights.Select(node => node.Output())).Distinct().ToArray();
        return Passes.RecomputeNormalizations.Apply(
            Backward.Append(forward, forward.Output(TrainingGraph.Loss), targets), forward.Nodes.Length);
    }

    static double Norm(ReadOnlySpan<float> numbers) => Math.Sqrt(FeatureGram.Dot(numbers, numbers));
}
