namespace Residuum.Cli.Tests;

public sealed class PredictVerbTests
{
    [Fact]
    public void Json_has_an_entry_for_each_image_with_the_documented_members()
    {
        using var shop = new Workshop();
        var (first, second) = (shop.Picture("a.png"), shop.Picture("b.png", 64, 20));
        var images = CommandRun.Done("predict", shop.ModelFile(), first, second, "--json", "--top", "10").Json();
        Assert.Equal([first, second], images.EnumerateArray().Select(image => image.GetProperty("image").GetString()));
        Assert.Equal(["image", "predictions"], CommandRun.Members(images[0]));
        var predictions = images[0].GetProperty("predictions");
        Assert.Equal(["index", "label", "probability", "logit"], CommandRun.Members(predictions[0]));
        Assert.Equal(10, predictions.GetArrayLength());
        Assert.Equal(1, predictions.EnumerateArray().Sum(prediction => prediction.GetProperty("probability").GetDouble()), 1e-5);
        var logits = predictions.EnumerateArray().Select(prediction => prediction.GetProperty("logit").GetDouble()).ToArray();
        Assert.Equal(logits.OrderDescending(), logits);
    }

    [Fact]
    public void The_table_has_as_many_rows_as_asked_for()
    {
        using var shop = new Workshop();
        var run = CommandRun.Done("predict", shop.ModelFile(), shop.Picture(), "--top", "3");
        Assert.Equal(4, run.Output.TrimEnd().Split('\n').Length);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Another_normalization_gives_other_logits()
    {
        using var shop = new Workshop();
        var (model, picture) = (shop.ModelFile(), shop.Picture());
        Assert.NotEqual(
            CommandRun.Done("predict", model, picture, "--json").Output,
            CommandRun.Done("predict", model, picture, "--json", "--normalize", "none").Output);
    }

    [Fact]
    public void Without_Winograds_filtering_logits_differ_by_rounding_alone()
    {
        using var shop = new Workshop();
        string[] arguments = ["predict", "cifar_resnet8", shop.Picture(), "--json"];
        var (usual, other) = (Logits([]), Logits(["--no-winograd"]));
        Assert.NotEqual(usual, other);
        foreach (var (a, b) in usual.Zip(other)) Assert.Equal(a, b, 1e-3 * usual.Max(Math.Abs));

        double[] Logits(string[] extra) => [.. CommandRun.Done([.. arguments, "--top", "10", .. extra]).Json()[0].GetProperty("predictions")
            .EnumerateArray().OrderBy(each => each.GetProperty("index").GetInt32()).Select(each => each.GetProperty("logit").GetDouble())];
    }

    [Fact]
    public void Random_weights_are_noted_on_standard_error_only()
    {
        using var shop = new Workshop();
        var run = CommandRun.Done("predict", shop.Network(), shop.Picture(), "--json");
        Assert.StartsWith("note: tiny has random weights", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, run.Json().GetArrayLength());
    }

    [Theory]
    [InlineData("random.safetensors")]
    [InlineData("random.onnx")]
    public void Files_remember_that_their_weights_are_random(string name)
    {
        using var shop = new Workshop();
        CommandRun.Done("convert", shop.Network(), shop[name]);
        CommandRun.Done("convert", shop[name], shop["copy.safetensors"], "--normalize", "none");
        foreach (var file in new[] { name, "copy.safetensors" })
            Assert.StartsWith($"note: the weights in '{shop[file]}' are random",
                CommandRun.Done("predict", shop[file], shop.Picture()).Error, StringComparison.Ordinal);
    }
}
