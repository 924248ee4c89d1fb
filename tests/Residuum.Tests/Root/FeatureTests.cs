using Residuum.Images;
using Residuum.Inference;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Tests.Data;

namespace Residuum.Tests.Root;

/// <summary>Inner values of networks by name, held against the reference in double precision.</summary>
public class FeatureTests
{
    // Relative to the largest number of the value; single precision through a handful of layers.
    const double Tolerance = 2e-5;

    static readonly ResNetSpec s_preActivation = TrainingCase.Spec with
    {
        Name = "pre",
        Block = new BottleneckBlockSpec(4, StridePlacement.First1x1, new PreActivationSpec()),
        Shortcut = ShortcutKind.Projection,
        Stem = new StemSpec([new ConvolutionSpec(8, 3)], MaxPool: true),
    };

    static readonly PlainCnnSpec s_plain =
        new("plain", new ImageSize(3, 8, 8), [new PlainConvolutionSpec(6, Pool: 2), new PlainConvolutionSpec(20)], [9], 4);

    public static TheoryData<string> Networks => ["tiny", "pre", "plain"];

    static NetworkSpec Spec(string name) => name switch { "tiny" => TrainingCase.Spec, "pre" => s_preActivation, _ => s_plain };

    // Random weights whose statistics, scales and biases are random too.
    static Model Random(NetworkSpec spec)
    {
        var model = Model.Create(spec, 5);
        var random = new Random(6);
        foreach (var (name, tensor) in model.Weights)
            if (tensor.Shape.Rank == 1)
                foreach (ref var x in tensor.Span<float>())
                    x = (name.EndsWith("var", StringComparison.Ordinal) ? 1 : x) + 0.5f * random.NextSingle();
        return model.With(new Preprocessing { Height = 8, Width = 8, Mean = [0.4f, 0.5f, 0.6f], Deviation = [0.2f, 0.25f, 0.3f] });
    }

    static RgbImage Picture(int seed, int width = 8, int height = 8)
    {
        var image = new RgbImage(width, height);
        new Random(seed).NextBytes(image.Pixels);
        return image;
    }

    [Theory, MemberData(nameof(Networks))]
    public void Every_node_gives_what_the_reference_computes(string network)
    {
        using var model = Random(Spec(network));
        var picture = Picture(1);
        var sources = model.Weights.ToDictionary(pair => pair.Key, pair => Doubles(pair.Value));
        sources.Add(NetworkSpec.ImageInput, Doubles(model.Preprocessing.Apply(picture)));
        var expected = ReferenceRunner.Run(model.Graph, sources, 1);
        Assert.NotEmpty(model.FeatureNames);
        foreach (var name in model.FeatureNames)
        {
            using var extractor = new FeatureExtractor(model, name, threads: 2);
            var actual = extractor.Extract(picture);
            var value = model.Graph.Find(name)!.Output();
            Assert.Equal(new Shape(model.Graph.TypeOf(value).Shape.Dimensions.AsSpan()[1..]), actual.Shape);
            var difference = Closeness.RelativeDifference(Doubles(actual), expected[value]);
            Assert.True(difference < Tolerance, $"{name} differs by {difference:e2}.");
        }
    }

    [Theory]
    [InlineData("tiny", "stem", "stem.relu")]
    [InlineData("tiny", "stage1", "stage1.block1.relu2")]
    [InlineData("tiny", "stage2.block1", "stage2.block1.relu2")]
    [InlineData("tiny", "stage2.block1.conv1", "stage2.block1.conv1")]
    [InlineData("tiny", "head.pool", "head.pool")]
    [InlineData("tiny", "head", "head.linear")]
    [InlineData("tiny", "logits", "head.linear")]
    [InlineData("tiny", "embedding", "head.pool")]
    [InlineData("pre", "stem", "stem.pool")]
    [InlineData("pre", "stage1", "stage1.block1.add")]
    [InlineData("plain", "embedding", "relu3")]
    public void Short_names_mean_the_last_node_of_a_part(string network, string name, string node)
    {
        using var model = Random(Spec(network));
        using var extractor = new FeatureExtractor(model, name);
        Assert.Equal(node, extractor.Name);
        using var whole = new FeatureExtractor(model, node);
        Assert.Equal(whole.Extract(Picture(2)).Bytes, extractor.Extract(Picture(2)).Bytes);
    }

    [Theory]
    [InlineData("stag2", "tiny has no value \"stag2\" (the nearest is stage2); its parts are stem, stage1, stage2, head, embedding, and "
        + "residuum summary lists every node (in C#: Model.FeatureNames).")]
    [InlineData("zzzzzzzzz", "tiny has no value \"zzzzzzzzz\"; its parts are stem, stage1, stage2, head, embedding, and residuum summary "
        + "lists every node (in C#: Model.FeatureNames).")]
    [InlineData("stem.conv.weight", "'stem.conv.weight' of tiny is one of its weights, not a value that it computes of an image; its "
        + "parts are stem, stage1, stage2, head, embedding, and residuum summary lists every node (in C#: Model.FeatureNames).")]
    [InlineData("image", "'image' of tiny is the image itself, not a value that it computes of an image; its parts are stem, stage1, "
        + "stage2, head, embedding, and residuum summary lists every node (in C#: Model.FeatureNames).")]
    [InlineData("", "tiny has no value \"\"; its parts are stem, stage1, stage2, head, embedding, and residuum summary lists every node "
        + "(in C#: Model.FeatureNames).")]
    public void A_name_that_is_none_is_refused_with_the_nearest(string name, string sentence)
    {
        using var model = Random(TrainingCase.Spec);
        Assert.Equal(sentence, Assert.Throws<ResiduumException>(() => model.Features(name, Picture(3))).Message);
    }

    [Fact]
    public void Features_of_several_pictures_are_those_of_each()
    {
        using var model = Random(TrainingCase.Spec);
        using var extractor = new FeatureExtractor(model, "stage1", batch: 2);
        RgbImage[] pictures = [Picture(1), Picture(2, 9, 7), Picture(3)];
        var together = extractor.Extract(pictures);
        Assert.Equal(new Shape(3, 8, 8, 8), together.Shape);
        var length = together.Count / 3;
        for (var i = 0; i < 3; i++)
            Assert.Equal(extractor.Extract(pictures[i]).Span<float>(), together.Span<float>().Slice(i * length, length));
        var prepared = model.Preprocessing.Apply(pictures[0]);
        Assert.Equal(new Shape(8, 8, 8), extractor.Extract(prepared).Shape);
        Assert.Equal(new Shape(1, 8, 8, 8), extractor.Extract(prepared.Reshape(new Shape(1, 3, 8, 8))).Shape);
    }

    [Fact]
    public void A_models_features_are_an_extractors_for_more_names_than_it_keeps()
    {
        using var model = Random(TrainingCase.Spec);
        foreach (var _ in (int[])[1, 2])
            foreach (var name in model.FeatureNames.Take(7))
            {
                using var extractor = new FeatureExtractor(model, name);
                Assert.Equal(extractor.Extract(Picture(4)).Bytes, model.Features(name, Picture(4)).Bytes);
            }
    }

    [Fact]
    public void An_embedding_is_what_the_classifier_reads_or_the_mean_of_the_last_map()
    {
        using var model = Random(TrainingCase.Spec);
        using var headless = new Model(
            TrainingCase.Spec with { Classes = null },
            model.Weights.Where(pair => !pair.Key.StartsWith("head.", StringComparison.Ordinal)).ToDictionary(), model.Preprocessing);
        var embedding = model.Embedding(Picture(5));
        Assert.Equal(16, embedding.Length);
        Assert.Equal(embedding, headless.Embedding(Picture(5)));
        Assert.Equal(embedding, model.Features("head.pool", Picture(5)).Span<float>());
    }

    [Fact]
    public void Pictures_in_files_are_read()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("picture.png");
        Png.Write(path, Picture(7, 11, 10));
        using var model = Random(TrainingCase.Spec);
        Assert.Equal(model.Embedding(Picture(7, 11, 10)), model.Embedding(path));
        Assert.Equal(model.Features("stage1", Picture(7, 11, 10)).Bytes, model.Features("stage1", path).Bytes);
        using var extractor = new FeatureExtractor(model, "stage1");
        Assert.Equal(model.Features("stage1", path).Bytes, extractor.Extract(path).Bytes);
        Assert.Equal(model.Predict(Picture(7, 11, 10)), model.Predict(path));
        TemporaryFolder.Fails(() => model.Predict(folder.At("absent.png")), "absent.png", "there is no such file");
    }

    static double[] Doubles(Tensor tensor) => Array.ConvertAll(tensor.Span<float>().ToArray(), x => (double)x);
}
