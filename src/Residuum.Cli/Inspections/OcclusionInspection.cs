using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect occlusion</c>: what a network misses when parts of a picture are covered.</summary>
static class OcclusionInspection
{
    const string Subject = "occlusion";

    public static VerbCommand Create(Terminal terminal)
    {
        var options = new InspectionOptions(Subject, ".png", ".svg");
        var image = InspectionOptions.Image();
        var label = InspectionOptions.Class();
        var window = CommonOptions.Whole("--window", "N",
            "The side of the window in pixels of the network's input; by default a quarter of the shorter side.", 1, 8192);
        var stride = CommonOptions.Whole("--stride", "N",
            "Pixels from one place of the window to the next; by default a quarter of the window.", 1, 8192);
        var verb = new VerbCommand(Subject,
            "Show what a network misses of a class when parts of a picture are covered (Zeiler and Fergus 2014).",
            [
                "residuum inspect occlusion model.safetensors cat.png",
                "residuum inspect occlusion resnet50 photo.jpg --weights resnet50.pth --class 281 --window 48 --stride 16 -o covered.svg",
            ],
            [options.Model, image, label, window, stride, .. options.All]);
        verb.SetAction(result =>
        {
            using var model = options.Open(result, terminal);
            var file = options.File(result, model);
            int? index = result.GetValue(label) is { } text ? GradCam.FindClass(model, text) : null;
            using var interruption = new Interruption(terminal.Interrupted);
            var picture = InspectionOptions.Read(result.GetRequiredValue(image));
            var map = options.Messages(result, terminal).Track("covering", "places", progress => OcclusionMap.Of(
                model, picture, index, result.GetValue(window), result.GetValue(stride), options.Threads(result), progress,
                    interruption.Token));
            options.Write(result, terminal, file, map.ToJson, map.ToText, map.ToSvg, map.ToPng);
            return 0;
        });
        return verb;
    }
}
