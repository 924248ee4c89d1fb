using Residuum.Images;

namespace Residuum.Cli.Tests;

public sealed class InspectVerbTests
{
    [Theory]
    [InlineData("activations")]
    [InlineData("patterns")]
    [InlineData("gradcam")]
    [InlineData("occlusion")]
    [InlineData("filters")]
    [InlineData("statistics")]
    [InlineData("gradients")]
    [InlineData("similarity")]
    [InlineData("blocks")]
    public void Each_subject_has_examples_in_its_help_and_one_in_that_of_inspect(string subject)
    {
        Assert.Contains($"residuum inspect {subject}", Examples("inspect", "--help"));
        Assert.Contains($"residuum inspect {subject}", Examples("inspect", subject, "--help"));
    }

    [Fact]
    public void Filters_are_a_picture_and_a_table_or_numbers()
    {
        using var shop = new Workshop();
        var run = CommandRun.Done("inspect", "filters", shop.ModelFile(), "-o", shop["filters.png"]);
        Assert.Contains("Norm", run.Output);
        Assert.True(Png.Read(shop["filters.png"]).Width > 100);
        run = CommandRun.Done(
            "inspect", "filters", shop.ModelFile(), "--layer", "stage1", "--channels", "1,0", "--sorted", "--top", "2", "-o",
                shop["filters.svg"], "--json");
        Assert.Equal("stage1.block1.conv1", run.Json().GetProperty("layer").GetString());
        Assert.Equal([1, 0], run.Json().GetProperty("shown").EnumerateArray().Select(channel => channel.GetInt32()));
        Assert.Equal(2, run.Json().GetProperty("filters").GetArrayLength());
        Assert.StartsWith("<svg", File.ReadAllText(shop["filters.svg"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_are_a_picture_and_a_table_or_numbers()
    {
        using var shop = new Workshop();
        var run = CommandRun.Done("inspect", "statistics", shop.ModelFile(), "-o", shop["numbers.svg"]);
        Assert.Contains("stem.conv.weight", run.Output);
        Assert.StartsWith("<svg", File.ReadAllText(shop["numbers.svg"]), StringComparison.Ordinal);
        run = CommandRun.Done("inspect", "statistics", shop.ModelFile(), shop.Picture(), shop.Picture("other.png"), "--layer", "stem", "-o",
            shop["a.svg"], "--json");
        Assert.Equal(2, run.Json().GetProperty("images").GetInt32());
        Assert.Equal("stem", Assert.Single(run.Json().GetProperty("activations").EnumerateArray()).GetProperty("name").GetString());
        run = CommandRun.Done(
            "inspect", "statistics", "cifar_resnet8", "--data", shop.Cifar(), "--images", "3", "--layer", "stage1", "-o", shop["b.svg"],
                "--json");
        Assert.Equal(3, run.Json().GetProperty("images").GetInt32());
    }

    [Fact]
    public void Activations_are_a_picture_and_a_table_or_numbers()
    {
        using var shop = new Workshop();
        var run = CommandRun.Done("inspect", "activations", shop.ModelFile(), shop.Picture(), "-o", shop["maps.png"]);
        Assert.Contains("stage2.block1.relu2", run.Output);
        Assert.Equal($"wrote {shop["maps.png"]}\n", run.Error);
        Assert.True(Png.Read(shop["maps.png"]).Width > 100);
        run = CommandRun.Done("inspect", "activations", shop.ModelFile(), shop.Picture(), "--layer", "stage1, logits", "--output",
            shop["maps.SVG"], "--json");
        Assert.Equal(["stage1", "logits"],
            run.Json().GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("layer").GetString()));
        Assert.StartsWith("<svg", File.ReadAllText(shop["maps.SVG"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_are_searched_for_chosen_maps_and_the_same_each_time()
    {
        using var shop = new Workshop();
        string[] search = ["inspect", "patterns", shop.ModelFile(), "--layer", "stage2", "--steps", "3", "-o", shop["patterns.png"]];
        var maps = CommandRun.Done([.. search, "--maps", "3, 1", "--json"]).Json().GetProperty("maps").EnumerateArray()
            .Select(map => map.GetProperty("map").GetInt32());
        Assert.Equal([3, 1], maps);
        var first = File.ReadAllBytes(shop["patterns.png"]);
        CommandRun.Done([.. search, "--maps", "3,1", "--threads", "1"]);
        Assert.Equal(first, File.ReadAllBytes(shop["patterns.png"]));
        var strongest = CommandRun.Done([.. search, "--image", shop.Picture(), "--top", "2", "--from", shop.Picture(), "--json"]).Json();
        var ranked = CommandRun.Done("inspect", "activations", shop.ModelFile(), shop.Picture(), "--layer", "stage2", "-o",
            shop["maps.png"], "--json").Json();
        Assert.Equal(ranked.GetProperty("layers")[0].GetProperty("maps")[1].GetProperty("map").GetInt32(),
            strongest.GetProperty("maps")[1].GetProperty("map").GetInt32());
        var run = CommandRun.Interrupted("inspect", "patterns", shop.ModelFile(), "--layer", "stage2", "-o", shop["late.png"]);
        Assert.Equal(1, run.Status);
        Assert.False(File.Exists(shop["late.png"]));
    }

    [Fact]
    public void Attributions_are_of_the_most_probable_class_or_of_those_asked_for()
    {
        using var shop = new Workshop();
        var (model, picture) = (shop.ModelFile(), shop.Picture());
        var best = CommandRun.Done("predict", model, picture, "--json").Json()[0].GetProperty("predictions");
        var maps = CommandRun.Done("inspect", "gradcam", model, picture, "--top", "2", "-o", shop["why.svg"], "--json").Json();
        Assert.Equal(best[1].GetProperty("label").GetString(), maps[1].GetProperty("class").GetProperty("label").GetString());
        Assert.Equal(maps[0].GetProperty("height").GetInt32() * maps[0].GetProperty("width").GetInt32(),
            maps[0].GetProperty("map").GetArrayLength());
        Assert.StartsWith("<svg", File.ReadAllText(shop["why.svg"]), StringComparison.Ordinal);
        var run = CommandRun.Done("inspect", "gradcam", model, picture, "--class", "3", "--plusplus", "--layer", "stage1", "-o",
            shop["why.png"]);
        Assert.Contains("stage1", run.Output);
        var covered = CommandRun.Done("inspect", "occlusion", model, picture, "--class", "3", "--window", "16", "--stride", "8", "-o",
            shop["covered.png"], "--json").Json();
        Assert.Equal((3, 3), (covered.GetProperty("rows").GetInt32(), covered.GetProperty("class").GetProperty("index").GetInt32()));
        Assert.True(Png.Read(shop["covered.png"]).Width > 2 * 224);
    }

    [Fact]
    public void Without_a_file_the_picture_goes_to_the_current_folder_and_says_so()
    {
        using var shop = new Workshop();
        var network = shop.Write("odd.json", Workshop.TinyNetwork.Replace("\"tiny\"", "\"../o dd\""));
        var run = CommandRun.Done("inspect", "activations", network, shop.Picture());
        var file = run.Error.TrimEnd('\n').Split('\n')[^1]["wrote ".Length..];
        Assert.Equal("_o_dd-activations.png", file);
        Assert.True(File.Exists(file));
        File.Delete(file);
    }

    static string Examples(params string[] arguments)
    {
        var text = CommandRun.Done(arguments).Output;
        return text[text.IndexOf("Examples:", StringComparison.Ordinal)..];
    }

    [Fact]
    public void Gradients_of_a_run_and_of_initial_weights_stand_in_one_table_and_picture()
    {
        using var shop = new Workshop();
        CommandRun.Done("train", shop.Network(), "--data", shop.Cifar(), "--epochs", "2", "--batch", "50", "--threads", "1", "--snapshots",
            "1", "--out", shop["run"]);
        var run = CommandRun.Done("inspect", "gradients", shop["run"], "cifar_resnet8", "--data", shop.Cifar(), "--images", "8", "-o",
            shop["flow.svg"]);
        Assert.All((string[])["tiny, epoch 0", "tiny, epoch 1", "tiny, epoch 2", "cifar_resnet8, initial (seed 0)"], name =>
        {
            Assert.Contains(name, run.Output);
            Assert.Contains(name, File.ReadAllText(shop["flow.svg"]));
        });
        run = CommandRun.Done("inspect", "gradients", shop["run/model.safetensors"], "--epochs", "2,0", "--data", shop.Cifar(), "--images",
            "8", "-o", shop["b.svg"], "--json");
        Assert.Equal([2, 0], run.Json().GetProperty("networks").EnumerateArray()
            .Select(network => network.GetProperty("origin").GetProperty("epoch").GetInt32()));
        Assert.Equal(8, run.Json().GetProperty("images").GetArrayLength());
        Assert.Contains("it kept 0, 1, 2",
            CommandRun.Of("inspect", "gradients", shop["run"], "--epochs", "7", "--data", shop.Cifar()).Error);
    }

    [Fact]
    public void Similarity_and_blocks_are_pictures_and_tables_or_numbers()
    {
        using var shop = new Workshop();
        var model = shop.ModelFile();
        var run = CommandRun.Done("inspect", "similarity", model, "cifar_resnet8", "--data", shop.Cifar(), "--images", "10", "-o",
            shop["a.svg"]);
        Assert.Contains("stage2.block1", run.Output);
        run = CommandRun.Done("inspect", "similarity", model, "--layers", "convolutions", "--data", shop.Cifar(), "--images", "10", "-o",
            shop["a.svg"], "--json");
        Assert.Equal(1, run.Json().GetProperty("alignment")[0][0].GetDouble(), 1e-9);
        run = CommandRun.Done("inspect", "blocks", model, "--data", shop.Cifar(), "--lesion", "-o", shop["b.svg"]);
        Assert.Contains("of 30 images right", run.Output);
        run = CommandRun.Done("inspect", "blocks", model, "--data", shop.Cifar(), "-o", shop["b.svg"], "--json");
        Assert.Equal(2, run.Json().GetProperty("blocks").GetArrayLength());
        Assert.All((string[])["a.svg", "b.svg"], file => Assert.StartsWith("<svg", File.ReadAllText(shop[file]), StringComparison.Ordinal));
    }
}
