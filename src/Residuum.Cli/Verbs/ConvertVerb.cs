using System.CommandLine;
using Residuum.Data;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum convert</c>: weights from others' files into a self-describing model file.</summary>
static class ConvertVerb
{
    public static Command Create(Terminal terminal)
    {
        var input = new Argument<string>("IN")
        {
            Description = "A .pth, .pt, .th or .safetensors file, or a catalogue name (weights from the seed).",
        };
        var output = new Argument<string>("OUT") { Description = "The .safetensors file to write." };
        var model = CommonOptions.Text("--model", "NAME",
            "The network whose weights a bare checkpoint holds: a catalogue name or a description in JSON.");
        var normalize = CommonOptions.Normalize();
        var seed = CommonOptions.Seed("The seed of the weights of a catalogue name; 0 by default.");
        var verb = new VerbCommand("convert", "Convert weights: PyTorch checkpoints and safetensors to a model file that describes itself.",
            [
                "residuum convert resnet50.pth resnet50.safetensors --model resnet50",
                "residuum convert resnet20.th resnet20.safetensors --model cifar_resnet20 --normalize imagenet",
                "residuum convert cifar_resnet20 random.safetensors --seed 7",
            ],
            input, output, model, normalize, seed);
        verb.SetAction(result =>
        {
            var (from, to) = (result.GetRequiredValue(input), result.GetRequiredValue(output));
            CheckExtension(to);
            if (result.GetValue(seed) is not null && File.Exists(from) && !from.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                throw new UsageException(
                    $"The option --seed makes weights for a catalogue name, but '{from}' is a file that has its own; leave it out.");
            if (result.GetValue(model) is not null && !File.Exists(from))
                throw new ResiduumException(
                    $"There is no file '{from}' to read the weights of {result.GetValue(model)} from; check the path.");
            using var opened = Open(from, result.GetValue(model), result.GetValue(seed) ?? 0);
            using var converted = result.GetValue(normalize) is { } name
                ? opened.With(ModelSource.Normalized(opened.Preprocessing, Normalization.Parse(name))) : opened;
            converted.Save(to);
            terminal.Messages().Line(
                $"Wrote {to}: {converted.Network.Name}, {Figures.Grouped(converted.Graph.ParameterCount)} parameters, "
                + $"{Figures.Grouped(new FileInfo(to).Length)} bytes.");
            return 0;
        });
        return verb;
    }

    static Model Open(string from, string? name, ulong seed) =>
        name is null ? Model.Open(from, seed: seed) : Model.Load(from, Model.FindNetwork(name));

    static void CheckExtension(string path)
    {
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (extension == ".safetensors") return;
        throw new ResiduumException(extension.Length == 0
            ? $"The file '{path}' has no extension that tells its format; name it with .safetensors."
            : $"Files of the kind '{extension}' cannot be written; write .safetensors, which PyTorch reads too.");
    }
}
