using Residuum.Graphs;
using Residuum.Models;
using Residuum.Training;

namespace Residuum.Tests.Models;

/// <summary>What the graphs of bridged, gated, one-dimensional, encoding and decoding networks look like.</summary>
public class FurtherStructureTests
{
    static readonly ResNetSpec s_small = new("small", new ImageSize(3, 32, 32), StemSpec.Of3x3(8),
        [new StageSpec(2, 8), new StageSpec(2, 16, 2)], new BasicBlockSpec(), Classes: 10);

    static Node Named(Graph graph, string name) => graph.Find(name) ?? throw new InvalidOperationException($"There is no '{name}'.");

    static string[] Inputs(Graph graph, string name) => [.. Named(graph, name).Inputs.Select(input => graph.Nodes[input.Node].Name)];

    static int[] OneImage(Graph graph, string name) => [.. Named(graph, name).Outputs[0].Shape.Dimensions[1..]];

    [Theory]
    [InlineData(ShortcutKind.Projection, "stage1.block2.relu2, stem.relu; stage2.block2.relu2, stage2.shortcut.norm")]
    [InlineData(ShortcutKind.ProjectionEverywhere, "stage1.block2.relu2, stage1.shortcut.norm; stage2.block2.relu2, stage2.shortcut.norm")]
    [InlineData(ShortcutKind.ZeroPadSplit, "stage1.block2.relu2, stem.relu; stage2.block2.relu2, stage2.shortcut.pad")]
    public void A_bridge_adds_what_a_stage_read_to_what_it_hands_on(ShortcutKind kind, string additions)
    {
        var graph = (s_small with { Stages = [.. s_small.Stages.Select(stage => stage with { Bridge = kind })] }).Build();

        Assert.Equal(additions, string.Join("; ",
            new[] { "stage1.add", "stage2.add" }.Select(name => string.Join(", ", Inputs(graph, name)))));
        Assert.Equal(["stage2.relu"], Inputs(graph, "head.pool"));
        Assert.Equal(["stage1.relu"], Inputs(graph, "stage2.block1.conv1")[..1]);
    }

    [Fact]
    public void A_bridge_over_one_stage_of_a_pre_activation_network_is_not_activated()
    {
        var spec = s_small with
        {
            Block = new BasicBlockSpec(new PreActivationSpec()),
            Stages = [s_small.Stages[0], s_small.Stages[1] with { Bridge = ShortcutKind.Projection }],
        };
        var graph = spec.Build();

        Assert.Null(graph.Find("stage1.add"));
        Assert.Equal(["stage2.block2.add", "stage2.shortcut.conv"], Inputs(graph, "stage2.add"));
        Assert.Equal("stage2.add", Inputs(graph, "head.norm")[0]);
    }

    [Fact]
    public void A_gate_starts_at_its_bias_and_reads_what_the_block_reads()
    {
        var graph = (s_small with { ShortcutModifier = new GatedShortcutSpec(Exclusive: true, Bias: -6) }).Build();
        var start = Initialization.Create(graph, 1);

        Assert.All(start["stage1.block1.gate.conv.bias"].Span<float>().ToArray(), bias => Assert.Equal(-6, bias));
        Assert.Equal("stage1.block1.relu2", Inputs(graph, "stage1.block2.gate.conv")[0]);
        Assert.Equal(["stage2.block1.gate.branch", "stage2.block1.gate.shortcut"], Inputs(graph, "stage2.block1.add"));
    }

    [Fact]
    public void Concatenated_blocks_add_a_stages_width_each()
    {
        var graph = (s_small with { Join = Join.Concatenate, Shortcut = ShortcutKind.ZeroPadSplit }).Build();

        Assert.Equal([24, 32, 32], OneImage(graph, "stage1.block2.concat"));
        Assert.Equal([40, 16, 16], OneImage(graph, "stage2.block1.concat"));
        Assert.Equal([56, 16, 16], OneImage(graph, "stage2.block2.concat"));
    }

    [Fact]
    public void Rates_of_stochastic_depth_grow_by_the_linear_rule_with_a_stream_each()
    {
        var drops = (s_small with { StochasticDepth = 0.4f }).Build().Nodes.Select(node => node.Op).OfType<StochasticDepth>().ToArray();

        Assert.Equal([0.1f, 0.2f, 0.3f, 0.4f], drops.Select(drop => drop.Rate));
        Assert.Equal(4, drops.Select(drop => drop.Stream).Distinct().Count());
    }

    [Fact]
    public void A_network_of_one_dimension_has_kernels_of_one_row()
    {
        var spec = s_small with { Input = new ImageSize(2, 1, 100), OneDimensional = true, Stem = StemSpec.ImageNet };
        var graph = spec.Build();

        Assert.All(graph.Nodes.Select(node => node.Op).OfType<Conv2d>(),
            conv => Assert.Equal((1, 1), (conv.Window.KernelHeight, conv.Window.StrideHeight)));
        Assert.Equal([64, 1, 50], OneImage(graph, "stem.conv"));
        Assert.Equal([64, 1, 25], OneImage(graph, "stem.pool"));
        Assert.Equal([16, 1, 13], OneImage(graph, "stage2.block2.add"));
        // A third of the numbers of its twin's 3x3 kernels.
        Assert.Equal(2 * 16 * 16 * 3 + 8 * 16 * 3,
            graph.Parameters.Where(node => node.Name.StartsWith("stage2.block", StringComparison.Ordinal)
            && node.Outputs[0].Shape.Rank == 4 && node.Outputs[0].Shape[3] == 3).Sum(node => node.Outputs[0].Shape.Count) - 16 * 16 * 3);
    }

    [Fact]
    public void An_encoder_hands_out_a_latent_vector_and_no_logits()
    {
        var graph = (s_small with { Classes = null, Head = new HeadSpec(Latent: 7) }).Build();

        Assert.Equal(["latent"], graph.Outputs.Select(output => output.Name));
        Assert.Equal([7], OneImage(graph, "head.latent"));
        Assert.Equal(7 * 16 * 16 * 16 + 7,
            graph.Parameters.Where(node => node.Name.StartsWith("head.", StringComparison.Ordinal))
            .Sum(node => node.Outputs[0].Shape.Count));
    }

    [Theory]
    [InlineData(Enlarging.Nearest, false, 3, 32, 32)]
    [InlineData(Enlarging.Bilinear, false, 3, 33, 31)]
    [InlineData(Enlarging.Transposed, true, 3, 37, 45)]
    [InlineData(Enlarging.Transposed, false, 1, 64, 64)]
    public void An_autoencoder_comes_back_to_the_size_of_its_images(Enlarging enlarging, bool latent, int channels, int height, int width)
    {
        foreach (var spec in new[]
        {
            s_small with { Stages = [new StageSpec(1, 8), new StageSpec(2, 16, 2), new StageSpec(1, 24, 3)] },
            s_small with { Stem = StemSpec.Deep(4, 4, 8), Block = new BottleneckBlockSpec(2, PreActivation: new PreActivationSpec()) },
            s_small with { Stem = StemSpec.ImageNet },
        })
        {
            var graph = (spec with
            {
                Input = new ImageSize(channels, height, width),
                Classes = null,
                Decoder = new DecoderSpec(enlarging),
                Head = latent ? new HeadSpec(Latent: 12) : null,
            }).Build();

            Assert.Equal(["reconstruction"], graph.Outputs.Select(output => output.Name));
            Assert.Equal([channels, height, width], [.. graph.TypeOf(graph.Output("reconstruction")).Shape.Dimensions[1..]]);
        }
    }

    [Fact]
    public void A_decoder_mirrors_the_stages_block_by_block()
    {
        var graph = (s_small with { Classes = null, Decoder = new DecoderSpec() }).Build();

        Assert.Equal([16, 32, 32], OneImage(graph, "decoder2.enlarge"));
        Assert.Equal([8, 32, 32], OneImage(graph, "decoder2.block2.add"));
        Assert.Equal([8, 32, 32], OneImage(graph, "decoder1.block2.add"));
        Assert.Equal(["decoder1.block2.relu2", "image.conv1.weight", "image.conv1.bias"], Inputs(graph, "image.conv1"));
    }

    [Theory]
    [InlineData(ActivationPlacement.Original)]
    [InlineData(ActivationPlacement.NormalizationAfterAddition)]
    [InlineData(ActivationPlacement.ReluBeforeAddition)]
    [InlineData(ActivationPlacement.ReluOnlyPreActivation)]
    [InlineData(ActivationPlacement.FullPreActivation)]
    public void The_placement_that_is_set_is_the_placement_that_is_read(ActivationPlacement placement)
    {
        foreach (var block in new BlockSpec[] { new BasicBlockSpec(),
            new BottleneckBlockSpec(2, PreActivation: new PreActivationSpec(Final: false)) })
        {
            Assert.Equal(placement, block.WithPlacement(placement).Placement());
            Assert.NotEmpty((s_small with { Block = block.WithPlacement(placement) }).Build().Nodes);
        }
    }
}
