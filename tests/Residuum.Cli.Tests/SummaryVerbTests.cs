namespace Residuum.Cli.Tests;

public sealed class SummaryVerbTests
{
    [Fact]
    public void Json_has_the_documented_members()
    {
        var summary = CommandRun.Done("summary", "cifar_resnet8", "--json").Json();
        Assert.Superset(new HashSet<string> { "name", "parameters", "multiplyAdds", "nodes" }, CommandRun.Members(summary).ToHashSet());
        var node = summary.GetProperty("nodes")[1];
        Assert.Superset(
            new HashSet<string> { "name", "kind", "output", "parameters", "multiplyAdds" }, CommandRun.Members(node).ToHashSet());
        Assert.Equal([16, 32, 32], node.GetProperty("output").EnumerateArray().Select(side => side.GetInt32()));
    }

    [Fact]
    public void ResNet34_shows_the_output_sizes_of_the_papers_table()
    {
        var text = CommandRun.Done("summary", "resnet34").Output;
        foreach (var size in (string[])["64x112x112", "64x56x56", "128x28x28", "256x14x14", "512x7x7", "21,797,672", "3,663,761,408"])
            Assert.Contains(size, text);
    }

    [Fact]
    public void Another_size_of_images_changes_the_sizes_and_not_the_parameters()
    {
        var summary = CommandRun.Done("summary", "resnet18", "--input", "3x97x131", "--json").Json();
        Assert.Equal(11_689_512, summary.GetProperty("parameters").GetInt64());
        Assert.Equal([3, 97, 131], summary.GetProperty("input").EnumerateArray().Select(side => side.GetInt32()));
    }

    [Theory]
    [InlineData("described", "\"kind\": \"resnet\"")]
    [InlineData("graph", "Conv2d")]
    [InlineData("rewritten", "FusedConv2d")]
    [InlineData("plan", "stage1.block1.relu2: conv-forward")]
    public void Every_stage_of_the_pipeline_can_be_printed(string stage, string expected) =>
        Assert.Contains(expected, CommandRun.Done("summary", "cifar_resnet8", "--stage", stage).Output);

    [Fact]
    public void The_pipeline_of_training_has_gradients() =>
        Assert.Contains("ConvWeightGradient", CommandRun.Done("summary", "cifar_resnet8", "--stage", "graph", "--train").Output);

    [Fact]
    public void The_plan_has_Winograds_kernels_unless_they_are_forbidden()
    {
        string[] arguments = ["summary", "cifar_resnet8", "--stage", "plan"];
        Assert.Contains("conv-forward winograd4", CommandRun.Done(arguments).Output);
        Assert.DoesNotContain("winograd", CommandRun.Done([.. arguments, "--no-winograd"]).Output);
        Assert.DoesNotContain("winograd", CommandRun.Done([.. arguments, "--train", "--no-winograd"]).Output);
    }

    [Fact]
    public void A_description_in_a_file_is_summarised()
    {
        using var shop = new Workshop();
        Assert.Equal("tiny", CommandRun.Done("summary", shop.Network(), "--json").Json().GetProperty("name").GetString());
    }

    [Fact]
    public void One_command_prints_the_papers_table()
    {
        var text = CommandRun.Done("summary", "--paper", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
            "resnet152_v1").Output;
        foreach (var figure in (string[])["conv5_x", "7x7", "[1x1, 2048]", "x 36", "1,814,073,344", "11,513,626,624", "11.3 x 10^9",
            "58,156,618", "555,422,720"])
            Assert.Contains(figure, text);
    }

    [Fact]
    public void Estimates_have_memory_and_time()
    {
        var estimate = CommandRun.Done("summary", "cifar_resnet8", "--estimate", "--batch", "4", "--threads", "1", "--json").Json()
            .GetProperty("estimate");
        Assert.Equal(4, estimate.GetProperty("inference").GetProperty("batch").GetInt32());
        Assert.True(estimate.GetProperty("inference").GetProperty("planBytes").GetInt64() > 300_000);
        Assert.True(estimate.GetProperty("training").GetProperty("momentumBytes").GetInt64() > 300_000);
        Assert.True(estimate.GetProperty("training").GetProperty("milliseconds").GetDouble() > 0);
        Assert.Contains("a training step", CommandRun.Done("summary", "cifar_resnet8", "--estimate").Output);
    }
}
