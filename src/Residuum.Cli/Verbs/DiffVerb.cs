using System.CommandLine;
using Residuum.Inspection;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum diff</c>: how two models differ, in structure and in weights. Exit status as of diff: 0 equal, 1 different, 2
/// trouble.</summary>
static class DiffVerb
{
    const int Different = 1;
    const int Trouble = 2;

    public static Command Create(Terminal terminal)
    {
        var left = Side("A");
        var right = Side("B");
        var model = CommonOptions.Text("--model", "NAME",
            "The network that a bare checkpoint is of: a catalogue name or a description in JSON; by default what the other side is of. "
            + "Two bare checkpoints without it are compared by their own names.");
        var json = CommonOptions.Json();
        var verb = new VerbCommand("diff",
            "Show how two models differ: descriptions, nodes, weights bit for bit. Exit status: 0 equal, 1 different, 2 failed.",
            [
                "residuum diff resnet50 resnet50_v1",
                "residuum diff first/model.safetensors second/model.safetensors --json",
                "residuum diff resnet50.pth resnet50.safetensors",
            ],
            left, right, model, json)
        { FailureStatus = Trouble };
        verb.SetAction(result =>
        {
            var network = result.GetValue(model) is { } name ? Model.FindNetwork(name) : null;
            var (first, second) = ComparedModels.Open(result.GetRequiredValue(left), result.GetRequiredValue(right), network);
            var comparison = ModelDifferences.Of(first, second);
            terminal.Output.Write(result.GetValue(json) ? comparison.ToJson() + "\n" : comparison.ToText());
            return comparison.AreEqual ? 0 : Different;
        });
        return verb;
    }

    static Argument<string> Side(string name) =>
        new(name) { Description = "A catalogue name, a model file, weights, or a network's description in JSON." };
}
