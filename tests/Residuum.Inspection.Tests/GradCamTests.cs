using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Models;
using Residuum.Plans;
using Residuum.Testing;

namespace Residuum.Inspection.Tests;

public class GradCamTests
{
    // Of a map's largest number: single precision through twenty layers, against double.
    const double Tolerance = 1e-4;

    static readonly GoldenFile s_golden = GoldenFile.Read("Residuum.Inspection.Tests/Golden/grad_cam.safetensors");

    [Fact]
    public void Maps_equal_a_transcription_of_the_papers_with_weights_by_formula()
    {
        var pixels = FormulaWeights.Image("picture", 32 * 32 * 3);
        var image = new RgbImage(32, 32, [.. pixels.Select(x => (byte)Math.Floor((x / 4 + 0.5) * 256))]);
        using var model = ByFormula();
        Check(model, image, "formula|picture");
    }

    [SkippableFact]
    public void Maps_equal_a_transcription_of_the_papers_on_a_trained_network_and_real_pictures()
    {
        var weights = SharedData.Find("data/weights/resnet20-12fca82f.th");
        var pictures = SharedData.Find("data/mlperf-tiny-ic");
        Skip.If(weights is null || pictures is null, "the shared folder of real weights and pictures is absent");
        using var loaded = Model.Load(weights, Catalogue.Find("cifar_resnet20").Spec);
        using var model = loaded.With(Preprocessing(loaded));
        var names = s_golden.Names.Where(name => name.StartsWith("trained|", StringComparison.Ordinal)).Select(name => name.Split('|')[1])
            .Distinct().ToArray();
        Assert.Equal(5, names.Length);
        foreach (var name in names)
            Check(model, new RgbImage(32, 32, File.ReadAllBytes(Path.Combine(pictures, name + ".bin"))), $"trained|{name}");
    }

    [Theory]
    [InlineData("stage2.block2.conv1")]
    [InlineData("stage1.block1.norm2")]
    [InlineData("stem")]
    public void Maps_within_a_block_are_weighed_by_the_gradient_of_the_whole_network(string layer)
    {
        using var model = ByFormula();
        var image = new RgbImage(32, 32);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(i * 7 % 251);
        var (maps, gradient, channels) = WholeGradient(model, image, layer, 3);
        foreach (var plusPlus in (bool[])[false, true])
        {
            var expected = plusPlus ? ClassActivation.PlusPlus(maps, gradient, channels) : ClassActivation.Plain(maps, gradient, channels);
            // Both are in single precision, one folded and one not, and the weights are sums of gradients of both signs.
            Closeness(Array.ConvertAll(expected, x => (double)x), GradCam.Of(model, image, 3, layer, plusPlus).Map.AsSpan(), 1e-2);
        }
    }

    [Fact]
    public void The_most_probable_classes_come_first_and_a_plan_says_the_same_every_time()
    {
        using var model = ByFormula();
        var image = new RgbImage(20, 30, [.. Enumerable.Range(0, 1800).Select(i => (byte)(i % 256))]);
        var expected = model.Predict(image, 3);
        using var plan = new GradCamPlan(model);
        var maps = plan.ExplainTop(image, 3);
        Assert.Equal(expected.Select(each => each.Index), maps.Select(map => map.Class.Index));
        Assert.All(expected.Zip(maps), pair => Assert.Equal(pair.First.Probability, pair.Second.Class.Probability, 1e-4));
        Assert.Equal(GradCam.ToJson([maps[1]]), GradCam.ToJson([plan.Explain(image, maps[1].Class.Index)]));
        Assert.Equal(maps[0].ToPng(), GradCam.Of(model, image, threads: 1).ToPng());
        Assert.Equal(("stage3.block3.relu2", 8, 8), (maps[0].Layer, maps[0].Height, maps[0].Width));
        Assert.Equal((224, 224), (maps[0].Overlay().Width, maps[0].View.Height));
        Assert.StartsWith("<svg", maps[0].ToSvg(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_view_is_finer_where_the_picture_is_and_cut_as_the_network_cuts_it()
    {
        var preparation = new Preprocessing { ResizeTo = 32, CropTo = 28, Mean = [0, 0, 0], Deviation = [1, 1, 1] };
        var image = new RgbImage(256, 128);
        for (var i = 0; i < 128; i++) image.Row(i)[(3 * 64)..(3 * 192)].Fill(200);
        var view = PictureView.Of(preparation, image);
        Assert.Equal((224, 224), (view.Width, view.Height));
        Assert.All(view.Pixels, x => Assert.Equal(200, x));
        Assert.Equal((28 * 8, 28 * 8), Size(PictureView.Of(preparation, new RgbImage(20, 20))));
    }

    [Fact]
    public void What_has_no_maps_or_classes_is_refused_with_a_sentence()
    {
        using var linear = Model.Create(new PlainCnnSpec("linear", new ImageSize(1, 6, 6), [], [], 3));
        Refused("no maps before its classifier", () => new GradCamPlan(linear));
        using var model = ByFormula();
        Refused("which is no map", () => new GradCamPlan(model, "head.linear"));
        Refused("the nearest is stage1", () => new GradCamPlan(model, "stage4"));
        Refused("from 0 to 9", () => GradCam.Of(model, new RgbImage(32, 32), 10));
        Refused("the nearest is \"horse\"", () => GradCam.FindClass(model, "hors"));
        Assert.Equal((7, 3), (GradCam.FindClass(model, "Horse"), GradCam.FindClass(model, "3")));
    }

    static void Refused(string says, Func<object> action) =>
        Assert.Contains(says, Assert.Throws<ResiduumException>(() => action()).Message);

    static (int, int) Size(RgbImage image) => (image.Width, image.Height);

    static void Check(Model model, RgbImage image, string name)
    {
        var entries = s_golden.Names.Where(each => each.StartsWith(name + "|", StringComparison.Ordinal) && each.Split('|').Length == 5)
            .ToArray();
        Assert.Equal(8, entries.Length);
        foreach (var entry in entries)
        {
            var (label, layer, plusPlus) =
                (int.Parse(entry.Split('|')[2]), entry.Split('|')[3], entry.EndsWith("++", StringComparison.Ordinal));
            var map = GradCam.Of(model, image, label, layer, plusPlus);
            Assert.Equal((map.Height, map.Width), (s_golden.Shape(entry)[0], s_golden.Shape(entry)[1]));
            Closeness(s_golden[entry], map.Map.AsSpan(), Tolerance);
        }
    }

    static void Closeness(double[] expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Max() > 0);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], tolerance * expected.Max());
    }

    static (float[] Maps, float[] Gradient, int Channels) WholeGradient(Model model, RgbImage image, string layer, int label)
    {
        var builder = new GraphBuilder();
        foreach (var node in model.Graph.Nodes) builder.Add(node.Name, node.Op, node.Inputs.AsSpan());
        var logits = model.Graph.Outputs[0].Value;
        var seed = builder.Input("seed", model.Graph.TypeOf(logits));
        var value = NamedFeatures.Find(model.Graph, layer, "network");
        var shape = model.Graph.TypeOf(value).Shape.WithBatch(1);
        var graph = Backward.Append(builder.Output("maps", value).Build(), [new Seed(logits, seed)], [value]);
        using var plan = Plan.ForGradients(graph, 1, 1);
        plan.Load(model.Weights);
        model.Preprocessing.Apply(image).Span<float>().CopyTo(plan.Input(model.Graph.Inputs.First().Name));
        plan.Input("seed").Clear();
        plan.Input("seed")[label] = 1;
        plan.Run(1);
        var name = Backward.OutputName(model.Graph.Nodes[value.Node].Name);
        return (plan.Output("maps")[..(int)shape.Count].ToArray(), plan.Output(name)[..(int)shape.Count].ToArray(), shape[1]);
    }

    static Model ByFormula()
    {
        var spec = Catalogue.Find("cifar_resnet20").Spec;
        var weights = spec.Build().Nodes.Where(node => node.Op is Parameter or State)
            .ToDictionary(node => node.Name, node => FormulaWeights.Fill(node.Name, node.Outputs[0].Shape));
        using var model = new Model(spec, weights);
        return model.With(Preprocessing(model));
    }

    static Preprocessing Preprocessing(Model model) =>
        model.Preprocessing with
        {
            Mean = Residuum.Images.Preprocessing.ImageNet.Mean,
            Deviation = Residuum.Images.Preprocessing.ImageNet.Deviation
        };
}
