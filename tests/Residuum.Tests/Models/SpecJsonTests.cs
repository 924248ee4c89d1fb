using System.Text;
using Residuum.Models;

namespace Residuum.Tests.Models;

/// <summary>Descriptions as JSON: what is written comes back, what is wrong is refused in one sentence.</summary>
public class SpecJsonTests
{
    const string Good =
        """
        {
          "kind": "resnet", "name": "small", "input": { "channels": 3, "height": 32, "width": 32 },
          "stem": { "convolutions": [{ "width": 16 }] },
          "stages": [{ "blocks": 1, "width": 16 }, { "blocks": 1, "width": 32, "stride": 2 }],
          "block": { "kind": "basic" }, "classes": 10
        }
        """;

    public static TheoryData<string> Names => [.. Catalogue.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_network_of_the_catalogue_comes_back_from_json_as_it_was(string name)
    {
        var spec = Catalogue.Find(name).Spec;

        var compact = NetworkSpec.FromJson(spec.ToJson(indented: false));
        var indented = NetworkSpec.FromJson(spec.ToJson());

        Assert.Equal(spec, compact);
        Assert.Equal(spec, indented);
        Assert.Equal(spec.GetHashCode(), indented.GetHashCode());
    }

    [Fact]
    public void Every_member_comes_back_from_json_as_it_was()
    {
        var spec = new ResNetSpec("all set", new ImageSize(1, 40, 50),
            new StemSpec([new ConvolutionSpec(8, 5, 2, true), new ConvolutionSpec(16)], true),
            [new StageSpec(1, 32, 3)], new BottleneckBlockSpec(
                2, StridePlacement.First1x1, new PreActivationSpec(FirstActivation.Block, ProjectionInput.Raw, false)),
            null, ShortcutKind.ZeroPadAppend, 1e-3f, 0.01f);

        Assert.Equal(spec, NetworkSpec.FromJson(spec.ToJson()));
        Assert.Equal(spec.Build().ToString(), NetworkSpec.FromJson(spec.ToJson()).Build().ToString());
    }

    public static TheoryData<ResNetSpec> FurtherMembers
    {
        get
        {
            var spec = (ResNetSpec)NetworkSpec.FromJson(Good);
            return
            [
                spec with { Block = new BasicBlockSpec(
                    PostActivation: PostActivation.NormalizationAfterAddition, SqueezeExcitation: new(4, 8)) },
                spec with { Block = new BottleneckBlockSpec(
                    2, PreActivation: new PreActivationSpec(FirstActivation.Both, ReluOnly: true), Groups: 4) },
                spec with { Block = new InvertedBlockSpec(3, new SqueezeExcitationSpec(2)), Shortcut = ShortcutKind.Identity,
                    Activation = ActivationKind.Relu6 },
                spec with { Stages = [new StageSpec(2, 16, 2, StridingBlock.Last, new InvertedBlockSpec(), ShortcutKind.ZeroPadAppend)] },
                spec with { Stem = new StemSpec([new(8)], true, PoolBorder.Ceiling, true, true) },
                spec with { ShortcutModifier = new ScaledShortcutSpec(0.25f, 0.75f) },
                    spec with { ShortcutModifier = new GatedShortcutSpec(true, -6) },
                spec with { ShortcutModifier = new DroppedShortcutSpec(0.1f), Join = Join.Concatenate, StochasticDepth = 0.2f },
                spec with { PooledProjection = true, BareProjection = true, Biases = BiasPlacement.Outer, Padding = PaddingRule.Same },
                spec with { Head = new HeadSpec(64, 0.5f) },
                    spec with { Classes = null, Head = new HeadSpec(Latent: 7), Decoder = new DecoderSpec(Enlarging.Transposed) },
                spec with { Input = new ImageSize(2, 1, 50), OneDimensional = true },
            ];
        }
    }

    [Theory]
    [MemberData(nameof(FurtherMembers))]
    public void Every_further_member_comes_back_and_is_written_only_where_it_is_not_the_default(ResNetSpec spec)
    {
        var json = spec.ToJson(indented: false);
        Assert.Equal(spec, NetworkSpec.FromJson(json));
        Assert.Equal(spec.Build().ToString(), NetworkSpec.FromJson(json).Build().ToString());
        Assert.DoesNotContain("null", json.Replace("\"classes\":null", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_left_out_take_the_defaults_of_the_csharp_record() =>
        Assert.Equal(
            new ResNetSpec("small", new ImageSize(3, 32, 32), StemSpec.Of3x3(16), [new StageSpec(1, 16), new StageSpec(1, 32, 2)],
                new BasicBlockSpec(), 10),
            NetworkSpec.FromJson(Good));

    [Fact]
    public void Equality_notices_every_member()
    {
        var spec = (ResNetSpec)NetworkSpec.FromJson(Good);
        ResNetSpec[] others =
        [
            spec with { Name = "other" }, spec with { Input = new ImageSize(3, 32, 33) },
                spec with { Stem = spec.Stem with { MaxPool = true } },
            spec with { Stem = StemSpec.Of3x3(17) }, spec with { Stages = [spec.Stages[0]] },
                spec with { Block = new BottleneckBlockSpec() },
            spec with { Classes = 11 }, spec with { Shortcut = ShortcutKind.None }, spec with { Epsilon = 2 },
                spec with { Momentum = 0.2f },
            spec with { ShortcutModifier = new DroppedShortcutSpec() }, spec with { Join = Join.Concatenate },
                spec with { PooledProjection = true },
            spec with { BareProjection = true }, spec with { Biases = BiasPlacement.All }, spec with { Padding = PaddingRule.Same },
            spec with { Activation = ActivationKind.Relu6 }, spec with { StochasticDepth = 0.5f }, spec with { Head = new HeadSpec() },
            spec with { Decoder = new DecoderSpec() }, spec with { OneDimensional = true },
            spec with { Stem = spec.Stem with { Pool = PoolBorder.Zeros } }, spec with { Stem = spec.Stem with { NormalizedInput = true } },
            spec with { Stem = spec.Stem with { Linear = true } },
        ];

        Assert.All(others, other => Assert.NotEqual(spec, other));
        Assert.Equal(spec, spec with { Stages = [.. spec.Stages] });
        Assert.Equal(20, typeof(ResNetSpec).GetProperties().Count(property => property.CanWrite));
    }

    [Fact]
    public void The_json_of_a_small_network_reads_as_approved()
    {
        var json = (NetworkSpec.FromJson(Good) with { Name = "small" }).ToJson() + "\n";

        Assert.Equal(Residuum.Testing.Approved.Text("Residuum.Tests/Golden/Models/small.json", json), json);
    }

    [Theory]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"colour\": 1", "is wrong at $.colour: there is no member 'colour'.")]
    [InlineData("\"stride\": 2", "\"strides\": 2", "is wrong at $.stages[1].strides: there is no member 'strides'.")]
    [InlineData("\"stride\": 2", "\"stride\": 0",
        "is wrong: The network 'small' cannot be built: stages[1].stride is 0 and must be between 1 and 64.")]
    [InlineData("\"stride\": 2", "\"stride\": 2.5", "is wrong at $.stages[1].stride: the value must be a whole number.")]
    [InlineData("\"stride\": 2", "\"stride\": \"2\"", "is wrong at $.stages[1].stride: the value must be a whole number.")]
    [InlineData("\"stride\": 2", "\"stride\": 99999999999", "is wrong at $.stages[1].stride: the value must be a whole number.")]
    [InlineData("\"stride\": 2", "\"stride\": null", "is wrong at $.stages[1].stride: the value must be a whole number.")]
    [InlineData("\"kind\": \"basic\"", "\"kind\": \"wide\"", "its \"kind\" is missing or unknown")]
    [InlineData("\"kind\": \"resnet\", ", "", "its \"kind\" is missing or unknown")]
    [InlineData("\"kind\": \"resnet\"", "\"kind\": \"vgg\"", "its \"kind\" is missing or unknown")]
    [InlineData(", \"classes\": 10", "", "members are missing: 'classes'.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"classes\": 11", "is wrong at $.classes: the member 'classes' is given twice.")]
    [InlineData("\"classes\": 10", "\"classes\": 0", "classes is 0 and must be between 1 and 65536.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"shortcut\": \"D\"", "is wrong at $.shortcut: the value must be one of "
        + "\"projection\", \"projectionEverywhere\", \"zeroPadSplit\", \"zeroPadAppend\", \"none\", \"identity\".")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"shortcut\": 1", "is wrong at $.shortcut: the value must be one of")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"epsilon\": 0", "epsilon is 0 and must be above 0 and at most 1.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"epsilon\": 1e99", "epsilon")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"momentum\": -1", "momentum is -1 and must be between 0 and 1.")]
    [InlineData("\"name\": \"small\"", "\"name\": null", "is wrong at $.name: the value must be text.")]
    [InlineData("\"name\": \"small\"", "\"name\": \" \"", "must have 1 to 128 printable characters")]
    [InlineData("\"height\": 32", "\"height\": 100000", "input.height is 100000 and must be between 1 and 16384.")]
    [InlineData("{ \"blocks\": 1, \"width\": 16 }", "null", "stages[0] is missing")]
    [InlineData("{ \"blocks\": 1, \"width\": 16 }", "7", "is wrong at $.stages[0]: the value must be an object.")]
    [InlineData("\"blocks\": 1, \"width\": 16", "\"blocks\": 4096, \"width\": 16",
        "the number of blocks in all stages is 4097 and must be between 1 and 4096.")]
    [InlineData("[{ \"width\": 16 }]", "[]", "the number of stem.convolutions is 0 and must be between 1 and 16.")]
    [InlineData("[{ \"width\": 16 }]", "{}", "is wrong at $.stem.convolutions: the value must be a list.")]
    [InlineData("{ \"kind\": \"basic\" }", "{ \"kind\": \"bottleneck\", \"reduction\": 5 }",
        "stages[0].width is 16, which the block's reduction of 5 does not divide.")]
    [InlineData("{ \"kind\": \"basic\" }", "{ \"kind\": \"bottleneck\", \"reduction\": 0 }",
        "block.reduction is 0 and must be between 1 and 65536.")]
    [InlineData("{ \"kind\": \"basic\" }", "{ \"kind\": \"basic\", \"reduction\": 4 }", "there is no member 'reduction'.")]
    [InlineData("{ \"kind\": \"basic\" }", "null", "is wrong at $.block: the value must be an object.")]
    [InlineData("[{ \"width\": 16 }]", "null", "is wrong at $.stem.convolutions: the value must be a list.")]
    [InlineData("{ \"convolutions\": [{ \"width\": 16 }] }", "null", "is wrong at $.stem: the value must be an object.")]
    [InlineData("\"classes\": 10", "\"classes\": \"ten\"", "is wrong at $.classes: the value must be a whole number.")]
    [InlineData("\"kind\": \"basic\"", "\"kind\": \"basic\", \"preActivation\": { \"final\": 1 }",
        "is wrong at $.block.preActivation.final: the value must be true or false.")]
    [InlineData("\"kind\": \"basic\"", "\"kind\": \"basic\", \"preActivation\": { \"first\": \"none\" }",
        "is wrong at $.block.preActivation.first: the value must be one of \"stem\", \"block\", \"both\".")]
    [InlineData("\"width\": 16 }]", "\"width\": 16, \"bias\": 0 }]",
        "is wrong at $.stem.convolutions[0].bias: the value must be true or false.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"shortcutModifier\": {}", "its \"kind\" is missing or unknown")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"shortcutModifier\": { \"kind\": \"gated\", \"bias\": true }",
        "is wrong at $.shortcutModifier.bias: the value must be a number.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"shortcutModifier\": { \"kind\": \"dropped\", \"rate\": 1 }",
        "shortcutModifier.rate is 1 and must be at least 0 and below 1.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"pooledProjection\": 1",
        "is wrong at $.pooledProjection: the value must be true or false.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"biases\": \"some\"",
        "is wrong at $.biases: the value must be one of \"none\", \"all\", \"outer\", \"lastAndProjection\".")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"stochasticDepth\": -1", "stochasticDepth is -1 and must be at least 0 and below 1.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"head\": { \"latent\": 5 }",
        "an encoder with head.latent has no classes; set classes to null.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"head\": { \"dropout\": 2 }",
        "head.dropout is 2 and must be at least 0 and below 1.")]
    [InlineData("\"classes\": 10", "\"classes\": null, \"head\": { \"dropout\": 0.5 }",
        "head.dropout stands before a classifier, but classes is null.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"decoder\": {}", "a network with a decoder has no classes; set classes to null.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"oneDimensional\": true",
        "oneDimensional networks read images of height 1, and input.height is 32.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"join\": \"concatenate\", \"shortcut\": \"none\"", "needs a shortcut in every block")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"join\": \"concatenate\", \"shortcutModifier\": { \"kind\": \"gated\" }",
        "a gated shortcut is one that is added; choose either.")]
    [InlineData("\"classes\": 10", "\"classes\": 10, \"shortcut\": \"none\", \"shortcutModifier\": { \"kind\": \"scaled\" }",
        "shortcutModifier is given, but shortcut is none.")]
    [InlineData("\"stride\": 2", "\"stride\": 2, \"bridge\": \"none\"", "stages[1].bridge must be one of")]
    [InlineData("\"stride\": 2", "\"stride\": 2, \"block\": { \"kind\": \"inverted\", \"expansion\": 0 }",
        "block.expansion is 0 and must be between 1 and 64.")]
    [InlineData("\"kind\": \"basic\"", "\"kind\": \"inverted\", \"preActivation\": {}",
        "an inverted block has no preActivation or postActivation; leave them out.")]
    [InlineData("\"kind\": \"basic\"", "\"kind\": \"basic\", \"preActivation\": {}, \"postActivation\": \"reluBeforeAddition\"",
        "block has both preActivation and postActivation; leave one of them out.")]
    [InlineData("\"kind\": \"basic\"", "\"kind\": \"bottleneck\", \"groups\": 3",
        "stages[0] has an inner width of 4, which 3 groups do not divide.")]
    [InlineData("\"kind\": \"basic\"", "\"kind\": \"bottleneck\", \"groups\": 1", "block.groups is 1 and must be between 2 and 65536.")]
    [InlineData("\"width\": 16 }]", "\"width\": 16 }], \"pool\": \"zeros\"", "stem.pool is given, but stem.maxPool is false.")]
    [InlineData("\"classes\": 10", "\"classes\": 10,,", "is wrong")]
    public void A_wrong_member_is_refused_in_one_sentence_that_names_it(string good, string bad, string message)
    {
        Assert.Contains(good, Good);

        var error = Assert.Throws<ResiduumException>(() => NetworkSpec.FromJson(Good.Replace(good, bad), "net.json"));

        Assert.StartsWith("The network description 'net.json' is wrong", error.Message);
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain("System.", error.Message);
        Assert.DoesNotContain("Residuum.", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("resnet50")]
    [InlineData("\"resnet50\"")]
    [InlineData("{\"kind\":\"resnet\"}")]
    [InlineData("{\"kind\":\"plainCnn\",\"name\":\"x\",\"input\":{\"channels\":1,\"height\":8,\"width\":8},"
        + "\"convolutions\":[{\"width\":1}],\"hidden\":null,\"classes\":2}")]
    public void Text_that_is_no_description_is_refused(string json) =>
        Assert.StartsWith("The network description 'the given JSON' is wrong",
            Assert.Throws<ResiduumException>(() => NetworkSpec.FromJson(json)).Message);

    [Theory]
    [InlineData("\\u001b[2J\\u0007\\n")]
    [InlineData("\\u202egnorw")]
    [InlineData("\\u2028")]
    public void A_sentence_about_a_strangers_text_is_one_printable_line(string text)
    {
        var error = Assert.Throws<ResiduumException>(
            () => NetworkSpec.FromJson(Good.Replace("\"classes\": 10", $"\"classes\": 10, \"{text}\": 1")));
        Assert.Contains("there is no member '", error.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"[\p{C}\u2028\u2029]", error.Message);
        error = Assert.Throws<ResiduumException>(
            () => NetworkSpec.FromJson(Good.Replace("\"classes\": 10", $"\"classes\": 10, \"{new string('x', 9000)}\": 1")));
        Assert.InRange(error.Message.Length, 50, 1200);
    }

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Assert.Throws<ResiduumException>(() => NetworkSpec.FromJson(string.Concat(Enumerable.Repeat("{\"block\":", 100_000))));

    [Fact]
    public void A_network_with_too_many_parameters_is_refused_before_memory_is_taken()
    {
        var spec = NetworkSpec.FromJson(
            Good.Replace("\"width\": 16", "\"width\": 65536").Replace("\"width\": 32, \"stride\"", "\"width\": 65536, \"stride\""));

        var error = Assert.Throws<ResiduumException>(() => spec.Build());

        Assert.Contains("parameters and may have 2,147,483,648", error.Message);
    }

    [Fact]
    public void A_map_too_large_for_one_tensor_is_refused()
    {
        var error = Assert.Throws<ResiduumException>(() => Catalogue.Find("resnet18.kuangliu").Spec.WithInput(3, 16_384, 16_384).Build());

        Assert.Contains("numbers and may have 536,870,912", error.Message);
    }

    [Fact]
    public void A_zero_padded_shortcut_that_would_have_to_drop_channels_is_refused()
    {
        var spec = (ResNetSpec)NetworkSpec.FromJson(Good) with { Stages = [new StageSpec(1, 8)], Shortcut = ShortcutKind.ZeroPadSplit };

        Assert.Contains("'stage1.block1' narrows 16 channels to 8", Assert.Throws<ResiduumException>(() => spec.Build()).Message);
    }

    [Fact]
    public void A_file_is_read_with_or_without_a_byte_order_mark_and_named_in_errors()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, Good, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
            Assert.Equal(NetworkSpec.FromJson(Good), NetworkSpec.FromFile(path));
            File.WriteAllText(path, "{");
            Assert.Contains(path, Assert.Throws<ResiduumException>(() => NetworkSpec.FromFile(path)).Message);
            File.WriteAllText(path, new string(' ', 17 << 20));
            Assert.Contains("larger than", Assert.Throws<ResiduumException>(() => NetworkSpec.FromFile(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
        Assert.Contains(path, Assert.Throws<ResiduumException>(() => NetworkSpec.FromFile(path)).Message);
        Assert.Throws<ResiduumException>(() => NetworkSpec.FromFile(Path.GetTempPath()));
    }
}
