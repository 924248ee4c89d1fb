namespace Residuum.Cli.Tests;

public sealed class DiffVerbTests
{
    [Fact]
    public void The_status_is_that_of_diff()
    {
        using var shop = new Workshop();
        Assert.Equal(0, CommandRun.Of("diff", shop.ModelFile(), shop.ModelFile("b.safetensors")).Status);
        var structures = CommandRun.Done("diff", shop.Network(), shop.ModelFile()).Output;
        Assert.StartsWith("The structures of ", structures);
        Assert.Contains("weights were not compared, because", structures);
        Assert.Equal(1, CommandRun.Of("diff", "resnet50", "resnet50_v1").Status);
        Assert.Equal(2, CommandRun.Of("diff", "resnet50", "resnet51").Status);
        Assert.Equal(2, CommandRun.Of("diff", "resnet50").Status);
    }

    [Fact]
    public void Differences_are_one_json_document()
    {
        using var shop = new Workshop();
        using (var other = Model.Create(Models.NetworkSpec.FromFile(shop.Network()), 2)) other.Save(shop["b.safetensors"]);
        var run = CommandRun.Of("diff", shop.ModelFile("a.safetensors"), shop["b.safetensors"], "--json");
        Assert.Equal(1, run.Status);
        var json = run.Json();
        Assert.Equal(["left", "right", "description", "nodes", "tensors", "totals", "areEqual"], CommandRun.Members(json));
        Assert.False(json.GetProperty("areEqual").GetBoolean());
        Assert.Equal(0, json.GetProperty("nodes").GetArrayLength());
        var tensor = json.GetProperty("tensors")[0];
        Assert.Equal(["change", "left", "right", "leftType", "rightType", "numbers"], CommandRun.Members(tensor));
        Assert.Equal("changed", tensor.GetProperty("change").GetString());
        Assert.Equal(["elements", "identical", "largest", "mean", "relative", "bits"], CommandRun.Members(tensor.GetProperty("numbers")));
    }

    [Fact]
    public void Bare_weights_are_of_the_other_side_or_of_the_network_named_or_of_none()
    {
        using var shop = new Workshop();
        CommandRun.Done("convert", shop.ModelFile(), shop["bare.pth"], "--names", "akamaster");
        CommandRun.Done("convert", shop.ModelFile(), shop["ours.pth"]);
        Assert.Contains("all with the same bits", CommandRun.Done("diff", shop["bare.pth"], shop.ModelFile()).Output);
        Assert.Contains("all with the same bits", CommandRun.Done("diff", shop.ModelFile(), shop["bare.pth"]).Output);
        Assert.Contains("all with the same bits",
            CommandRun.Done("diff", shop["bare.pth"], shop["ours.pth"], "--model", shop.Network()).Output);
        Assert.Contains("layer1.0.conv1.weight", CommandRun.Of("diff", shop["bare.pth"], shop["ours.pth"]).Output);
    }
}
