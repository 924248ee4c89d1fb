using Residuum.Images;

namespace Residuum.Cli.Tests;

public sealed class InspectVerbTests
{
    [Fact]
    public void The_help_of_inspect_has_an_example_of_each_subject()
    {
        var text = CommandRun.Done("inspect", "--help").Output;
        Assert.Contains("residuum inspect activations", text[text.IndexOf("Examples:", StringComparison.Ordinal)..]);
        text = CommandRun.Done("inspect", "activations", "--help").Output;
        Assert.Contains("residuum inspect activations", text[text.IndexOf("Examples:", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void Filters_are_a_picture_and_a_table_or_numbers()
    {
        using var shop = new Workshop();
        var run = CommandRun.Done("inspect", "filters", shop.ModelFile(), "-o", shop["filters.png"]);
        Assert.Contains("Norm", run.Output);
        Assert.True(Png.Read(shop["filters.png"]).Width > 100);
        run = CommandRun.Done(
            "inspect", "filters", shop.ModelFile(), "--layer", "stage1", "--channels", "1,0", "--sorted", "--top", "2", "-o", shop["filters.svg"], "--json");
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
        run = CommandRun.Done("inspect", "statistics", shop.ModelFile(), shop.Picture(), shop.Picture("other.png"), "--layer", "stem", "-o", shop["a.svg"], "--json");
        Assert.Equal(2, run.Json().GetProperty("images").GetInt32());
        Assert.Equal("stem", Assert.Single(run.Json().GetProperty("activations").EnumerateArray()).GetProperty("name").GetString());
        run = CommandRun.Done(
            "inspect", "statistics", "cifar_resnet8", "--data", shop.Cifar(), "--images", "3", "--layer", "stage1", "-o", shop["b.svg"], "--json");
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
        run = CommandRun.Done("inspect", "activations", shop.ModelFile(), shop.Picture(), "--layer", "stage1, logits", "--output", shop["maps.SVG"], "--json");
        Assert.Equal(["stage1", "logits"], run.Json().GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("layer").GetString()));
        Assert.StartsWith("<svg", File.ReadAllText(shop["maps.SVG"]), StringComparison.Ordinal);
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
}
