using Residuum.Images;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum;

/// <summary>
/// A model made ready to classify images: holds a plan with its memory and threads. Dispose it. One caller at a time.
/// </summary>
public sealed class Predictor : IDisposable
{
    readonly Model _model;
    readonly Plan _plan;

    /// <summary>Prepares a model.</summary>
    /// <param name="model">The model; must have a classifier.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core.</param>
    /// <param name="options">How to compute; the default where absent.</param>
    /// <exception cref="ResiduumException">The model has no classifier.</exception>
    public Predictor(Model model, int threads = 0, PlanOptions? options = null)
    {
        if (model.Classes == 0) throw new ResiduumException($"The network {model.Network.Name} has no classifier, so it cannot predict classes.");
        _model = model;
        _plan = Plan.ForInference(model.Graph, 1, threads, options);
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

    /// <summary>Classifies one image: the most probable classes, best first.</summary>
    public IReadOnlyList<Prediction> Predict(RgbImage image, int top = 5) => Top(Logits(_model.Preprocessing.Apply(image)), top);

    /// <summary>The logits of one prepared image, channels x height x width; valid until the next call.</summary>
    /// <exception cref="ResiduumException">The image has another size than the network takes.</exception>
    public ReadOnlySpan<float> Logits(Tensor image)
    {
        var expected = _model.Graph.Inputs.First().Outputs[0].Shape;
        if (image.Shape != new Shape(expected[1], expected[2], expected[3]))
            throw new ResiduumException($"The network takes images of {expected[1]}x{expected[2]}x{expected[3]} and was given one of {image.Shape}.");
        image.Span<float>().CopyTo(_plan.Input(Models.NetworkSpec.ImageInput));
        _plan.Run(1);
        return _plan.Output(Models.NetworkSpec.LogitsOutput)[.._model.Classes];
    }

    /// <summary>Frees the plan and ends its threads.</summary>
    public void Dispose() => _plan.Dispose();

    Prediction[] Top(ReadOnlySpan<float> logits, int top)
    {
        double largest = float.NegativeInfinity, sum = 0;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        var shares = new double[logits.Length];
        for (var i = 0; i < logits.Length; i++) sum += shares[i] = Kernels.DeterministicMath.Exp(logits[i] - largest);
        var all = new Prediction[logits.Length];
        for (var i = 0; i < logits.Length; i++) all[i] = new Prediction(i, _model.Labels[i], (float)(shares[i] / sum), logits[i]);
        return [.. all.OrderByDescending(prediction => prediction.Logit).ThenBy(prediction => prediction.Index).Take(Math.Max(top, 1))];
    }
}
