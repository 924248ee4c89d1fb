using System.CommandLine;
using System.Text;
using Residuum.Cli.Inspections;
using Residuum.Foundation;
using Residuum.Graphs;
using Residuum.Inspection;
using Residuum.Models;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum diagram</c>: pictures of networks.</summary>
static class DiagramVerb
{
    public static Command Create(Terminal terminal)
    {
        var models = new Argument<string[]>("MODEL")
        {
            Description = "A catalogue name, a model file, or a network's description in JSON; several for --kind columns.",
            Arity = ArgumentArity.OneOrMore,
        };
        var file = PictureFile.Option(".svg", ".mmd", ".dot");
        file.Description = "The file to write: a picture (.svg), or text for Mermaid (.mmd) or Graphviz (.dot).";
        file.Required = true;
        var kind = CommonOptions.OneOf("--kind", "KIND",
            "Volumes to scale by default; else the operations of the network or of its blocks, or columns of layers",
            "volumes", "blocks", "block", "columns");
        var block = CommonOptions.Text("--block", "NAME",
            "With --kind block: the block to draw, such as stage2.block1; else one of each kind.");
        var input = CommonOptions.Input();
        var json = new Option<bool>("--json") { Description = "Print what is drawn as one JSON document, too." };
        var verb = new VerbCommand("diagram", "Draw networks: volumes to scale, blocks, or columns of layers; as SVG, Mermaid or DOT.",
            [
                "residuum diagram resnet34 -o resnet34.svg",
                "residuum diagram cifar_preact_resnet164 --kind block -o block.svg",
                "residuum diagram vgg19 plain34 resnet34 --kind columns -o figure3.svg",
            ],
            models, file, kind, block, input, json);
        verb.SetAction(result =>
        {
            var (path, shape) = (result.GetRequiredValue(file),
                result.GetValue(kind) ?? (result.GetValue(block) is null ? "volumes" : "block"));
            var extension = PictureFile.Extension(path);
            if (result.GetValue(block) is not null && shape != "block")
                throw new UsageException("The option --block belongs to --kind block; add that.");
            var names = result.GetRequiredValue(models);
            if (names.Length > 1 && shape != "columns")
                throw new UsageException($"The kind {shape} draws one network, and {names.Length} were given; add --kind columns to "
                    + "see them side by side.");
            var size = CommonOptions.Input(result, input);
            var networks = names.Select(name => Network(name, size)).ToArray();
            var (text, numbers) = shape switch
            {
                "columns" => Written(Diagram.Columns(networks), extension),
                "blocks" => Written(Diagram.Blocks(networks[0].Name, networks[0].Graph), extension),
                "block" => Written(Diagram.Block(networks[0].Name, networks[0].Graph, result.GetValue(block)), extension),
                _ => Written(Diagram.Volumes(networks[0].Name, networks[0].Graph), extension),
            };
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text())));
            if (result.GetValue(json)) terminal.Output.Write(numbers() + "\n");
            else terminal.Messages().Line($"wrote {path}");
            return 0;
        });
        return verb;
    }

    static (string Name, Graph Graph) Network(string name, ImageSize? size)
    {
        var network = Model.FindNetwork(name);
        if (size is { } input) network = network with { Input = input };
        return (network.Name, network.Build());
    }

    static (Func<string> Text, Func<string> Numbers) Written(VolumeDiagram diagram, string extension) =>
        (Chosen(extension, diagram.ToSvg, diagram.ToMermaid, diagram.ToDot), diagram.ToJson);

    static (Func<string> Text, Func<string> Numbers) Written(BlockDiagram diagram, string extension) =>
        (Chosen(extension, diagram.ToSvg, diagram.ToMermaid, diagram.ToDot), diagram.ToJson);

    static (Func<string> Text, Func<string> Numbers) Written(ColumnDiagram diagram, string extension) =>
        (Chosen(extension, diagram.ToSvg, diagram.ToMermaid, diagram.ToDot), diagram.ToJson);

    static Func<string> Chosen(string extension, Func<string> svg, Func<string> mermaid, Func<string> dot) =>
        extension switch { ".svg" => svg, ".mmd" => mermaid, _ => dot };
}
