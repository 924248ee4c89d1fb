using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Plans;

namespace Residuum.Inspection;

/// <summary>
/// A network made ready for class-activation maps (<see cref="GradCam"/>) of many pictures: holds plans with their memory and threads, so
/// dispose it. One caller at a time.
/// <para>The network runs once for each picture, as in inference; from the layer on it runs back once for each class.</para>
/// </summary>
public sealed class GradCamPlan : IDisposable
{
    readonly InspectedModel _model;
    readonly LayerCut _cut;
    readonly Plan _front;
    readonly Plan _rest;
    readonly int _classes;

    /// <summary>Makes the plans and loads the weights.</summary>
    /// <param name="model">The model; must have a classifier.</param>
    /// <param name="layer">The layer whose maps are weighed, by the name of a node or part; null for the last maps before the
    /// classifier.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <exception cref="ResiduumException">
    /// There is no classifier, no such layer, the layer has no maps, or the classifier does not depend on it.
    /// </exception>
    public GradCamPlan(InspectedModel model, string? layer = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        var logits = ClassScores.Logits(model);
        var value = layer is null ? LastMaps(model, logits) : NamedFeatures.Find(model.Graph, layer, model.Name);
        var shape = model.Graph.TypeOf(value).Shape;
        if (shape.Rank != 4)
            throw new ResiduumException($"'{layer}' of {model.Name} holds {shape}, which is no map; name a layer with height and width.");
        _cut = LayerCut.Behind(model.Graph, value, logits)
            ?? throw new ResiduumException($"The classes of {model.Name} do not depend on '{layer}'; name a layer before the classifier.");
        (Layer, Channels, Height, Width) = (layer ?? _cut.Layer, shape[1], shape[2], shape[3]);
        _classes = model.Graph.TypeOf(logits).Shape[1];
        _front = Plan.ForInference(_cut.Front, 1, threads);
        try
        {
            _rest = Plan.ForGradients(_cut.Rest, 1, 1);
            _front.Load(model.Weights);
            _rest.Load(model.Weights);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The layer whose maps are weighed.</summary>
    public string Layer { get; }

    /// <summary>How many maps the layer has.</summary>
    public int Channels { get; }

    /// <summary>Rows of a map.</summary>
    public int Height { get; }

    /// <summary>Columns of a map.</summary>
    public int Width { get; }

    /// <summary>Why the network sees a class in a picture.</summary>
    /// <param name="image">The picture, of any size; the model's preparation makes it fit.</param>
    /// <param name="label">The class, from 0; null for the most probable one.</param>
    /// <param name="plusPlus">Whether by Grad-CAM++ rather than Grad-CAM.</param>
    /// <exception cref="ResiduumException">There is no such class, or the picture does not fit.</exception>
    public GradCam Explain(RgbImage image, int? label = null, bool plusPlus = false)
    {
        var logits = RunFront(image);
        return Of(image, logits, label is { } given ? ClassScores.Check(_model, given, _classes) : ClassScores.Best(logits, 1)[0],
            plusPlus);
    }

    /// <summary>The same for the most probable classes, best first.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="top">How many classes at most; at least 1.</param>
    /// <param name="plusPlus">Whether by Grad-CAM++ rather than Grad-CAM.</param>
    public IReadOnlyList<GradCam> ExplainTop(RgbImage image, int top, bool plusPlus = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        var logits = RunFront(image);
        return [.. ClassScores.Best(logits, top).Select(label => Of(image, logits, label, plusPlus))];
    }

    /// <summary>Frees the plans' memory and ends their threads.</summary>
    public void Dispose()
    {
        _front.Dispose();
        _rest?.Dispose();
    }

    float[] RunFront(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        _model.Prepare(image).Span<float>().CopyTo(_front.Input(_front.Graph.Inputs.First().Name));
        _front.Run(1);
        return _front.Output(_cut.Logits)[.._classes].ToArray();
    }

    GradCam Of(RgbImage image, float[] logits, int label, bool plusPlus)
    {
        foreach (var input in _rest.Graph.Inputs)
        {
            var numbers = _rest.Input(input.Name);
            if (input.Name != LayerCut.SeedInput) _front.Output(input.Name)[..numbers.Length].CopyTo(numbers);
            else
            {
                numbers.Clear();
                numbers[label] = 1;
            }
        }
        _rest.Run(1);
        var count = Channels * Height * Width;
        var maps = _front.Output(_cut.Layer)[..count];
        var gradient = _rest.Output(Backward.OutputName(_cut.Layer))[..count];
        var map = plusPlus ? ClassActivation.PlusPlus(maps, gradient, Channels) : ClassActivation.Plain(maps, gradient, Channels);
        return new GradCam(_model.Name, Layer, ClassScores.Of(_model, logits, label), plusPlus, Height, Width, [.. map])
        {
            View = PictureView.Of(_model.Preprocessing, image),
        };
    }

    // Back from the classifier to the first value that has pixels.
    static Value LastMaps(InspectedModel model, Value logits)
    {
        for (var value = logits; ;)
        {
            if (model.Graph.TypeOf(value).Shape is { Rank: 4 } shape && shape[2] * shape[3] > 1) return value;
            var node = model.Graph.Nodes[value.Node];
            if (node.Inputs.IsEmpty || model.Graph.Nodes[node.Inputs[0].Node].Op is SourceOp)
                throw new ResiduumException($"The network {model.Name} has no maps before its classifier, so there is no place in the "
                    + "picture to point at; "
                    + "class-activation maps want a convolutional network.");
            value = node.Inputs[0];
        }
    }
}
