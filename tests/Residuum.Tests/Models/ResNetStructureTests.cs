using Residuum.Graphs;
using Residuum.Models;

namespace Residuum.Tests.Models;

/// <summary>What the built graphs look like, node by node.</summary>
public class ResNetStructureTests
{
    static readonly ResNetSpec s_small = new("small", new ImageSize(3, 32, 32), StemSpec.Of3x3(16),
        [new StageSpec(2, 16), new StageSpec(2, 32, 2)], new BasicBlockSpec(), Classes: 10);

    static Graph Build(string name) => Catalogue.Find(name).Spec.Build();

    static Node Named(Graph graph, string name) => graph.Find(name) ?? throw new InvalidOperationException($"There is no '{name}'.");

    static Node Input(Graph graph, string name, int input = 0) => graph.Nodes[Named(graph, name).Inputs[input].Node];

    static int[] OneImage(Graph graph, string name) => [.. Named(graph, name).Outputs[0].Shape.Dimensions[1..]];

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    [InlineData("cifar_resnet20")]
    public void Post_activation_ends_every_block_with_relu_after_the_addition(string name)
    {
        var graph = Build(name);
        var readers = graph.Readers();
        var additions = graph.Nodes.Where(node => node.Op is Add).ToArray();

        Assert.NotEmpty(additions);
        Assert.All(additions, addition => Assert.IsType<Relu>(Assert.Single(readers[addition.Output()]).Op));
    }

    [Theory]
    [InlineData("cifar_preact_resnet110")]
    [InlineData("cifar_preact_resnet164")]
    public void Pre_activation_carries_the_raw_sum_from_addition_to_addition(string name)
    {
        var graph = Build(name);
        var additions = graph.Nodes.Where(node => node.Op is Add).ToArray();

        Assert.NotEmpty(additions);
        foreach (var addition in additions)
        {
            var shortcut = graph.Nodes[addition.Inputs[1].Node];
            var isFirstOfStage = addition.Name.Contains("block1.");
            if (!isFirstOfStage) Assert.IsType<Add>(shortcut.Op);
            Assert.IsType<Conv2d>(graph.Nodes[addition.Inputs[0].Node].Op);
        }
        Assert.IsType<Add>(Input(graph, "head.norm").Op);
        Assert.Equal("head.relu", Input(graph, "head.pool").Name);
    }

    [Fact]
    public void Pre_activation_with_zero_padding_never_activates_the_identity_path()
    {
        var graph = Build("cifar_preact_resnet110");

        Assert.Equal("stage1.block18.add", Input(graph, "stage2.block1.shortcut.subsample").Name);
        Assert.Equal("stage2.block1.shortcut.pad", Input(graph, "stage2.block1.add", 1).Name);
    }

    [Theory]
    [InlineData(ProjectionInput.Activated, "stage2.block1.relu1")]
    [InlineData(ProjectionInput.Raw, "stage1.block2.add")]
    public void A_pre_activation_projection_reads_what_the_spec_says(ProjectionInput projection, string read)
    {
        var graph = (s_small with { Block = new BasicBlockSpec(new PreActivationSpec(Projection: projection)) }).Build();

        Assert.Equal(read, Input(graph, "stage2.block1.shortcut.conv").Name);
        Assert.Null(graph.Find("stage2.block1.shortcut.norm"));
    }

    [Theory]
    [InlineData(FirstActivation.Stem, true, false)]
    [InlineData(FirstActivation.Block, false, true)]
    public void Either_the_stem_or_the_first_block_activates_what_the_first_block_reads(FirstActivation first, bool stem, bool block)
    {
        var graph = (s_small with { Block = new BasicBlockSpec(new PreActivationSpec(first)) }).Build();

        Assert.Equal(stem, graph.Find("stem.norm") is not null);
        Assert.Equal(stem, graph.Find("stem.relu") is not null);
        Assert.Equal(block, graph.Find("stage1.block1.norm1") is not null);
        Assert.Equal(block, graph.Find("stage1.block1.relu1") is not null);
        Assert.NotNull(graph.Find("stage1.block2.norm1"));
    }

    [Theory]
    [InlineData("resnet50", 1, 2)]
    [InlineData("resnet50_v1", 2, 1)]
    [InlineData("cifar_preact_bottleneck29", 2, 1)]
    public void The_stride_of_a_bottleneck_stands_where_its_version_puts_it(string name, int first, int middle)
    {
        var graph = Build(name);

        Assert.Equal(Window.Square(1, first), Assert.IsType<Conv2d>(Named(graph, "stage2.block1.conv1").Op).Window);
        Assert.Equal(Window.Square(3, middle, 1), Assert.IsType<Conv2d>(Named(graph, "stage2.block1.conv2").Op).Window);
        Assert.Equal(Window.Square(1), Assert.IsType<Conv2d>(Named(graph, "stage2.block1.conv3").Op).Window);
        Assert.Equal(Window.Square(1), Assert.IsType<Conv2d>(Named(graph, "stage2.block2.conv1").Op).Window);
    }

    [Theory]
    [InlineData(ShortcutKind.ZeroPadSplit, 8, 8)]
    [InlineData(ShortcutKind.ZeroPadAppend, 0, 16)]
    public void Shortcut_a_takes_every_second_pixel_and_pads_channels_as_named(ShortcutKind shortcut, int before, int after)
    {
        var graph = (s_small with { Shortcut = shortcut }).Build();

        Assert.Equal(new Subsample(2, 2), Named(graph, "stage2.block1.shortcut.subsample").Op);
        Assert.Equal([16, 16, 16], OneImage(graph, "stage2.block1.shortcut.subsample"));
        Assert.Equal(new PadChannels(before, after), Named(graph, "stage2.block1.shortcut.pad").Op);
        Assert.Equal([32, 16, 16], OneImage(graph, "stage2.block1.shortcut.pad"));
        Assert.Single(graph.Nodes, node => node.Op is PadChannels);
    }

    [Fact]
    public void Shortcut_a_splits_an_odd_number_of_new_channels_with_one_more_behind()
    {
        var graph = (s_small with { Stages = [new StageSpec(1, 16), new StageSpec(1, 21, 1)], Shortcut = ShortcutKind.ZeroPadSplit })
            .Build();

        Assert.Equal(new PadChannels(2, 3), Named(graph, "stage2.block1.shortcut.pad").Op);
        Assert.Null(graph.Find("stage2.block1.shortcut.subsample"));
    }

    [Fact]
    public void Shortcut_b_projects_only_where_the_shape_changes_and_c_everywhere()
    {
        var b = s_small.Build();
        var c = (s_small with { Shortcut = ShortcutKind.ProjectionEverywhere }).Build();

        Assert.Equal(["stage2.block1.shortcut.conv"], b.Nodes.Where(node => node.Name.EndsWith("shortcut.conv")).Select(node => node.Name));
        Assert.Equal(4, c.Nodes.Count(node => node.Name.EndsWith("shortcut.conv")));
        Assert.Equal(4, c.Nodes.Count(node => node.Name.EndsWith("shortcut.norm")));
    }

    [Theory]
    [InlineData("plain18")]
    [InlineData("cifar_plain20")]
    public void A_plain_twin_has_no_additions_and_no_scale_that_may_start_at_zero(string name)
    {
        var graph = Build(name);

        Assert.DoesNotContain(graph.Nodes, node => node.Op is Add or Subsample or PadChannels || node.Name.Contains("shortcut"));
        Assert.DoesNotContain(graph.Parameters, node => ((Parameter)node.Op).Role == ParameterRole.LastNormScale);
        Assert.Equal("stage1.block1.norm2", Input(graph, "stage1.block1.relu2").Name);
    }

    [Fact]
    public void The_last_scale_of_each_post_activation_branch_may_start_at_zero()
    {
        var last = Build("resnet50").Parameters.Where(node => ((Parameter)node.Op).Role == ParameterRole.LastNormScale).ToArray();

        Assert.Equal(16, last.Length);
        Assert.All(last, node => Assert.EndsWith(".norm3.weight", node.Name));
    }

    [Fact]
    public void A_pre_activation_branch_has_no_scale_that_may_start_at_zero() =>
        Assert.DoesNotContain(Build("cifar_preact_resnet164").Parameters, node => ((Parameter)node.Op).Role == ParameterRole.LastNormScale);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Any_number_of_stages_can_be_built(int stages)
    {
        var graph = (s_small with { Stages = [.. Enumerable.Range(0, stages).Select(i => new StageSpec(1, 8 << i, i == 0 ? 1 : 2))] })
            .Build();

        Assert.Equal([8 << (stages - 1), 32 >> (stages - 1), 32 >> (stages - 1)], OneImage(graph, $"stage{stages}.block1.add"));
        Assert.Null(graph.Find($"stage{stages + 1}.block1.add"));
    }

    [Theory]
    [InlineData("resnet18", 1, 97, 131, 4, 5)]
    [InlineData("resnet50_v1", 3, 97, 131, 4, 5)]
    [InlineData("resnet34_a", 4, 33, 200, 2, 7)]
    [InlineData("resnet18", 3, 32, 32, 1, 1)]
    [InlineData("resnet18.kuangliu", 3, 224, 224, 28, 28)]
    [InlineData("cifar_resnet20", 3, 33, 17, 9, 5)]
    public void Other_image_sizes_can_be_built(string name, int channels, int height, int width, int lastHeight, int lastWidth)
    {
        var graph = Catalogue.Find(name).Spec.WithInput(channels, height, width).Build();
        var last = graph.TypeOf(Named(graph, "head.pool").Inputs[0]).Shape;

        Assert.Equal((lastHeight, lastWidth), (last[2], last[3]));
        Assert.Equal(channels, Named(graph, "stem.conv.weight").Outputs[0].Shape[1]);
    }

    [Fact]
    public void Several_stem_convolutions_are_numbered_and_each_is_activated()
    {
        var graph = (s_small with
        {
            Stem =
            new StemSpec([new ConvolutionSpec(8, 3, 2, Bias: true), new ConvolutionSpec(16)], MaxPool: true)
        }).Build();

        Assert.Equal(
            ["stem.conv1", "stem.norm1", "stem.relu1", "stem.conv2", "stem.norm2", "stem.relu2", "stem.pool"],
            graph.Nodes.Where(node => node.Name.StartsWith("stem.") && node.Op is not (Parameter or State)).Select(node => node.Name));
        Assert.NotNull(graph.Find("stem.conv1.bias"));
        Assert.Null(graph.Find("stem.conv2.bias"));
        Assert.Equal([16, 8, 8], OneImage(graph, "stem.pool"));
    }

    [Fact]
    public void A_network_without_classes_ends_with_the_last_map()
    {
        var graph = (s_small with { Classes = null }).Build();

        Assert.Equal([32, 16, 16], [.. graph.TypeOf(graph.Output("features")).Shape.Dimensions[1..]]);
        Assert.DoesNotContain(graph.Nodes, node => node.Name.StartsWith("head."));
    }

    [Fact]
    public void Normalizations_use_running_statistics_with_the_epsilon_and_momentum_of_the_spec()
    {
        var norms = (s_small with { Epsilon = 1e-3f, Momentum = 0.01f }).Build().Nodes.Where(node => node.Op is BatchNorm).ToArray();

        Assert.NotEmpty(norms);
        Assert.All(norms, node => Assert.Equal(new BatchNorm(1e-3f, 0.01f, Statistics.Running), node.Op));
    }

    [Fact]
    public void A_small_network_of_each_activation_prints_as_approved()
    {
        var spec = s_small with { Stages = [new StageSpec(1, 16), new StageSpec(1, 32, 2)], Shortcut = ShortcutKind.ZeroPadSplit };
        var preActivation = spec with
        {
            Shortcut = ShortcutKind.Projection,
            Block = new BottleneckBlockSpec(PreActivation: new PreActivationSpec())
        };
        var (post, pre) = (spec.Build().ToString(), preActivation.Build().ToString());

        Assert.Equal(Residuum.Testing.Approved.Text("Residuum.Tests/Golden/Models/post-activation.txt", post), post);
        Assert.Equal(Residuum.Testing.Approved.Text("Residuum.Tests/Golden/Models/pre-activation.txt", pre), pre);
    }
}
