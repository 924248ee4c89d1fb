using Residuum.Graphs;
using Residuum.Kernels;
using Residuum.Tensors;

namespace Residuum.Plans;

/// <summary>
/// One pass over all parameters of a plan that have a gradient: gradient descent with momentum (<see cref="SgdUpdate"/>), and the memory
/// of the momentum. Parameters without a gradient are frozen: neither descent nor decay moves them. One caller at a time.
/// </summary>
sealed class ParameterUpdate : IDisposable
{
    readonly Plan _plan;
    readonly PlanMemory.Range[] _ranges;
    readonly NativeBuffer _momentum;
    readonly SgdUpdate _update;

    /// <param name="plan">A plan with gradients.</param>
    /// <param name="momentum">The share of the momentum that is kept from step to step.</param>
    /// <param name="nesterov">Whether a step looks ahead along the momentum.</param>
    /// <param name="decayOf">The weight decay of a parameter.</param>
    public ParameterUpdate(Plan plan, float momentum, bool nesterov, Func<Node, float> decayOf)
    {
        _plan = plan;
        var memory = plan.Memory;
        if (memory.Gradients.IsNone) throw new InvalidOperationException("The plan has no gradients to update from.");
        _ranges = [.. memory.Ranges.Where(range => range.HasGradient)];
        _momentum = new NativeBuffer(memory.ParameterLength);
        _update = SgdUpdate.Create(memory.Parameters, memory.Gradients, _momentum.At(0),
            [.. _ranges.Select(range => new DecayRange(range.Offset, range.Length, decayOf(range.Node)))]);
        (_update.Momentum, _update.Nesterov) = (momentum, nesterov);
    }

    /// <summary>The parameters that are updated, in the graph's order.</summary>
    public IEnumerable<Node> Parameters => _ranges.Select(range => range.Node);

    /// <summary>The kernel's name.</summary>
    public string KernelName => _update.Name;

    /// <summary>Parameters, in numbers.</summary>
    public long Length => _ranges.Sum(range => range.Node.Outputs[0].Shape.Count);

    /// <summary>One step at this learning rate.</summary>
    public void Step(float rate)
    {
        _update.LearningRate = rate;
        _plan.Team.Run(_update, 1);
    }

    /// <summary>The momentum of a parameter.</summary>
    public Tensor Momentum(Node parameter) => _plan.Unpack(parameter.Output(), _momentum.At(Offset(parameter)));

    /// <summary>Sets the momentum of a parameter.</summary>
    public void SetMomentum(Node parameter, Tensor momentum) => _plan.Pack(parameter.Output(), momentum, _momentum.At(Offset(parameter)));

    public void Dispose() => _momentum.Dispose();

    long Offset(Node parameter) => _ranges.First(range => range.Node == parameter).Offset;
}
