using System.Diagnostics;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Models;
using Residuum.Plans;
using Residuum.Training;

namespace Residuum.Cli.Benchmarks;

/// <summary>What <c>bench</c> repeats: fresh images as dense numbers in, results out, through the plan that the library itself
/// runs.</summary>
sealed class Workload : IDisposable
{
    // Small enough that training on noise does not diverge.
    const float LearningRate = 1e-3f;

    readonly Plan _plan;
    readonly Optimizer? _optimizer;
    readonly float[] _images;
    readonly int[] _labels;
    readonly float[] _results;
    readonly string _output;

    Workload(Plan plan, Optimizer? optimizer, Graph network, string output)
    {
        (_plan, _optimizer, _output) = (plan, optimizer, output);
        var batch = plan.MaximumBatch;
        _images = new float[network.Inputs.First().Outputs[0].Shape.WithBatch(batch).Count];
        var random = new CounterRandom(0, 0);
        for (var i = 0; i < _images.Length; i++) _images[i] = 2 * random.Uniform((ulong)i) - 1;
        var classes = network.TypeOf(network.Outputs[0].Value).Shape[1];
        _labels = [.. Enumerable.Range(0, batch).Select(i => random.Int((ulong)(_images.Length + i), classes))];
        _results = new float[plan.Output(output).Length];
    }

    /// <summary>Images in, what the network says out.</summary>
    public static Workload Inference(Model model, int batch, int threads, PlanOptions? options = null)
    {
        var plan = Plan.ForInference(model.Graph, batch, threads, options);
        plan.Load(model.Weights);
        return new Workload(plan, null, model.Graph, model.Graph.Outputs[0].Name);
    }

    /// <summary>A step of training: images and labels in, gradients, update, losses out.</summary>
    public static Workload Training(
        Model model, int batch, int threads, bool checkpointActivations, PlanOptions? options = null)
    {
        if (model.Classes == 0)
            throw new ResiduumException($"The network {model.Network.Name} has no classifier, so a training step cannot be timed.");
        var plan = Plan.ForGradients(
            TrainingGraph.Create(model.Graph, checkpointActivations: checkpointActivations), batch, threads, options);
        plan.Load(model.Weights);
        return new Workload(plan, new Optimizer(plan, new Sgd()), model.Graph, TrainingGraph.ImageLosses);
    }

    /// <summary>The results of the last run: logits, or the loss of each image.</summary>
    public ReadOnlySpan<float> Results => _results;

    public void Run() => Run(_images, _labels);

    /// <summary>The steps of a run: what the plan does, then the update of a training step.</summary>
    public IReadOnlyList<StepCost> Layers
    {
        get
        {
            var layers = StepCost.AllOf(_plan);
            if (_optimizer is not null) layers.Add(StepCost.OfUpdate(_optimizer.KernelName, _optimizer.Length));
            return layers;
        }
    }

    /// <summary>One run, with the seconds that each of <see cref="Layers"/> took.</summary>
    public void RunTimed(double[] seconds)
    {
        _images.AsSpan().CopyTo(_plan.Input(NetworkSpec.ImageInput));
        if (_optimizer is not null) _labels.AsSpan().CopyTo(_plan.Labels(TrainingGraph.Labels));
        _plan.RunTimed(_plan.MaximumBatch, seconds);
        if (_optimizer is null) return;
        var start = Stopwatch.GetTimestamp();
        _optimizer.Step(LearningRate);
        seconds[^1] = Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>One run on images, and on labels in training, of the caller's.</summary>
    public void Run(ReadOnlySpan<float> images, ReadOnlySpan<int> labels)
    {
        images.CopyTo(_plan.Input(NetworkSpec.ImageInput));
        if (_optimizer is not null) labels.CopyTo(_plan.Labels(TrainingGraph.Labels));
        _plan.Run(_plan.MaximumBatch);
        _optimizer?.Step(LearningRate);
        _plan.Output(_output).CopyTo(_results);
    }

    public void Dispose()
    {
        _optimizer?.Dispose();
        _plan.Dispose();
    }
}
