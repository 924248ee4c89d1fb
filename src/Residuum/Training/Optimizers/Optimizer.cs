using Residuum.Graphs;
using Residuum.Plans;
using Residuum.Tensors;

namespace Residuum.Training;

/// <summary>
/// Updates a plan's parameters from their gradients as the settings say, with the momentum of each beside it. One caller at a time.
/// </summary>
sealed class Optimizer(Plan plan, Sgd settings) : IDisposable
{
    const string Prefix = "momentum:";

    readonly ParameterUpdate _update =
        new(plan, settings.Momentum, settings.Nesterov, parameter => Decays(parameter, settings) ? settings.WeightDecay : 0);

    /// <summary>The name of the kernel that updates.</summary>
    public string KernelName => _update.KernelName;

    /// <summary>Numbers that it updates.</summary>
    public long Length => _update.Length;

    /// <summary>One step at this learning rate.</summary>
    public void Step(float rate) => _update.Step(rate);

    /// <summary>Adds the momentum of every parameter to what a checkpoint holds.</summary>
    public void Save(OrderedDictionary<string, Tensor> tensors)
    {
        foreach (var parameter in _update.Parameters) tensors.Add(Prefix + parameter.Name, _update.Momentum(parameter));
    }

    /// <summary>Takes the momentum of every parameter back from a checkpoint.</summary>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach (var parameter in _update.Parameters)
        {
            if (!tensors.TryGetValue(Prefix + parameter.Name, out var tensor) || tensor.Shape != parameter.Outputs[0].Shape)
                throw new ResiduumException($"The checkpoint lacks the momentum of '{parameter.Name}'; it belongs to another "
                    + "network or was damaged.");
            _update.SetMomentum(parameter, tensor);
        }
    }

    public void Dispose() => _update.Dispose();

    static bool Decays(Node parameter, Sgd settings) =>
        !settings.DecayWeightsOnly || ((Parameter)parameter.Op).Role is ParameterRole.ConvWeight or ParameterRole.LinearWeight;
}
