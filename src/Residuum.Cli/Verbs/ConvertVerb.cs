using System.CommandLine;
using Residuum.Images;
using Residuum.Interop;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum convert</c>: weights from one format into another, by extension.</summary>
static class ConvertVerb
{
    public static Command Create(Terminal terminal)
    {
        var input = new Argument<string>("IN")
        {
            Description = "A .pth, .pt, .th, .safetensors or .onnx file, or a catalogue name (weights from the seed).",
        };
        var output = new Argument<string>("OUT")
        {
            Description = $"The file to write, by its extension: {string.Join(", ", ModelWriter.Extensions)}. "
                + "A .safetensors or .onnx file says itself which network it is of.",
        };
        var model = CommonOptions.Text("--model", "NAME",
            "The network whose weights a bare checkpoint holds: a catalogue name or a description in JSON.");
        var normalize = CommonOptions.Normalize();
        var names = CommonOptions.OneOf("--names", "SCHEME",
            "Whose names the weights have in OUT; torchvision's by default where the network is one of torchvision's, else our own",
            [.. WeightNames.Schemes.Select(scheme => scheme.Name)]);
        var seed = CommonOptions.Seed("The seed of the weights of a catalogue name; 0 by default.");
        var onnx = new OnnxArguments();
        var verb = new VerbCommand("convert", "Convert models: PyTorch checkpoints, safetensors and ONNX, each into the others.",
            [
                "residuum convert resnet50.pth resnet50.safetensors --model resnet50",
                "residuum convert resnet20.th resnet20.safetensors --model cifar_resnet20 --normalize imagenet",
                "residuum convert cifar_resnet20 random.safetensors --seed 7",
                "residuum convert resnet20.safetensors resnet20.pth --names akamaster",
                "residuum convert resnet50.safetensors resnet50.onnx --fold --batch 8 --verify",
                "residuum convert classifier.onnx classifier.safetensors",
            ],
            [input, output, model, normalize, names, seed, .. onnx.Options]);
        verb.SetAction(result =>
        {
            var (from, to) = (result.GetRequiredValue(input), result.GetRequiredValue(output));
            ModelWriter.Check(to);
            onnx.Check(result, from, to);
            if (result.GetValue(seed) is not null && File.Exists(from) && !from.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                throw new UsageException(
                    $"The option --seed makes weights for a catalogue name, but '{from}' is a file that has its own; leave it out.");
            if (result.GetValue(model) is not null && !File.Exists(from))
                throw new ResiduumException(
                    $"There is no file '{from}' to read the weights of {result.GetValue(model)} from; check the path.");
            if (result.GetValue(normalize) is not null && !ModelWriter.Describes(to))
                throw new UsageException(
                    "The option --normalize goes into a model's description, which only .safetensors and .onnx files hold; leave it out.");
            if (result.GetValue(names) is not null && OnnxModelFile.Is(to))
                throw new UsageException("The option --names does not belong to .onnx files, whose weights have our own "
                    + "names; leave it out.");
            using var opened = onnx.AllowsExternalData(result)
                ? OnnxModelFile.Read(from, result.GetValue(model) is { } named ? Model.FindNetwork(named) : null, externalData: true)
                : Open(from, result.GetValue(model), result.GetValue(seed) ?? 0);
            using var converted = result.GetValue(normalize) is { } name
                ? opened.With(ModelSource.Normalized(opened.Preprocessing, Normalization.Parse(name))) : opened;
            var (parameters, message) = (converted.Graph.ParameterCount, "");
            if (OnnxModelFile.Is(to)) (parameters, message) = onnx.Write(result, to, converted);
            else converted.Save(to, result.GetValue(names) is { } scheme ? WeightNames.Scheme(scheme) : null);
            terminal.Messages().Line(
                $"Wrote {to}: {converted.Network.Name}, {Figures.Grouped(parameters)} parameters, "
                + $"{Figures.Grouped(new FileInfo(to).Length)} bytes.{message}");
            return 0;
        });
        return verb;
    }

    static Model Open(string from, string? name, ulong seed) =>
        name is null ? Model.Open(from, seed: seed) : Model.Load(from, Model.FindNetwork(name));
}
