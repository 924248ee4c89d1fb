using System.CommandLine;
using System.Runtime.InteropServices;
using Residuum.Cli.Benchmarks;
using Residuum.Jpeg;
using Residuum.Kernels;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum doctor</c>: what this machine has that matters here.</summary>
static class DoctorVerb
{
    public static Command Create(Terminal terminal)
    {
        var verb = new VerbCommand("doctor", "Show the processor, its instruction sets, threads and native libraries.",
            ["residuum doctor"]);
        verb.SetAction(_ =>
        {
            var table = Figures.Table("What", "Here");
            foreach (var (what, here) in Findings()) table.Row(what, here);
            terminal.Write(table);
            return 0;
        });
        return verb;
    }

    static IEnumerable<(string What, string Here)> Findings()
    {
        yield return ("Residuum", typeof(Model).Assembly.GetName().Version?.ToString(3) ?? "unknown");
        yield return (".NET", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        yield return ("System", RuntimeInformation.OSDescription);
        yield return ("Processor", Processor.Name);
        yield return ("Threads", $"{Environment.ProcessorCount} by default, one for each core that this process may use");
        yield return ("Instruction sets", string.Join(", ", Processor.InstructionSets));
        yield return ("Vectors",
            $"{Lanes.Width * 32} bits ({Lanes.Width} floats){(Lanes.HasFusedMultiplyAdd ? "" : ", without fused multiply-add: slow")}");
        yield return ("Measured peak", $"{Figures.Fixed(MeasuredPeak.Gigaflops(1), 0)} GFLOP/s with one thread, "
            + $"{Figures.Fixed(MeasuredPeak.Gigaflops(Environment.ProcessorCount), 0)} with {Environment.ProcessorCount}");
        yield return ("Memory", $"{Figures.Grouped(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20)} MB");
        yield return ("JPEG (libturbojpeg)", JpegDecoder.IsAvailable ? "found"
            : $"not found, so that only PNG can be read; {JpegDecoder.InstallHint}");
    }
}
