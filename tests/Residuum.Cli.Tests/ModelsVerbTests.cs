namespace Residuum.Cli.Tests;

public sealed class ModelsVerbTests
{
    [Fact]
    public void Json_has_the_documented_members_and_exact_counts()
    {
        var rows = CommandRun.Done("models", "cifar_resnet20", "--json").Json();
        var row = rows.EnumerateArray().First(row => row.GetProperty("name").GetString() == "cifar_resnet20");
        Assert.Equal(["name", "parameters", "totalParameters", "multiplyAdds", "input", "source"], CommandRun.Members(row));
        Assert.Equal(269_722, row.GetProperty("parameters").GetInt64());
        Assert.Equal(40_551_040, row.GetProperty("multiplyAdds").GetInt64());
        Assert.Equal([3, 32, 32], row.GetProperty("input").EnumerateArray().Select(side => side.GetInt32()));
    }

    [Fact]
    public void All_networks_of_the_catalogue_are_listed()
    {
        var rows = CommandRun.Done("models", "--json").Json();
        Assert.Equal(Models.Catalogue.All.Length, rows.GetArrayLength());
    }

    [Theory]
    [InlineData("resnet50", "resnet50")]
    [InlineData("cifar_plain*", "cifar_plain110")]
    [InlineData("cifar_resnet14", "cifar_resnet14")]
    public void A_pattern_finds_parts_of_names_wildcards_and_members_that_are_not_listed(string pattern, string expected)
    {
        var names = CommandRun.Done("models", pattern, "--json").Json().EnumerateArray().Select(row => row.GetProperty("name").GetString());
        Assert.Contains(expected, names);
    }

    [Fact]
    public void The_table_is_plain_text_where_nobody_looks_at_a_screen()
    {
        var run = CommandRun.Done("models", "resnet18");
        Assert.Contains("11,689,512", run.Output);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public void Namesakes_stand_side_by_side_with_what_tells_them_apart()
    {
        var lines = CommandRun.Done("models", "resnet50", "--dialects").Output.Split('\n');
        Assert.Equal(["resnet50", "resnet50_v1", "resnet50.kuangliu", "resnet50.caffe", "resnet50.gluon", "resnet50.keras"],
            lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var parameters = lines.Single(line => line.StartsWith("parameters", StringComparison.Ordinal));
        Assert.Equal(["parameters", "25,557,032", "25,557,032", "23,520,842", "25,557,096", "25,575,912", "25,583,592"],
            parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(lines, line => line.StartsWith("stride", StringComparison.Ordinal) && line.Contains("first 1x1, first block"));
        Assert.DoesNotContain(lines, line => line.StartsWith("padding", StringComparison.Ordinal));
        Assert.Contains("The same network as resnet50: resnet50.torchvision, resnet50.timm, resnet50.torch, resnet50.nvidia.", lines);
    }

    [Fact]
    public void Namesakes_as_json_have_all_their_traits()
    {
        var rows = CommandRun.Done("models", "cifar_resnet56v2", "--dialects", "--json").Json().EnumerateArray().ToArray();
        var keras = rows.Single(row => row.GetProperty("name").GetString() == "cifar_resnet56v2.keras");
        Assert.Equal(1_673_738, keras.GetProperty("totalParameters").GetInt64());
        Assert.Equal("same", keras.GetProperty("traits").GetProperty("padding").GetString());
        Assert.Equal("B, of the raw sum", keras.GetProperty("traits").GetProperty("shortcut").GetString());
        Assert.Equal("0.001", keras.GetProperty("traits").GetProperty("epsilon").GetString());
        Assert.All(rows, row => Assert.Equal(10, row.GetProperty("traits").EnumerateObject().Count()));
    }
}
