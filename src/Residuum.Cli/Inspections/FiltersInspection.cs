using System.CommandLine;
using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect filters</c>: the kernels of a convolution as pictures.</summary>
static class FiltersInspection
{
    const string Subject = "filters";

    public static VerbCommand Create(Terminal terminal)
    {
        var options = new InspectionOptions(Subject, ".png", ".svg");
        var layer = CommonOptions.Text("--layer", "NAME",
            "A convolution, or a part or block, which means the first in it; by default the network's first.");
        var channels = CommonOptions.Text("--channels", "I[,I...]",
            "Which of the channels that the kernels read to show, from 0; by default the first eight, or all where there are three.");
        var sorted = new Option<bool>("--sorted") { Description = "The filters with the largest norm first; else in their order." };
        var top = CommonOptions.Whole("--top", "K", "How many filters to show; 64 by default.", 1, 65536);
        var verb = new VerbCommand(Subject,
            "Show the kernels of a convolution: in colour where it reads the image, else channel by channel.",
            [
                "residuum inspect filters resnet50 --weights resnet50.pth -o filters.svg",
                "residuum inspect filters model.safetensors --sorted --top 16",
                "residuum inspect filters model.safetensors --layer stage2.block1.conv1 --channels 0,1,2,3",
            ],
            [options.Model, layer, channels, sorted, top, .. options.OfWeights]);
        verb.SetAction(result =>
        {
            var shown = InspectionOptions.Numbers("--channels", result.GetValue(channels));
            using var model = options.Open(result, terminal);
            var file = options.File(result, model);
            var sheet = FilterSheet.Of(model, result.GetValue(layer), shown, result.GetValue(sorted), result.GetValue(top));
            options.Write(result, terminal, file, sheet.ToJson, sheet.ToText, sheet.ToSvg, sheet.ToPng);
            return 0;
        });
        return verb;
    }
}
