using Residuum.Models;

namespace Residuum.Inspection.Tests;

/// <summary>The examples of docs/adding-a-network.md.</summary>
public class AddingANetworkTests
{
    [Fact]
    public void The_two_examples_of_the_guide_describe_one_network_that_can_be_built()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Residuum.slnx"))) folder = folder.Parent;
        var guide = File.ReadAllText(Path.Combine(folder!.FullName, "docs", "adding-a-network.md"));
        var json = guide.Split("```json")[1].Split("```")[0];

        var spec = new ResNetSpec("narrow", new ImageSize(3, 32, 32),
            StemSpec.Of3x3(16),
            [new StageSpec(Blocks: 2, Width: 32), new StageSpec(Blocks: 3, Width: 64, Stride: 2)],
            new BottleneckBlockSpec(Reduction: 2, PreActivation: new PreActivationSpec()),
            Classes: 10);

        Assert.Equal(spec, NetworkSpec.FromJson(json));
        Assert.Contains("[1x1, 32; 3x3, 32; 1x1, 64] x 3", NetworkSummary.Of(spec.Name, spec.Build()).ToText());
    }
}
