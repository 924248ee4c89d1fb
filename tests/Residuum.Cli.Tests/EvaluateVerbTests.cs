using System.Globalization;
using Residuum.Testing;

namespace Residuum.Cli.Tests;

public sealed class EvaluateVerbTests
{
    [Fact]
    public void Json_has_the_documented_members()
    {
        using var shop = new Workshop();
        var evaluation = CommandRun.Done("evaluate", shop.ModelFile(), "--data", shop.Cifar(), "--json").Json();
        Assert.Equal(["correct", "total", "top1", "top5", "loss"], CommandRun.Members(evaluation));
        Assert.Equal(30, evaluation.GetProperty("total").GetInt32());
        Assert.Equal(evaluation.GetProperty("correct").GetInt32() / 30.0, evaluation.GetProperty("top1").GetDouble());
    }

    [Fact]
    public void Other_classes_than_the_models_are_noted_in_one_line()
    {
        using var shop = new Workshop();
        using (var model = Model.Load(shop.ModelFile()))
        {
            using var named = model.With(labels: ["airplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]);
            named.Save(shop["named.safetensors"]);
        }
        var note = CommandRun.Done("evaluate", shop["named.safetensors"], "--data", shop.Cifar()).Error;
        Assert.Equal("note: class 1 is 'car' to the model and 'automobile' in the data; classes are compared by their numbers.\n", note);
        Assert.Empty(CommandRun.Done("evaluate", shop.ModelFile(), "--data", shop.Cifar()).Error);
    }

    [Fact]
    public void Only_the_test_file_of_cifar10_is_needed()
    {
        using var shop = new Workshop();
        var data = shop.Cifar();
        for (var i = 1; i <= 5; i++) File.Delete(shop[$"cifar/data_batch_{i}.bin"]);
        Assert.Contains("30", CommandRun.Done("evaluate", shop.ModelFile(), "--data", data).Output);
    }

    [Fact]
    public void The_outputs_name_each_image_its_label_its_prediction_and_all_logits()
    {
        using var shop = new Workshop();
        var evaluation = CommandRun.Done("evaluate", shop.ModelFile(), "--data", shop.Cifar(), "--outputs", shop["o.csv"], "--json").Json();
        var lines = File.ReadAllLines(shop["o.csv"]);
        Assert.Equal("index,label,prediction," + string.Join(',', Enumerable.Range(0, 10).Select(i => $"logit_{i}")), lines[0]);
        Assert.Equal(31, lines.Length);
        var rows = lines[1..].Select(line => line.Split(',')).ToArray();
        Assert.All(rows.Select((row, i) => (row, i)), pair => Assert.Equal($"{pair.i}", pair.row[0]));
        Assert.Equal(evaluation.GetProperty("correct").GetInt32(), rows.Count(row => row[1] == row[2]));
        foreach (var row in rows)
        {
            var logits = row[3..].Select(text => float.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(logits.Max(), logits[int.Parse(row[2], CultureInfo.InvariantCulture)]);
        }
    }

    [Fact]
    public void Logits_do_not_depend_on_batch_or_threads()
    {
        using var shop = new Workshop();
        var (model, data) = (shop.ModelFile(), shop.Cifar());
        CommandRun.Done("evaluate", model, "--data", data, "--outputs", shop["a.csv"], "--batch", "1", "--threads", "1");
        CommandRun.Done("evaluate", model, "--data", data, "--outputs", shop["b.csv"], "--batch", "7", "--threads", "2");
        Assert.Equal(File.ReadAllBytes(shop["a.csv"]), File.ReadAllBytes(shop["b.csv"]));
    }

    [Fact]
    public void Without_Winograds_filtering_the_last_digits_differ()
    {
        using var shop = new Workshop();
        string[] arguments = ["evaluate", "cifar_resnet8", "--data", shop.Cifar(), "--outputs"];
        CommandRun.Done([.. arguments, shop["a.csv"]]);
        CommandRun.Done([.. arguments, shop["b.csv"], "--no-winograd"]);
        Assert.NotEqual(File.ReadAllBytes(shop["a.csv"]), File.ReadAllBytes(shop["b.csv"]));
    }

    [Fact]
    public void An_output_that_cannot_be_written_leaves_nothing_behind()
    {
        using var shop = new Workshop();
        var run = CommandRun.Of("evaluate", shop.ModelFile(), "--data", shop.Cifar(), "--outputs", shop["nowhere/o.csv"], "--json");
        Assert.Equal(1, run.Status);
        Assert.Empty(run.Output);
        Assert.False(Directory.Exists(shop["nowhere"]));
    }

    [SkippableTheory]
    [InlineData("cifar_resnet20", "resnet20-12fca82f.th", 179, -6.0788, 17.1231)]
    [InlineData("cifar_resnet32", "resnet32-d509ac18.th", 188, -3.7035, 19.0405)]
    public void Weights_of_others_classify_the_images_of_MLPerf_Tiny(string network, string file, int right, double first, double seventh)
    {
        var weights = SharedData.Find(Path.Combine("data", "weights", file));
        var images = SharedData.Find(Path.Combine("data", "mlperf-tiny-ic"));
        Skip.If(weights is null || images is null, "the folder of shared data is not beside the repository");
        using var shop = new Workshop();
        Directory.CreateDirectory(shop["tiny-ic"]);
        shop.Write("tiny-ic/test_batch.bin", MlPerfRecords(images!));
        var evaluation = CommandRun.Done("evaluate", network, "--weights", weights!, "--data", $"cifar10:{shop["tiny-ic"]}",
            "--normalize", "imagenet", "--outputs", shop["o.csv"], "--json").Json();
        Assert.Equal(right, evaluation.GetProperty("correct").GetInt32());
        Assert.Equal(200, evaluation.GetProperty("total").GetInt32());
        var row = File.ReadAllLines(shop["o.csv"])[1].Split(',');
        Assert.Equal(first, double.Parse(row[3], CultureInfo.InvariantCulture), 1e-3);
        Assert.Equal(seventh, double.Parse(row[10], CultureInfo.InvariantCulture), 1e-3);
    }

    // The set keeps the three colours of a pixel side by side; CIFAR-10's layout wants plane after plane.
    static byte[] MlPerfRecords(string folder)
    {
        const int plane = 32 * 32;
        return [.. File.ReadAllLines(Path.Combine(folder, "y_labels.csv")).SelectMany(line =>
        {
            var fields = line.Split(',');
            var pixels = File.ReadAllBytes(Path.Combine(folder, fields[0].Trim()));
            var record = new byte[1 + pixels.Length];
            record[0] = byte.Parse(fields[2], CultureInfo.InvariantCulture);
            for (var i = 0; i < pixels.Length; i++) record[1 + i % 3 * plane + i / 3] = pixels[i];
            return record;
        })];
    }
}
