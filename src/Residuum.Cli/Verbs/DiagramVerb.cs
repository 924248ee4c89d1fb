using System.CommandLine;
using System.Text;
using Residuum.Inspection;
using Residuum.Tensors;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum diagram</c>: pictures of networks.</summary>
static class DiagramVerb
{
    static readonly string[] s_extensions = [".svg", ".mmd", ".dot"];

    public static Command Create(Terminal terminal)
    {
        var model = CommonOptions.Model();
        var file = new Option<string>("-o", "--output")
        {
            Description = "The file to write: a picture (.svg), or text for Mermaid (.mmd) or Graphviz (.dot).",
            HelpName = "FILE",
            Required = true,
        };
        var verb = new VerbCommand("diagram", "Draw a network: volumes to scale.",
            ["residuum diagram resnet34 -o resnet34.svg"], model, file);
        verb.SetAction(result =>
        {
            var path = result.GetRequiredValue(file);
            var extension = Path.GetExtension(path).ToLowerInvariant();
            if (!s_extensions.Contains(extension))
                throw new UsageException($"The file '{path}' ends in none of {string.Join(", ", s_extensions)}; name one that does.");
            var network = Model.FindNetwork(result.GetRequiredValue(model));
            var diagram = Diagram.Volumes(network.Name, network.Build());
            var text = extension switch { ".svg" => diagram.ToSvg(), ".mmd" => diagram.ToMermaid(), _ => diagram.ToDot() };
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
            return 0;
        });
        return verb;
    }
}
