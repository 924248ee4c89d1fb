using System.CommandLine;
using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect gradcam</c>: where a network sees a class in a picture.</summary>
static class GradCamInspection
{
    const string Subject = "gradcam";

    public static VerbCommand Create(Terminal terminal)
    {
        var options = new InspectionOptions(Subject, ".png", ".svg");
        var image = InspectionOptions.Image();
        var label = InspectionOptions.Class();
        var layer = CommonOptions.Text("--layer", "NAME",
            "The layer whose maps are weighed, such as stage3; by default the last maps before the classifier.");
        var top = CommonOptions.Whole("--top", "K", "The K most probable classes.", 1, 1000);
        var plusPlus = new Option<bool>("--plusplus") { Description = "By Grad-CAM++ (Chattopadhay et al. 2018) rather than Grad-CAM." };
        var verb = new VerbCommand(Subject, "Show where a network sees a class in a picture (Grad-CAM, Selvaraju et al. 2017).",
            [
                "residuum inspect gradcam model.safetensors cat.png",
                "residuum inspect gradcam resnet50 photo.jpg --weights resnet50.pth --top 3 -o why.svg",
                "residuum inspect gradcam model.safetensors cat.png --class dog --layer stage2 --plusplus",
            ],
            [options.Model, image, label, top, layer, plusPlus, .. options.All]);
        verb.SetAction(result =>
        {
            if (result.GetValue(label) is not null && result.GetValue(top) is not null)
                throw new UsageException("The options --class and --top exclude one another; give one of them.");
            using var model = options.Open(result, terminal);
            var file = options.File(result, model);
            var picture = InspectionOptions.Read(result.GetRequiredValue(image));
            using var plan = new GradCamPlan(model, result.GetValue(layer), options.Threads(result));
            var isPlusPlus = result.GetValue(plusPlus);
            var maps = result.GetValue(label) is { } text
                ? [plan.Explain(picture, GradCam.FindClass(model, text), isPlusPlus)]
                : plan.ExplainTop(picture, result.GetValue(top) ?? 1, isPlusPlus);
            options.Write(result, terminal, file, () => GradCam.ToJson(maps), () => GradCam.ToText(maps), () => GradCam.ToSvg(maps),
                () => GradCam.ToPng(maps));
            return 0;
        });
        return verb;
    }
}
