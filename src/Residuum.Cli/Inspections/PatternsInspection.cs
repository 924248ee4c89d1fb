using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary><c>residuum inspect patterns</c>: what the maps of a layer wait for, by gradient ascent on the input.</summary>
static class PatternsInspection
{
    const string Subject = "patterns";
    const int UsualMaps = 16;

    public static VerbCommand Create(Terminal terminal)
    {
        var usual = new PatternOptions { Layer = "", Maps = [] };
        var options = new InspectionOptions(Subject, ".png", ".svg");
        var layer = CommonOptions.Text("--layer", "NAME",
            "A node, part or block of the network, such as conv3 or stage2; logits for its classes.");
        layer.Required = true;
        var maps = CommonOptions.Text("--maps", "N[,N...]", $"The maps, or classes, from 0; by default the first {UsualMaps}.");
        var image = CommonOptions.Text("--image", "IMAGE", "Take the maps that respond most to this picture.");
        var top = CommonOptions.Whole("--top", "K", $"With --image: how many maps; {UsualMaps} by default.", 1, 65536);
        var steps = CommonOptions.Whole("--steps", "N", $"How many times the pictures are changed; {usual.Steps} by default.", 1,
            1_000_000);
        var rate = CommonOptions.Real("--rate", $"How far a step goes, in deviations of the pixels; {Plain(usual.Rate)} by default.",
            x => x is > 0 and <= 100, "above 0 and up to 100");
        var jitter = CommonOptions.Whole("--jitter", "N",
            "By how many pixels the picture is moved before a step; a sixteenth of the shorter side by default.", 0, 8192);
        var blur = CommonOptions.Real("--blur", $"How much of a pixel comes from its neighbours, falling to zero; "
            + $"{Plain(usual.Blur)} by default.", x => x is >= 0 and <= 1, "from 0 to 1");
        var variation = CommonOptions.Real("--tv", $"The weight of the total variation; {Plain(usual.TotalVariation)} by default.",
            x => x is >= 0 and <= 100, "from 0 to 100");
        var seed = CommonOptions.Seed("The seed of noise and moves; 0 by default.");
        var from = CommonOptions.Text("--from", "IMAGE", "Start from this picture rather than from noise.");
        var verb = new VerbCommand(Subject,
            "Search the patterns that maps of a layer, or classes, wait for, by gradient ascent on the picture.",
            [
                "residuum inspect patterns runs/mnist_cnn-mnist/model.safetensors --layer conv3 --maps 0,1,2,3,4,5",
                "residuum inspect patterns model.safetensors --layer stage3 --image cat.png --top 8 -o patterns.svg",
                "residuum inspect patterns cifar_resnet20 --weights resnet20.th --normalize imagenet --layer logits --steps 512",
            ],
            [options.Model, layer, maps, image, top, steps, rate, jitter, blur, variation, seed, from, .. options.All]);
        verb.SetAction(result =>
        {
            if (result.GetValue(maps) is not null && result.GetValue(image) is not null)
                throw new UsageException("The options --maps and --image exclude one another; give one of them.");
            if (result.GetValue(top) is not null && result.GetValue(image) is null)
                throw new UsageException("The option --top belongs to --image; add that.");
            var listed = InspectionOptions.Numbers("--maps", result.GetValue(maps));
            using var model = options.Open(result, terminal);
            var name = result.GetRequiredValue(layer);
            var file = options.File(result, model, name);
            var wanted = new PatternOptions
            {
                Layer = name,
                Maps = listed.Length > 0 ? listed
                    : Chosen(model, name, result.GetValue(image), result.GetValue(top) ?? UsualMaps, options.Threads(result)),
                Steps = result.GetValue(steps) ?? usual.Steps,
                Rate = result.GetValue(rate) ?? usual.Rate,
                Seed = result.GetValue(seed) ?? 0,
                From = result.GetValue(from) is { } start ? InspectionOptions.Read(start) : null,
                Jitter = result.GetValue(jitter),
                Blur = result.GetValue(blur) ?? usual.Blur,
                TotalVariation = result.GetValue(variation) ?? usual.TotalVariation,
                Threads = options.Threads(result),
            };
            using var interruption = new Interruption(terminal.Interrupted);
            var patterns = options.Messages(result, terminal).Track("climbing", "steps", progress =>
                Patterns.Of(model, wanted, progress, interruption.Token));
            options.Write(result, terminal, file, patterns.ToJson, patterns.ToText, patterns.ToSvg, patterns.ToPng);
            return 0;
        });
        return verb;
    }

    // The first maps, or those that respond most to a picture.
    static IReadOnlyList<int> Chosen(Model model, string layer, string? image, int most, int threads)
    {
        if (image is null) return [.. Enumerable.Range(0, Math.Min(most, Patterns.CountOf(model, layer)))];
        var maps = ActivationMaps.Of(model, InspectionOptions.Read(image), [layer], threads).Layers[0].Maps;
        return [.. maps.Take(most).Select(map => map.Map)];
    }

    static string Plain(double number) => Figures.Fixed(number, 1);
}
