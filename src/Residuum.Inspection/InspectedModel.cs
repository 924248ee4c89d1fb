using Residuum.Graphs;
using Residuum.Images;
using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>
/// What inspection needs of a model: its graph, its weights, and how it reads images and names classes. A <c>Model</c> becomes one by
/// itself wherever one is asked for. Immutable as long as nobody writes to the weights; safe to share among threads.
/// </summary>
/// <param name="Name">What pictures and tables call it.</param>
/// <param name="Graph">The network, with running statistics, as it is before folding and fusing.</param>
/// <param name="Weights">All parameters and state by the names of the graph's nodes.</param>
/// <param name="Preprocessing">How a picture becomes the network's input.</param>
/// <param name="Labels">The names of the classes; empty where the network has no classifier.</param>
public sealed record InspectedModel(
    string Name, Graph Graph, IReadOnlyDictionary<string, Tensor> Weights, Preprocessing Preprocessing, IReadOnlyList<string> Labels)
{
    /// <summary>A model as the tools of inspection take it; it shares the weights.</summary>
    public static implicit operator InspectedModel(Model model) => ToInspectedModel(model);

    /// <inheritdoc cref="op_Implicit(Model)"/>
    public static InspectedModel ToInspectedModel(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new InspectedModel(model.Network.Name, model.Graph, model.Weights, model.Preprocessing, model.Labels);
    }

    /// <summary>A picture as the network reads it: 1 x channels x height x width.</summary>
    /// <exception cref="ResiduumException">The network takes images of another size than the preparation makes.</exception>
    public Tensor Prepare(RgbImage image)
    {
        var prepared = Preprocessing.Apply(image);
        var wanted = Graph.Inputs.First().Outputs[0].Shape.WithBatch(1);
        var made = new Shape([1, .. prepared.Shape.Dimensions]);
        if (made != wanted)
            throw new ResiduumException($"{Name} takes images of {wanted}, but its preparation makes {made} of this one; "
                + "change the preparation or the network's input.");
        return prepared.Reshape(made);
    }
}
