using System.CommandLine;
using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect blocks</c>: what each block adds, and what is lost without it.</summary>
static class BlocksInspection
{
    const string Subject = "blocks";
    const int UsualImages = 1000;

    public static VerbCommand Create(Terminal terminal)
    {
        var options = new InspectionOptions(Subject, ".svg");
        var sample = new SampleOptions(UsualImages, 1);
        var lesion = new Option<bool>("--lesion")
        {
            Description = "Also take each block away in turn and count the images that are right without it: as many "
                + "evaluations as blocks.",
        };
        var verb = new VerbCommand(Subject, "Measure each residual branch against its shortcut, and the accuracy without each block.",
            [
                "residuum inspect blocks runs/cifar_resnet20-cifar10/model.safetensors --data cifar10:DIR --lesion",
                "residuum inspect blocks cifar_resnet20 --weights resnet20.th --normalize imagenet --data cifar10:DIR --images "
                    + "10000 --lesion --json",
            ],
            [options.Model, lesion, .. sample.All, .. options.All]);
        verb.SetAction(result =>
        {
            var (images, usual) = sample.Draw(result);
            var (seed, weights) = (sample.Seed(result), options.Weights(result));
            var opened = options.Open(result, result.GetRequiredValue(options.Model), usual, seed, weights);
            using var model = opened.Model;
            opened.WarnOfRandomWeights(terminal);
            var file = options.File(result, model);
            using var interruption = new Interruption(terminal.Interrupted);
            var blocks = options.Messages(result, terminal).Track("measuring blocks", (Action<double> done) => BlockContributions.Of(
                new MeasuredModels(result.GetRequiredValue(options.Model), null).Described(opened, weights, seed), images,
                    result.GetValue(lesion),
                options.Threads(result), done, interruption.Token));
            options.Write(result, terminal, file, blocks.ToJson, blocks.ToText, blocks.ToSvg);
            return 0;
        });
        return verb;
    }
}
