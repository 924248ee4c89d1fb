using Residuum.Images;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Tests.Data;

namespace Residuum.Tests.Root;

/// <summary>Models made of models: another head, other labels, trained on; and models in streams.</summary>
public class ModelChangeTests
{
    [Fact]
    public void A_new_head_keeps_all_other_weights()
    {
        using var model = Model.Create(TrainingCase.Spec, 3);
        using var swapped = model.WithHead(["a", "b", "c", "d", "e"], seed: 7);
        Assert.Equal(TrainingCase.Spec with { Classes = 5 }, swapped.Network);
        Assert.Equal(["a", "b", "c", "d", "e"], swapped.Labels);
        Assert.Equal(model.Preprocessing, swapped.Preprocessing);
        foreach (var (name, tensor) in model.Weights)
            if (!name.StartsWith("head.linear", StringComparison.Ordinal)) Assert.Same(tensor, swapped.Weights[name]);
        Assert.Equal(new Shape(5, 16), swapped.Weights["head.linear.weight"].Shape);
        Assert.Equal(Model.Create(TrainingCase.Spec with { Classes = 5 }, 7).Weights["head.linear.weight"].Bytes,
            swapped.Weights["head.linear.weight"].Bytes);
        Assert.Equal("class 4", model.WithHead(5).Labels[4]);
    }

    [Fact]
    public void A_new_head_for_as_many_classes_is_new_too()
    {
        using var model = Model.Create(TrainingCase.Spec, 3);
        using var swapped = model.WithHead(3, seed: 8);
        Assert.False(model.Weights["head.linear.weight"].Bytes.SequenceEqual(swapped.Weights["head.linear.weight"].Bytes));
    }

    [Fact]
    public void A_network_without_a_head_is_given_one()
    {
        using var model = Model.Create(TrainingCase.Spec with { Classes = null }, 3);
        using var swapped = model.WithHead(2);
        Assert.Equal(2, swapped.Classes);
        Assert.Equal(2, swapped.Predict(new RgbImage(8, 8)).Count);
    }

    public static TheoryData<string> Listed =>
        [.. Catalogue.All.Where(entry => entry.Spec.Build().ParameterCount < 30_000_000).Select(entry => entry.Name)];

    [Theory, MemberData(nameof(Listed))]
    public void Every_listed_network_can_be_given_another_number_of_classes(string name)
    {
        var graph = Catalogue.Find(name).Spec.WithClasses(17).Build();
        if (graph.Outputs[0].Name == NetworkSpec.LogitsOutput) Assert.Equal(17, graph.TypeOf(graph.Output("logits")).Shape[1]);
    }

    [Fact]
    public void Labels_and_preprocessing_are_replaced()
    {
        using var model = Model.Create(TrainingCase.Spec, 3);
        using var named = model.With(labels: ["x", "y", "z"]);
        Assert.Equal(["x", "y", "z"], named.Labels);
        Assert.Equal(model.Preprocessing, named.Preprocessing);
        Assert.Equal(Preprocessing.Cifar10, named.With(Preprocessing.Cifar10).Preprocessing);
        TemporaryFolder.Fails(() => model.With(labels: ["x"]), "3 classes", "1 labels");
    }

    [Fact]
    public void A_stream_holds_what_a_file_does()
    {
        using var folder = new TemporaryFolder();
        using var model = Model.Create(TrainingCase.Spec, 3);
        model.Save(folder.At("model.safetensors"));
        var stream = new MemoryStream();
        model.Save(stream);
        Assert.Equal(File.ReadAllBytes(folder.At("model.safetensors")), stream.ToArray());
        using var loaded = Model.Load(stream);
        Assert.Equal(model.Network, loaded.Network);
        foreach (var (name, tensor) in model.Weights) Assert.Equal(tensor.Bytes, loaded.Weights[name].Bytes);
        Assert.True(stream.CanRead);
        TemporaryFolder.Fails(() => Model.Load(new MemoryStream(new byte[40]), name: "an attachment"), "an attachment",
            "format is unknown");
    }

    [Fact]
    public void A_checkpoint_of_pytorch_is_read_from_a_stream_that_cannot_seek()
    {
        var path = Path.Combine(Repository(), "tests", "Residuum.Tests", "Golden", "Interop", "net.zip.pth");
        using var gate = new System.IO.Compression.GZipStream(Zipped(path), System.IO.Compression.CompressionMode.Decompress);
        var file = Residuum.Interop.WeightFiles.Read(gate, "a stream");
        var expected = Residuum.Interop.WeightFiles.Read(path);
        Assert.Equal(expected.Tensors.Keys, file.Tensors.Keys);
        Assert.All(expected.Tensors, pair => Assert.Equal(pair.Value.Bytes, file.Tensors[pair.Key].Bytes));
    }

    [Fact]
    public void Training_goes_on_from_the_models_weights_and_leaves_it_as_it_was()
    {
        using var model = Model.Create(TrainingCase.Spec, 3);
        var before = model.Weights["head.linear.weight"].Bytes.ToArray();
        var (train, validation) = (TrainingCase.Images(112, 1), TrainingCase.Images(56, 2));
        var steps = 0;
        using var trained = model.Train(train, validation, TrainingCase.Recipe with { ZeroGamma = false }, seed: 5, _ => steps++);
        Assert.Equal(before, model.Weights["head.linear.weight"].Bytes);
        Assert.True(steps >= TrainingCase.Recipe.Epochs * 4);
        var (untrained, after) = (model.Evaluate(validation), trained.Evaluate(validation));
        Assert.Equal(56, after.Total);
        Assert.True(after.Loss < untrained.Loss, $"{after.Loss} after training, {untrained.Loss} before.");
        using var again = model.Train(train, validation, TrainingCase.Recipe with { ZeroGamma = false }, seed: 5, threads: 1);
        foreach (var (name, tensor) in trained.Weights) Assert.Equal(tensor.Bytes, again.Weights[name].Bytes);
        using var cancelled = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => model.Train(train, validation, TrainingCase.Recipe, progress: _ => cancelled.Cancel(), cancellation: cancelled.Token));
    }

    [Fact]
    public void A_network_without_a_classifier_neither_trains_nor_is_evaluated()
    {
        using var model = Model.Create(TrainingCase.Spec with { Classes = null });
        var images = TrainingCase.Images(28, 1);
        TemporaryFolder.Fails(() => model.Train(images, images, TrainingCase.Recipe), "tiny has no classifier, so it cannot train");
        TemporaryFolder.Fails(() => model.Evaluate(images), "tiny has no classifier, so it cannot be evaluated");
    }

    static MemoryStream Zipped(string path)
    {
        var zipped = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(zipped, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(File.ReadAllBytes(path));
        zipped.Position = 0;
        return zipped;
    }

    static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx"))) return folder.FullName;
        throw new InvalidOperationException("The tests do not lie under the repository.");
    }
}
