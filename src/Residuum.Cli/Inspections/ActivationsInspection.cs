using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect activations</c>: the feature maps of layers for a picture.</summary>
static class ActivationsInspection
{
    const string Subject = "activations";

    public static VerbCommand Create(Terminal terminal)
    {
        var options = new InspectionOptions(Subject, ".png", ".svg");
        var image = InspectionOptions.Image();
        var layer = CommonOptions.Text("--layer", "NAME[,NAME...]",
            "Nodes, parts or blocks of the network, such as stage1 or stage2.block1.conv1; by default the ends of stem and "
                + "stages, or of layers.");
        var top = CommonOptions.Whole("--top", "K",
            $"How many maps of a layer to show, those with the largest mean first; {ActivationMaps.UsualTop} by default.", 1, 65536);
        var verb = new VerbCommand(Subject,
            "Show the feature maps of layers for a picture, ranked by response, and statistics of each layer.",
            [
                "residuum inspect activations runs/mnist_cnn-mnist/model.safetensors six.png",
                "residuum inspect activations resnet50 photo.jpg --weights resnet50.pth --layer stage1,stage4 --top 64 -o maps.svg",
                "residuum inspect activations model.safetensors cat.png --layer stage2.block1.relu1 --json",
            ],
            [options.Model, image, layer, top, .. options.All]);
        verb.SetAction(result =>
        {
            using var model = options.Open(result, terminal);
            var file = options.File(result, model);
            var names = InspectionOptions.Names("--layer", result.GetValue(layer));
            var maps = ActivationMaps.Of(
                model, InspectionOptions.Read(result.GetRequiredValue(image)), names.Length > 0 ? names : null, options.Threads(result));
            var most = result.GetValue(top) ?? ActivationMaps.UsualTop;
            options.Write(result, terminal, file, maps.ToJson, maps.ToText, () => maps.ToSvg(most), () => maps.ToPng(most));
            return 0;
        });
        return verb;
    }
}
