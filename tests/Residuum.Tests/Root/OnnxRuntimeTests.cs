using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Tests.Interop;
using Residuum.Tests.Plans;
using Residuum.Training;
using Xunit.Abstractions;

namespace Residuum.Tests.Root;

/// <summary>
/// Every network of the catalogue to ONNX, through ONNX Runtime, and back, on demand: RESIDUUM_ONNX_RUNTIME names a folder with
/// node_modules/onnxruntime-node, RESIDUUM_ONNX_NETWORKS (a text that names contain, or all) which networks, RESIDUUM_ONNX_TABLE the file
/// that the table is added to.
/// </summary>
public sealed class OnnxRuntimeTests(ITestOutputHelper output) : IDisposable
{
    const double Tolerance = 1e-4;

    readonly string _folder = Directory.CreateTempSubdirectory("residuum-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public void Networks_of_the_catalogue_give_the_same_there_and_back_again()
    {
        var runtime = Environment.GetEnvironmentVariable("RESIDUUM_ONNX_RUNTIME");
        Skip.If(runtime is null, "RESIDUUM_ONNX_RUNTIME names no folder with onnxruntime-node.");
        var wanted = (Environment.GetEnvironmentVariable("RESIDUUM_ONNX_NETWORKS") ?? "cifar_resnet20,resnet18").Split(',');
        var failures = new StringBuilder();
        foreach (var entry in Catalogue.All.Where(entry => wanted.Contains("all") || wanted.Contains(entry.Name)))
            foreach (var fold in new[] { false, true })
            {
                string line;
                try { line = Line(entry.Name, fold, runtime!); }
                catch (ResiduumException exception) { line = $"{entry.Name} failed: {exception.Message}"; }
                output.WriteLine(line);
                if (Environment.GetEnvironmentVariable("RESIDUUM_ONNX_TABLE") is { } table) File.AppendAllText(table, line + "\n");
                if (line.Contains("failed", StringComparison.Ordinal)) failures.AppendLine(line);
            }
        Assert.True(failures.Length == 0, failures.ToString());
    }

    [SkippableFact]
    public void Every_operation_means_there_what_it_means_here()
    {
        var runtime = Environment.GetEnvironmentVariable("RESIDUUM_ONNX_RUNTIME");
        Skip.If(runtime is null, "RESIDUUM_ONNX_RUNTIME names no folder with onnxruntime-node.");
        var graph = EveryOperation.Build();
        var sources = PlanRun.Sources(graph, 1);
        foreach (var opset in new[] { OnnxWriter.OldestOpset, OnnxWriter.UsualOpset, OnnxWriter.NewestOpset })
        {
            var path = Path.Combine(_folder, "every.onnx");
            OnnxWriter.Write(path, graph, PlanRun.Tensors(graph, sources), new Dictionary<string, string>(), new OnnxTarget(opset));
            File.WriteAllBytes(Path.Combine(_folder, "image"),
                MemoryMarshal.AsBytes<float>(Array.ConvertAll(sources["image"], x => (float)x)).ToArray());
            var theirs = Theirs(runtime!, path, "3x9x11");
            var difference = OnnxRuns.Difference(theirs, Array.ConvertAll(PlanRun.Reference(graph, sources, 1)["logits"], x => (float)x));
            output.WriteLine($"opset {opset}: {difference:0.0e+0}");
            Assert.True(difference <= 1e-5);
        }
    }

    string Line(string name, bool fold, string runtime)
    {
        using var model = Lively(Catalogue.Find(name).Spec);
        using var folded = fold ? FoldedModel.Of(model) : null;
        var path = Path.Combine(_folder, "network.onnx");
        OnnxModelFile.Write(path, folded ?? model, new OnnxOptions());
        var size = model.Network.Input;
        var image = new float[size.Channels * size.Height * size.Width];
        var random = new CounterRandom(3, 1);
        for (var i = 0; i < image.Length; i++) image[i] = (float)random.Normal((ulong)i);
        File.WriteAllBytes(Path.Combine(_folder, "image"), MemoryMarshal.AsBytes<float>(image).ToArray());
        var theirs = Theirs(runtime, path, size.ToString());
        var ours = OnnxRuns.FirstOutput(model, image);
        using var read = Model.Load(path);
        var back = OnnxRuns.FirstOutput(read, image);
        var same = (folded ?? model).Network == read.Network ? "same description" : "OTHER DESCRIPTION failed";
        var (there, again) = (OnnxRuns.Difference(ours, theirs), OnnxRuns.Difference(back, theirs));
        var judged = Math.Max(there, again) <= Tolerance ? "" : " failed";
        return $"{name,-40} {(fold ? "folded" : "as is"),-7} ours/ONNX Runtime {there:0.0e+0}  read back/ONNX Runtime "
            + $"{again:0.0e+0}  {same}{judged}";
    }

    float[] Theirs(string runtime, string path, string size)
    {
        var (image, result) = (Path.Combine(_folder, "image"), Path.Combine(_folder, "result"));
        using var process = Process.Start(
            new ProcessStartInfo("node", [Script(), path, image, result, size])
            {
                WorkingDirectory = runtime,
                RedirectStandardError = true
            })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new ResiduumException($"ONNX Runtime: {error.Split('\n')[0]}");
        return MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(result)).ToArray();
    }

    // Random statistics, scales and shifts, so that nothing is left out unnoticed. Branches add little to what goes past them: with larger
    // ones, fifty blocks of squeeze-and-excitation make a tenth of the logits of a millionth of the image, and the sums of three hundred
    // pre-activation blocks exceed all numbers, in any program.
    internal static Model Lively(NetworkSpec network)
    {
        var graph = network.Build();
        var weights = Initialization.Create(graph, 9);
        var last = network is ResNetSpec { Block.PreActivation: not null, Shortcut: not ShortcutKind.None } resNet
            ? resNet.Block is BasicBlockSpec ? ".norm2.weight" : ".norm3.weight" : null;
        bool IsLast(Node node) => node.Op is Parameter { Role: ParameterRole.LastNormScale } || last is not null
            && node.Name.EndsWith(last, StringComparison.Ordinal);
        var stream = 0UL;
        foreach (var node in graph.Nodes.Where(
            node => node.Op is State or Parameter { Role: not (ParameterRole.ConvWeight or ParameterRole.LinearWeight) }))
        {
            var random = new CounterRandom(9, ++stream);
            var numbers = weights[node.Name].Span<float>();
            for (var i = 0; i < numbers.Length; i++)
                numbers[i] = IsLast(node) ? 0.2f + 0.1f * random.Uniform((ulong)i)
                    : node.Op is State { Initial: 1 } or Parameter { Role: ParameterRole.NormScale }
                    ? 0.75f + 0.5f * random.Uniform((ulong)i) : 0.2f * (random.Uniform((ulong)i) - 0.5f);
        }
        return new Model(network, weights);
    }

    static string Script()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx")))
                return Path.Combine(folder.FullName, "tests", "onnx", "run.js");
        throw new InvalidOperationException("The tests do not lie under the repository.");
    }
}
