namespace Residuum.Cli.Tests;

public sealed class DiagramVerbTests
{
    [Theory]
    [InlineData("volumes", ".svg", "<svg ")]
    [InlineData("blocks", ".svg", "<svg ")]
    [InlineData("block", ".SVG", "<svg ")]
    [InlineData("columns", ".svg", "<svg ")]
    [InlineData("volumes", ".mmd", "flowchart TB")]
    [InlineData("blocks", ".dot", "digraph ")]
    [InlineData("columns", ".dot", "digraph ")]
    public void A_file_has_what_its_extension_says(string kind, string extension, string text)
    {
        using var shop = new Workshop();
        var file = shop[$"picture{extension}"];
        var run = CommandRun.Done("diagram", shop.Network(), "--kind", kind, "-o", file);
        Assert.Contains(text, File.ReadAllText(file));
        Assert.Contains($"wrote {file}", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void Several_networks_stand_side_by_side()
    {
        using var shop = new Workshop();
        var figure = CommandRun.Done("diagram", "cifar_plain20", "cifar_resnet20", "--kind", "columns", "-o", shop["figure.svg"], "--json")
            .Json();
        Assert.Equal(["cifar_plain20", "cifar_resnet20"],
            figure.GetProperty("networks").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal(["32 x 32", "16 x 16", "8 x 8", "features"],
            figure.GetProperty("sizes").EnumerateArray().Select(each => each.GetString()));
    }

    [Fact]
    public void Json_has_what_is_drawn()
    {
        using var shop = new Workshop();
        var volumes = CommandRun.Done("diagram", "cifar_resnet20", "--input", "3x64x48", "-o", shop["a.svg"], "--json").Json();
        Assert.Equal(["name", "scale", "layers", "shortcuts"], CommandRun.Members(volumes));
        Assert.Equal(64, volumes.GetProperty("layers")[1].GetProperty("height").GetInt32());
        Assert.Equal("zeroPad", volumes.GetProperty("shortcuts")[3].GetProperty("kind").GetString());
        var block = CommandRun.Done("diagram", "cifar_resnet20", "--block", "stage2.block1", "-o", shop["b.svg"], "--json").Json();
        Assert.Equal("stage2.block1", block.GetProperty("panels")[0].GetProperty("block").GetString());
        Assert.Equal("3x3 conv, 32, /2", block.GetProperty("panels")[0].GetProperty("operations")[0].GetProperty("text").GetString());
    }
}
