using System.CommandLine;
using Residuum.Data;
using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect statistics</c>: how the numbers of a network are distributed, layer by layer.</summary>
static class StatisticsInspection
{
    const string Subject = "statistics";
    const int UsualImages = 64;

    public static VerbCommand Create(Terminal terminal)
    {
        var options = new InspectionOptions(Subject, ".svg");
        var images = new Argument<string[]>("IMAGE")
        {
            Description = "Pictures, PNG or JPEG, of any size; with none, and without --data, weights and scales alone.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var data = CommonOptions.Data();
        var count = CommonOptions.Whole("--images", "N", $"With --data: how many of its test images; {UsualImages} by default.", 1,
            1_000_000);
        var layer = CommonOptions.Text("--layer", "NAME[,NAME...]",
            "With images: whose values to show, nodes or parts of the network; by default every activation, and the logits.");
        var verb = new VerbCommand(Subject,
            "Show how weights, scales of normalizations and activations are distributed, layer by layer, as histograms.",
            [
                "residuum inspect statistics model.safetensors",
                "residuum inspect statistics runs/mnist_cnn-mnist/model.safetensors --data mnist:DIR --images 200 -o mnist.svg",
                "residuum inspect statistics resnet50 photo.jpg --weights resnet50.pth --layer stage1,stage2,stage3,stage4 --json",
            ],
            [options.Model, images, data, count, layer, .. options.All]);
        verb.SetAction(result =>
        {
            var (pictures, set) = (result.GetValue(images) ?? [], result.GetValue(data));
            if (pictures.Length > 0 && set is not null)
                throw new UsageException("Pictures and --data exclude one another; give one of them.");
            if (result.IsGiven(count) && set is null) throw new UsageException("The option --images belongs to --data; add that.");
            if (set is null && pictures.Length == 0
                && options.OfRuns.Prepend(layer).FirstOrDefault(option => result.IsGiven(option)) is { } idle)
                throw new UsageException($"The option {idle.Name} belongs to images; name some, or add --data.");
            var names = InspectionOptions.Names("--layer", result.GetValue(layer));
            var source = set is null ? null : DataSources.Open(set);
            using var model = options.Open(result, terminal);
            var file = options.File(result, model);
            var layers = names.Length > 0 ? names : null;
            var statistics = source is null
                ? LayerStatistics.Of(model, [.. pictures.Select(InspectionOptions.Read)], layers, options.Threads(result))
                : options.Messages(result, terminal).Track("gathering numbers", (Action<double> done) =>
                    LayerStatistics.Of(model, First(source.Test, result.GetValue(count) ?? UsualImages), layers, options.Threads(result),
                        done));
            options.Write(result, terminal, file, statistics.ToJson, statistics.ToText, statistics.ToSvg);
            return 0;
        });
        return verb;
    }

    static ImageSample First(ImageSet set, int count) => new(set, [.. Enumerable.Range(0, Math.Min(count, set.Count))]);
}
