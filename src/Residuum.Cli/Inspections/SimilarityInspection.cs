using System.CommandLine;
using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect similarity</c>: how alike the layers of one network, or of two, see images.</summary>
static class SimilarityInspection
{
    const string Subject = "similarity";
    const int UsualImages = 512;

    public static VerbCommand Create(Terminal terminal)
    {
        var options = new InspectionOptions(Subject, ".svg");
        var sample = new SampleOptions(UsualImages, 4);
        var other = new Argument<string?>("MODEL2")
        {
            Description = "Another one, whose layers are the columns.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var layers = CommonOptions.OneOf("--layers", "WHICH", "What is compared, blocks by default", "blocks", "convolutions");
        var verb = new VerbCommand(Subject, "Compare each layer with each other one, of one network or two, by linear CKA.",
            [
                "residuum inspect similarity runs/cifar_resnet56-cifar10/model.safetensors --data cifar10:DIR",
                "residuum inspect similarity plain56.safetensors resnet56.safetensors --data cifar10:DIR --images 1000 -o similarity.svg",
                "residuum inspect similarity cifar_resnet20 --weights resnet20.th --normalize imagenet --data cifar10:DIR --layers "
                    + "convolutions --json",
            ],
            [options.Model, other, layers, .. sample.All, .. options.All]);
        verb.SetAction(result =>
        {
            var second = result.GetValue(other);
            var weights = options.Weights(result);
            if (weights is not null && second is not null)
                throw new UsageException("The option --weights is for one network, and there are 2; name model files instead.");
            var (images, usual) = sample.Draw(result);
            var seed = sample.Seed(result);
            var rows = options.Open(result, result.GetRequiredValue(options.Model), usual, seed, weights);
            using var first = rows.Model;
            rows.WarnOfRandomWeights(terminal);
            var columns = second is null ? null : options.Open(result, second, usual, seed, null);
            using var last = columns?.Model;
            columns?.WarnOfRandomWeights(terminal);
            var file = options.File(result, second is null ? first.Network.Name : $"{first.Network.Name}-{last!.Network.Name}");
            using var interruption = new Interruption(terminal.Interrupted);
            var similarity = options.Messages(result, terminal).Track("comparing layers", (Action<double> done) => LayerSimilarity.Of(
                new MeasuredModels(result.GetRequiredValue(options.Model), null).Described(rows, weights, seed), images,
                columns is null ? null : new MeasuredModels(second!, null).Described(columns, null, seed),
                result.GetValue(layers) == "convolutions" ? SimilarityLayers.Convolutions : SimilarityLayers.Blocks,
                options.Threads(result), count => done((double)count / images.Count), interruption.Token));
            options.Write(result, terminal, file, similarity.ToJson, similarity.ToText, similarity.ToSvg);
            return 0;
        });
        return verb;
    }
}
