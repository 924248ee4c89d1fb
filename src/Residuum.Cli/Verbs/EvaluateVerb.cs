using System.CommandLine;
using System.Globalization;
using System.Text;
using Residuum.Data;
using Residuum.Foundation;
using Residuum.Images;
using Residuum.Plans;
using Residuum.Training;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum evaluate</c>: how many held-out images a model gets right.</summary>
static class EvaluateVerb
{
    const int DefaultBatch = 64;

    public static Command Create(Terminal terminal)
    {
        var model = CommonOptions.Model();
        var data = CommonOptions.Data();
        data.Required = true;
        var (weights, normalize, json, threads) =
            (CommonOptions.Weights(), CommonOptions.Normalize(), CommonOptions.Json(), CommonOptions.Threads());
        var noWinograd = CommonOptions.NoWinograd();
        var batch = CommonOptions.Batch($"Images of one run; {DefaultBatch} by default. Results do not depend on it.");
        var outputs = CommonOptions.Text("--outputs", "FILE.csv",
            "Write index, label, prediction and all logits of each image to this file.");
        var verb = new VerbCommand("evaluate", "Measure a model on the test images of a data set.",
            [
                "residuum evaluate runs/cifar_resnet14-shapes/model.safetensors --data shapes",
                "residuum evaluate cifar_resnet20 --weights resnet20.th --data cifar10:DIR --normalize imagenet",
                "residuum evaluate model.safetensors --data cifar10:DIR --outputs logits.csv --json",
            ],
            model, data, weights, normalize, outputs, batch, threads, noWinograd, json);
        verb.SetAction(result => Run(terminal,
            () => ModelSource.Open(result.GetRequiredValue(model), result.GetValue(weights), result.GetValue(normalize)),
            result.GetRequiredValue(data), result.GetValue(normalize), result.GetValue(outputs), result.GetValue(batch) ?? DefaultBatch,
            result.GetValue(threads) ?? 0, CommonOptions.PlanOptions(result, noWinograd), result.GetValue(json)));
        return verb;
    }

    static int Run(
        Terminal terminal, Func<ModelSource> open, string data, string? normalize, string? outputs, int batch, int threads,
        PlanOptions options, bool json)
    {
        var source = DataSources.Open(data);
        var opened = open();
        using var model = opened.Model;
        opened.WarnOfRandomWeights(terminal);
        if (model.Classes == 0)
            throw new ResiduumException($"The network {model.Network.Name} has no classifier, so there is nothing to evaluate.");
        var normalization = normalize is not null || opened.SaysPreprocessing
            ? ModelSource.NormalizationOf(model.Preprocessing) : source.Normalization;
        var set = source.Test;
        if (OtherClasses(model.Labels, set.Classes) is { } note) terminal.Error.Write($"note: {note}\n");
        using var evaluator = new Evaluator(model.Graph, Math.Min(batch, set.Count), threads, options);
        evaluator.Load(model.Weights);
        using var interruption = new Interruption(terminal.Interrupted);
        var messages = terminal.Messages(json);
        Evaluation evaluation = null!;
        if (outputs is null) evaluation = Evaluate(messages, evaluator, set, normalization, null, interruption.Token);
        else
            AtomicFile.Write(outputs, stream =>
            {
                using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
                WriteHeading(writer, model.Classes);
                evaluation = Evaluate(messages, evaluator, set, normalization, writer, interruption.Token);
            });
        if (json) CliJson.Write(terminal.Output, ToJson(evaluation), CliJson.Default.EvaluationJson);
        else Print(terminal, model.Network.Name, data, evaluation);
        if (outputs is not null && !json) messages.Line($"The logits of {evaluation.Total} images are in {outputs}.");
        return 0;
    }

    // Classes are compared by number; that is wrong where they are of something else or in another order.
    static string? OtherClasses(IReadOnlyList<string> ours, IReadOnlyList<string> theirs)
    {
        if (IsNumbered(ours) || IsNumbered(theirs)) return null;
        for (var i = 0; i < Math.Min(ours.Count, theirs.Count); i++)
            if (!ours[i].Equals(theirs[i], StringComparison.OrdinalIgnoreCase))
                return $"class {i} is '{ours[i]}' to the model and '{theirs[i]}' in the data; classes are compared by their numbers.";
        return null;
    }

    static bool IsNumbered(IReadOnlyList<string> labels) => labels.SequenceEqual(ModelDefaults.Numbered(labels.Count));

    static EvaluationJson ToJson(Evaluation evaluation) =>
        new(evaluation.Correct, evaluation.Total, evaluation.Top1, evaluation.Top5, evaluation.Loss);

    static void Print(Terminal terminal, string network, string data, Evaluation evaluation)
    {
        var table = Figures.Table("Network", "Data", "Right>", "Images>", "Top-1>", "Top-5>", "Loss>");
        table.Row(network, data, Figures.Grouped(evaluation.Correct), Figures.Grouped(evaluation.Total), Figures.Percent(evaluation.Top1),
            Figures.Percent(evaluation.Top5), Figures.Fixed(evaluation.Loss, 4));
        terminal.Write(table);
    }

    static Evaluation Evaluate(
        Messages messages, Evaluator evaluator, ImageSet set, Normalization normalization, StreamWriter? writer,
            CancellationToken cancellation)
    {
        void Each(int index, int label, ReadOnlySpan<float> logits)
        {
            if (writer is not null) WriteRow(writer, index, label, logits);
        }

        return messages.Track("evaluating", "images", progress =>
            evaluator.Run(set, normalization, Each, done => progress(done, set.Count), cancellation));
    }

    static void WriteHeading(StreamWriter writer, int classes)
    {
        writer.Write("index,label,prediction");
        for (var i = 0; i < classes; i++) writer.Write($",logit_{i}");
        writer.WriteLine();
    }

    static void WriteRow(StreamWriter writer, int index, int label, ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
            if (logits[i] > logits[best]) best = i;
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{index},{label},{best}"));
        // The shortest text that reads back as the same number.
        foreach (var logit in logits) writer.Write(string.Create(CultureInfo.InvariantCulture, $",{logit}"));
        writer.WriteLine();
    }
}
