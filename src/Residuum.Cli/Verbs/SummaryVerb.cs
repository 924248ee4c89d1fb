using System.CommandLine;
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
    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string[]>("MODEL")
        {
            Description = "A catalogue name, a model file, or a network's description in JSON; several with --paper.",
            Arity = ArgumentArity.OneOrMore,
        };
        var json = CommonOptions.Json();
        var input = CommonOptions.Input();
        var paper = new Option<bool>("--paper") { Description = "Print the papers' own table, several networks side by side." };
        var estimate = new Option<bool>("--estimate")
        {
            Description = "Add what a run and a step of training will take here: memory as it will be planned, time from the "
                + "speed of like kernels.",
        };
        var batch = CommonOptions.Batch("With --estimate: images of a run; by default 1, and 32 for training.");
        var threads = CommonOptions.Threads();
        var stage = CommonOptions.OneOf("--stage", "STAGE",
            "Print what the pipeline has there instead of tables", "described", "graph", "rewritten", "plan");
        var train = new Option<bool>("--train")
        {
            Description = "With --stage: the network with its loss and gradients, as it is trained.",
        };
        var noWinograd = CommonOptions.NoWinograd();
        var verb = new VerbCommand("summary", "Show every layer of a network: sizes, parameters, multiply-adds, memory, receptive fields.",
            [
                "residuum summary resnet34",
                "residuum summary resnet50 --input 3x97x131 --json",
                "residuum summary --paper resnet18 resnet34 resnet50 resnet101 resnet152",
                "residuum summary resnet50 --estimate --batch 8",
                "residuum summary my-network.json --stage plan",
            ],
            model, input, paper, estimate, batch, threads, stage, train, noWinograd, json);
        verb.SetAction(result =>
        {
            var (name, isJson, names) = (result.GetValue(stage), result.GetValue(json), result.GetRequiredValue(model));
            if (isJson && name is not null)
                throw new UsageException("The options --json and --stage exclude one another; give one of them.");
            if (result.GetValue(train) && (name is null or "described"))
                throw new UsageException("The option --train belongs to --stage; add --stage graph, rewritten or plan.");
            if (result.GetValue(noWinograd) && name is not "plan" && !result.GetValue(estimate))
                throw new UsageException("The option --no-winograd belongs to --stage plan and to --estimate; add one of them.");
            if (result.GetValue(paper) && (name is not null || result.GetValue(estimate)))
                throw new UsageException($"The options --paper and {(name is null ? "--estimate" : "--stage")} exclude one "
                    + "another; give one of them.");
            if (result.GetValue(estimate) && name is not null)
                throw new UsageException("The options --estimate and --stage exclude one another; give one of them.");
            if ((result.IsGiven(batch) || result.IsGiven(threads)) && !result.GetValue(estimate))
                throw new UsageException($"The option {(result.IsGiven(batch) ? "--batch" : "--threads")} belongs to "
                    + "--estimate; add that.");
            if (names.Length > 1 && !result.GetValue(paper))
                throw new UsageException($"Only --paper takes several networks; add it, or leave out {string.Join(", ", names[1..])}.");
            var size = CommonOptions.Input(result, input);
            var networks = names.Select(each => Sized(Model.FindNetwork(each), size)).ToArray();
            var options = CommonOptions.PlanOptions(result, noWinograd);
            terminal.Output.Write(
                name is not null ? Print(networks[0], name, result.GetValue(train), options)
                : result.GetValue(paper) ? Print(PaperTables.Of(networks.Select(Column)), isJson)
                : Print(Summary(networks[0], result.GetValue(estimate) ? graph => CostEstimate.Of(graph, result.GetValue(batch),
                    result.GetValue(threads) ?? 0, options) : null), isJson));
            return 0;
        });
        return verb;
    }

    static NetworkSpec Sized(NetworkSpec network, ImageSize? size) => size is { } input ? network with { Input = input } : network;

    static NetworkSummary Summary(NetworkSpec network, Func<Graph, CostEstimate>? estimate)
    {
        var graph = network.Build();
        return NetworkSummary.Of(network.Name, graph) with { Estimate = estimate?.Invoke(graph) };
    }

    static PaperNetwork Column(NetworkSpec network) => new(network.Name, network.Build(), (network as ResNetSpec)?.ForCifar10()?.Build());

    static string Print(PaperTables tables, bool json) => json ? tables.ToJson() + "\n" : tables.ToText();

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
}
