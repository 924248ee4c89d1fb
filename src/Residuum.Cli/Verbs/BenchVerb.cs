using System.CommandLine;
using Residuum.Cli.Benchmarks;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum bench</c>: how fast a network runs here, and what share of the processor's peak that is.</summary>
static class BenchVerb
{
    const double DefaultSeconds = 5;

    // The gradients of a layer's input and of its weights cost as much as the layer itself.
    const int PassesOfTraining = 3;

    public static Command Create(Terminal terminal)
    {
        var model = CommonOptions.Model();
        var (weights, threads, json) = (CommonOptions.Weights(), CommonOptions.Threads(), CommonOptions.Json());
        var batch = CommonOptions.Batch("Images of one run; 1 by default, 32 with --train.");
        var train = new Option<bool>("--train") { Description = "Time a step of training: forward, backward, update." };
        var layers = new Option<bool>("--layers")
        {
            Description = "Show each step of a run: its time, its share of the peak, and of what memory and peak allow "
                + "together (roofline).",
        };
        var checkpoint = new Option<bool>("--checkpoint-activations")
        {
            Description = "With --train: compute most maps again when gradients need them rather than keep them.",
        };
        var noWinograd = CommonOptions.NoWinograd();
        var seconds = CommonOptions.Real(
            "--seconds", $"About how long to measure; {DefaultSeconds} by default.", x => x is > 0 and <= 3600, "above 0 and up to 3600");
        var verb = new VerbCommand("bench", "Time a network: images in as dense numbers, results out; the median of many runs.",
            [
                "residuum bench resnet18 --batch 8",
                "residuum bench cifar_resnet20 --train --batch 128 --threads 2",
                "residuum bench resnet50 --json",
                "residuum bench resnet50 --batch 8 --layers",
            ],
            model, batch, threads, train, layers, checkpoint, noWinograd, seconds, weights, json);
        verb.SetAction(result =>
        {
            if (result.GetValue(checkpoint) && !result.GetValue(train))
                throw new UsageException("The option --checkpoint-activations belongs to --train; add that.");
            using var source = Model.Open(result.GetRequiredValue(model), result.GetValue(weights));
            var isTraining = result.GetValue(train);
            var (images, team) = (result.GetValue(batch) ?? (isTraining ? 32 : 1), result.GetValue(threads) ?? Environment.ProcessorCount);
            var options = CommonOptions.PlanOptions(result, noWinograd);
            using var workload = isTraining ? Workload.Training(source, images, team, result.GetValue(checkpoint), options)
                : Workload.Inference(source, images, team, options);
            var time = result.GetValue(seconds) ?? DefaultSeconds;
            if (result.GetValue(layers))
            {
                var steps = LayerTimes.Measure(source, workload, isTraining, images, team, time);
                if (result.GetValue(json)) CliJson.Write(terminal.Output, steps, CliJson.Default.LayersJson);
                else LayerTable.Print(terminal, steps);
                return 0;
            }
            var measured = Measure(source, workload, isTraining, images, team, time);
            if (result.GetValue(json)) CliJson.Write(terminal.Output, measured, CliJson.Default.BenchmarkJson);
            else Print(terminal, measured);
            return 0;
        });
        return verb;
    }

    static BenchmarkJson Measure(Model model, Workload workload, bool train, int batch, int threads, double seconds)
    {
        var peakBefore = MeasuredPeak.Gigaflops(threads);
        var median = Stopclock.Median(workload.Run, seconds);
        // Other programs slow the probe down as well; the better of two says more about the processor.
        var peak = Math.Max(peakBefore, MeasuredPeak.Gigaflops(threads));
        var gigaflops = 2.0 * model.Graph.MultiplyAdds * batch * (train ? PassesOfTraining : 1) / median / 1e9;
        return new BenchmarkJson(
            model.Network.Name, train ? "train" : "inference", batch, threads, median * 1000, batch / median, gigaflops,
            peak, gigaflops / peak, PeakMemory.Megabytes());
    }

    static void Print(Terminal terminal, BenchmarkJson measured)
    {
        var table = Figures.Table("Network", "Mode", "Batch>", "Threads>", "ms>", "Images/s>", "GFLOP/s>", "Peak>", "Share>", "Memory>");
        table.Row(measured.Name, measured.Mode, $"{measured.Batch}", $"{measured.Threads}", Figures.Fixed(measured.Milliseconds, 2),
            Figures.Fixed(measured.ImagesPerSecond, 1), Figures.Fixed(measured.Gflops, 1), Figures.Fixed(measured.PeakGflops, 1),
            Figures.Percent(measured.ShareOfPeak, 1), $"{Figures.Fixed(measured.PeakMemoryMegabytes, 0)} MB");
        terminal.Write(table);
    }
}
