using System.CommandLine;
using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect gradients</c>: how gradients flow back and the input flows forward, at initialisation and along
/// training.</summary>
static class GradientsInspection
{
    const string Subject = "gradients";
    const int UsualImages = 128;

    public static VerbCommand Create(Terminal terminal)
    {
        var options = new InspectionOptions(Subject, ".svg");
        var sample = new SampleOptions(UsualImages, 4);
        var models = new Argument<string[]>("MODEL")
        {
            Description = "Catalogue names (with the weights that they start from), model files, or folders of runs with snapshots.",
            Arity = ArgumentArity.OneOrMore,
        };
        var epochs = CommonOptions.Text("--epochs", "N[,N...]", "Which snapshots of each run; up to four of a folder's by default.");
        var verb = new VerbCommand(Subject,
            "Measure the loss's gradient at every block and convolution, and how much of the input survives to each block.",
            [
                "residuum inspect gradients cifar_plain56 cifar_resnet56 --data cifar10:DIR",
                "residuum inspect gradients runs/cifar_resnet110-cifar10 runs/cifar_preact_resnet110-cifar10 --data cifar10:DIR "
                    + "--epochs 0,1,3 -o flow.svg",
                "residuum inspect gradients model.safetensors --data shapes --images 64 --json",
            ],
            [models, epochs, .. sample.All, .. options.All]);
        verb.SetAction(result =>
        {
            var chosen = InspectionOptions.Numbers("--epochs", result.GetValue(epochs));
            var names = result.GetRequiredValue(models);
            if (options.Weights(result) is not null && names.Length > 1)
                throw new UsageException($"The option --weights is for one network, and there are {names.Length}; name "
                    + "model files instead.");
            if (options.Weights(result) is not null && chosen.Length > 0)
                throw new UsageException("The options --weights and --epochs both say which weights; leave one out.");
            var named = names.SelectMany(name => MeasuredModels.Find(name, chosen)).ToArray();
            var (images, usual) = sample.Draw(result);
            var file = options.File(result, names.Length == 1 ? Model.FindNetwork(named[0].Path).Name : "networks");
            using var interruption = new Interruption(terminal.Interrupted);
            var flow = options.Messages(result, terminal).Track("measuring gradients", (Action<double> done) =>
            {
                var measured = 0.0;
                return GradientFlow.Of(Open(named), images, options.Threads(result), _ => done(measured++ / named.Length),
                    interruption.Token);
            });
            flow = WithDifferentNames(flow);
            options.Write(result, terminal, file, flow.ToJson, flow.ToText, flow.ToSvg);
            return 0;

            // One after the other: none is held longer than it is measured.
            IEnumerable<MeasuredModel> Open(IEnumerable<MeasuredModels> all)
            {
                foreach (var each in all)
                {
                    var weights = options.Weights(result);
                    var opened = options.Open(result, each.Path, usual, sample.Seed(result), weights);
                    using var model = opened.Model;
                    yield return each.Described(opened, weights, sample.Seed(result));
                }
            }
        });
        return verb;
    }

    // Two runs of one network are told apart by their files.
    static GradientFlow WithDifferentNames(GradientFlow flow)
    {
        var twice = flow.Networks.GroupBy(network => network.Origin.Name).Where(group => group.Count() > 1).Select(group => group.Key)
            .ToHashSet();
        return flow with
        {
            Networks = [.. flow.Networks.Select(network => twice.Contains(network.Origin.Name)
                ? network with { Origin = network.Origin with { Name = $"{network.Origin.Name}, {network.Origin.Weights}" } } : network)],
        };
    }
}
