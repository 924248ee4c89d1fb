using System.Collections.Immutable;
using Residuum.Graphs;
using Residuum.Inference;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>
/// Looks at what some nodes of a network hold for images, with running statistics as in inference. Holds a plan with its memory and
/// threads: dispose it. One caller at a time.
/// </summary>
public sealed class Probe : IDisposable
{
    readonly Graph _graph;
    readonly Plan _plan;
    int _images;

    /// <summary>Makes a plan that keeps what these nodes hold, and loads the weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="nodes">Names of nodes, or of parts, which mean the last node in them (<c>stage1</c>, <c>stage1.block2</c>).</param>
    /// <param name="maximumBatch">The most images of one run.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <exception cref="ResiduumException">There is no such node; the sentence names the nearest.</exception>
    public Probe(InspectedModel model, IEnumerable<string> nodes, int maximumBatch = 1, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(nodes);
        var values = nodes.Select(name => NamedFeatures.Find(model.Graph, name, model.Name)).Distinct().ToArray();
        var builder = new GraphBuilder();
        foreach (var node in model.Graph.Nodes) builder.Add(node.Name, node.Op, node.Inputs.AsSpan());
        foreach (var value in values) builder.Output(model.Graph.Nodes[value.Node].Name, value);
        _graph = builder.Build();
        Nodes = [.. _graph.Outputs.Select(output => output.Name)];
        _plan = Plan.ForInference(_graph, maximumBatch, threads);
        try
        {
            _plan.Load(model.Weights);
        }
        catch
        {
            _plan.Dispose();
            throw;
        }
    }

    /// <summary>The whole names of the nodes that are kept.</summary>
    public ImmutableArray<string> Nodes { get; }

    /// <summary>Brings images through the network.</summary>
    /// <param name="images">Prepared images: N x channels x height x width, N up to the largest batch.</param>
    /// <exception cref="ResiduumException">They have another size than the network takes, or there are too many.</exception>
    public void Run(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var input = _graph.Inputs.First();
        if (images.Shape.Rank != 4 || images.Shape[0] > _plan.MaximumBatch
            || images.Shape != input.Outputs[0].Shape.WithBatch(images.Shape[0]))
            throw new ResiduumException(
                $"The network takes up to {_plan.MaximumBatch} images of {input.Outputs[0].Shape} and was given {images.Shape}.");
        images.ToFloat32().Span<float>().CopyTo(_plan.Input(input.Name));
        _plan.Run(_images = images.Shape[0]);
    }

    /// <summary>What a node held in the last run: N x channels x height x width, or N x features. A copy.</summary>
    /// <param name="node">One of <see cref="Nodes"/>.</param>
    /// <exception cref="ResiduumException">The node is not among them.</exception>
    public Tensor Value(string node)
    {
        var shape = _graph.TypeOf(_graph.Output(node)).Shape.WithBatch(_images);
        return Tensor.Of(shape, _plan.Output(node)[..(int)shape.Count]);
    }

    /// <summary>Frees the plan's memory and ends its threads.</summary>
    public void Dispose() => _plan.Dispose();
}
