using System.CommandLine;
using System.Text;
using System.Text.Json;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Jpeg;
using Residuum.Plans;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum predict</c>: what a model sees on pictures.</summary>
static class PredictVerb
{
    const int DefaultTop = 5;

    public static Command Create(Terminal terminal)
    {
        var model = CommonOptions.Model();
        var images = new Argument<string[]>("IMAGE")
        {
            Description = "Pictures: PNG or JPEG, of any size.",
            Arity = ArgumentArity.OneOrMore,
        };
        var (weights, normalize, json) = (CommonOptions.Weights(), CommonOptions.Normalize(), CommonOptions.Json());
        var (threads, noWinograd) = (CommonOptions.Threads(), CommonOptions.NoWinograd());
        var top = CommonOptions.Whole("--top", "K", $"How many classes to show; {DefaultTop} by default.", 1, 1_000_000);
        var verb = new VerbCommand("predict", "Classify pictures.",
            [
                "residuum predict runs/cifar_resnet14-shapes/model.safetensors picture.png",
                "residuum predict resnet50 --weights resnet50.pth photo.jpg --top 3",
                "residuum predict model.safetensors *.png --json",
            ],
            model, images, weights, normalize, top, threads, noWinograd, json);
        verb.SetAction(result =>
        {
            var opened = ModelSource.Open(result.GetRequiredValue(model), result.GetValue(weights), result.GetValue(normalize));
            using var source = opened.Model;
            opened.WarnOfRandomWeights(terminal);
            var predictions = Predict(
                source, result.GetRequiredValue(images), result.GetValue(top) ?? DefaultTop, result.GetValue(threads) ?? 0,
                CommonOptions.PlanOptions(result, noWinograd));
            if (result.GetValue(json)) WriteJson(terminal.Output, predictions);
            else Print(terminal, predictions);
            return 0;
        });
        return verb;
    }

    static ImagePredictions[] Predict(Model model, string[] images, int top, int threads, PlanOptions options)
    {
        using var predictor = new Predictor(model, threads, options: options);
        var reader = new ImageReader(new JpegDecoder());
        return [.. images.Select(path => new ImagePredictions(path, predictor.Predict(reader.Read(path), top)))];
    }

    // Member by member, because a serializer would take a good part of the time to a first prediction to get ready.
    static void WriteJson(TextWriter output, ImagePredictions[] images)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartArray();
            foreach (var image in images)
            {
                json.WriteStartObject();
                json.WriteString("image", image.Image);
                json.WriteStartArray("predictions");
                foreach (var prediction in image.Predictions)
                {
                    json.WriteStartObject();
                    json.WriteNumber("index", prediction.Index);
                    json.WriteString("label", prediction.Label);
                    WriteNumber(json, "probability", prediction.Probability);
                    WriteNumber(json, "logit", prediction.Logit);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        output.Write($"{Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length)}\n");
    }

    // JSON has no numbers for these.
    static void WriteNumber(Utf8JsonWriter json, string name, float number)
    {
        if (float.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteString(name, float.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
    }

    static void Print(Terminal terminal, ImagePredictions[] images)
    {
        var table = Figures.Table("Image", "Class", "Probability>", "Logit>");
        foreach (var image in images)
            for (var rank = 0; rank < image.Predictions.Count; rank++)
            {
                var prediction = image.Predictions[rank];
                var path = rank == 0 ? image.Image : "";
                table.Row(path, prediction.Label, Figures.Percent(prediction.Probability), Figures.Fixed(prediction.Logit, 3));
            }
        terminal.Write(table);
    }

    sealed record ImagePredictions(string Image, IReadOnlyList<Prediction> Predictions);
}
