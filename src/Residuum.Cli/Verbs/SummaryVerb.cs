using System.CommandLine;
using System.Globalization;
using Residuum.Graphs;
using Residuum.Inspection;
using Residuum.Models;
using Residuum.Passes;
using Residuum.Plans;
using Residuum.Training;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum summary</c>: what a network is made of, and what the pipeline makes of it at each stage.</summary>
static class SummaryVerb
{
    const int LargestSide = 65536;

    public static Command Create(Terminal terminal)
    {
        var model = CommonOptions.Model();
        var json = CommonOptions.Json();
        var input = CommonOptions.Text("--input", "CxHxW", "Another size of images, such as 3x97x131.");
        var stage = CommonOptions.OneOf("--stage", "STAGE",
            "Print what the pipeline has there instead of tables", "described", "graph", "rewritten", "plan");
        var train = new Option<bool>("--train")
        {
            Description = "With --stage: the network with its loss and gradients, as it is trained.",
        };
        var noWinograd = CommonOptions.NoWinograd();
        var verb = new VerbCommand("summary", "Show every layer of a network: sizes, parameters, multiply-adds, receptive fields.",
            [
                "residuum summary resnet34",
                "residuum summary resnet50 --input 3x97x131 --json",
                "residuum summary my-network.json --stage plan",
            ],
            model, input, stage, train, noWinograd, json);
        verb.SetAction(result =>
        {
            var isJson = result.GetValue(json);
            if (isJson && result.GetValue(stage) is not null)
                throw new UsageException("The options --json and --stage exclude one another; give one of them.");
            if (result.GetValue(train) && (result.GetValue(stage) is null or "described"))
                throw new UsageException("The option --train belongs to --stage; add --stage graph, rewritten or plan.");
            if (result.GetValue(noWinograd) && result.GetValue(stage) is not "plan")
                throw new UsageException("The option --no-winograd belongs to --stage plan; add that.");
            var network = Model.FindNetwork(result.GetRequiredValue(model));
            if (result.GetValue(input) is { } size) network = network with { Input = ParseSize(size) };
            terminal.Output.Write(result.GetValue(stage) is { } name
                ? Print(network, name, result.GetValue(train), CommonOptions.PlanOptions(result, noWinograd))
                : Print(NetworkSummary.Of(network.Name, network.Build()), isJson));
            return 0;
        });
        return verb;
    }

    static string Print(NetworkSummary summary, bool json) => json ? summary.ToJson() + "\n" : summary.ToText();

    static string Print(NetworkSpec network, string stage, bool train, PlanOptions options)
    {
        if (stage == "described") return network.ToJson() + "\n";
        var graph = network.Build();
        if (train) graph = TrainingGraph.Create(graph);
        return stage switch
        {
            "graph" => graph.ToString(),
            "rewritten" => Rewritten(graph, train).ToString(),
            _ => PlanOf(graph, train, options),
        };
    }

    static Graph Rewritten(Graph graph, bool train) => train ? Pipeline.ForGradients(graph) : Pipeline.ForInference(graph);

    static string PlanOf(Graph graph, bool train, PlanOptions options)
    {
        using var plan = train ? Plan.ForGradients(graph, 1, 1, options) : Plan.ForInference(graph, 1, 1, options);
        return plan.ToString();
    }

    static ImageSize ParseSize(string text)
    {
        var sides = text.Split('x').Select(Side).ToArray();
        return sides is [> 0 and var channels, > 0 and var height, > 0 and var width]
            ? new ImageSize(channels, height, width)
            : throw new UsageException($"The option --input takes channels, height and width such as 3x224x224, each at most {LargestSide}, not '{text}'.");

        static int Side(string part) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side <= LargestSide ? side : 0;
    }
}
