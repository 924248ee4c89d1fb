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
}
