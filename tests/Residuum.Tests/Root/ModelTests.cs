using Residuum.Images;
using Residuum.Inference;
using Residuum.Interop;
using Residuum.Models;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Tests.Data;

namespace Residuum.Tests.Root;

/// <summary>Models, and the one file that holds each.</summary>
public class ModelTests
{
    static readonly Preprocessing s_preprocessing =
        new() { Height = 8, Width = 8, Mean = [0.1f, 0.2f, 0.3f], Deviation = [0.4f, 0.5f, 0.6f] };

    static Model Tiny() => new(TrainingCase.Spec, Model.Create(TrainingCase.Spec, seed: 3).Weights, s_preprocessing, ["rot", "grün", "青"]);

    static string Sentence(Action action) => Assert.Throws<ResiduumException>(action).Message;

    static void Change(string path, Action<TensorFile> change)
    {
        var file = Safetensors.Read(path);
        change(file);
        Safetensors.Write(path, file);
    }

    [Fact]
    public void A_saved_model_loads_as_it_was_and_saves_to_the_same_bytes()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (folder.At("first.safetensors"), folder.At("second.safetensors"));
        using var model = Tiny();
        model.Save(first);
        using var loaded = Model.Load(first);
        Assert.Equal(model.Network, loaded.Network);
        Assert.Equal(s_preprocessing, loaded.Preprocessing);
        Assert.Equal(["rot", "grün", "青"], loaded.Labels);
        foreach (var (name, tensor) in model.Weights) Assert.Equal(tensor.Bytes, loaded.Weights[name].Bytes);
        loaded.Save(second);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData("resnet18", "conv1.weight", "layer1.0.bn1.running_var", "layer2.0.downsample.0.weight", "fc.bias")]
    [InlineData("cifar_resnet20", "stem.conv.weight", "stage1.block1.norm1.running_var", "stage2.block1.conv1.weight", "head.linear.bias")]
    [InlineData("resnet18.kuangliu", "stem.conv.weight", "stage1.block1.norm1.running_var", "stage2.block1.shortcut.conv.weight",
        "head.linear.bias")]
    public void Names_are_torchvisions_where_the_network_is(string name, params string[] keys)
    {
        using var folder = new TemporaryFolder();
        using var model = Model.Create(Catalogue.Find(name).Spec);
        model.Save(folder.At("model.safetensors"));
        var file = Safetensors.Read(folder.At("model.safetensors"));
        Assert.Equal(model.Weights.Count, file.Tensors.Count);
        Assert.All(keys, key => Assert.Contains(key, file.Tensors.Keys));
        Assert.Equal("1", file.Metadata["residuum.format"]);
    }

    [Fact]
    public void A_torchvision_network_with_other_classes_and_size_still_has_its_names()
    {
        using var folder = new TemporaryFolder();
        var spec = Networks.ResNet18 with { Name = "mine", Classes = 7, Input = new ImageSize(3, 64, 64) };
        using var model = Model.Create(spec);
        model.Save(folder.At("model.safetensors"));
        Assert.Contains("layer4.1.conv2.weight", Safetensors.Read(folder.At("model.safetensors")).Tensors.Keys);
        using var loaded = Model.Load(folder.At("model.safetensors"));
        Assert.Equal(spec, loaded.Network);
        Assert.Equal(7, loaded.Classes);
    }

    [Theory]
    [InlineData(".pth")]
    [InlineData(".PT")]
    public void A_checkpoint_holds_the_weights_alone_and_loads_with_the_network(string extension)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("model" + extension);
        using var model = Model.Create(Catalogue.Find("resnet18").Spec with { Input = new ImageSize(3, 32, 32) }, seed: 5);
        model.Save(path);
        var file = PyTorchCheckpoint.Read(path);
        // In the order, and with the names, that torchvision's own state has.
        Assert.Equal(File.ReadLines(Interop.Golden.Path("resnet18.names.txt")).Select(line => line.Split(' ')[0]), file.Tensors.Keys);
        Assert.Equal(0, file.Tensors["bn1.num_batches_tracked"].Span<long>()[0]);
        using var loaded = Model.Load(path, model.Network);
        foreach (var (name, tensor) in model.Weights) Assert.Equal(tensor.Bytes, loaded.Weights[name].Bytes);
        Assert.Contains("does not say which network", Sentence(() => Model.Load(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_those_of_the_scheme_that_is_asked_for()
    {
        using var folder = new TemporaryFolder();
        using var model = Model.Create(Catalogue.Find("cifar_resnet8_b").Spec);
        model.Save(folder.At("a.safetensors"), WeightNames.Akamaster);
        Assert.Contains("layer2.0.shortcut.0.weight", Safetensors.Read(folder.At("a.safetensors")).Tensors.Keys);
        using var loaded = Model.Load(folder.At("a.safetensors"));
        foreach (var (name, tensor) in model.Weights) Assert.Equal(tensor.Bytes, loaded.Weights[name].Bytes);

        using var preActivation = Model.Create(Catalogue.Find("cifar_preact_basic8").Spec);
        Assert.Equal("The naming scheme torchvision has no name for 'head.norm.weight'; choose another one, or residuum for our own names.",
            Sentence(() => preActivation.Save(folder.At("b.pth"), WeightNames.Torchvision)));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("model.h5", "Files of the kind \".h5\" cannot be written; write .safetensors, ")]
    [InlineData("model", "has no extension that tells its format; name it with .safetensors, ")]
    public void A_format_that_cannot_be_written_is_refused_by_name(string name, string reason)
    {
        using var folder = new TemporaryFolder();
        using var model = Tiny();
        Assert.Contains(reason, Sentence(() => model.Save(folder.At(name))), StringComparison.Ordinal);
        Assert.Contains(reason, Sentence(() => WeightFiles.Write(folder.At(name), new TensorFile())), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_file_that_lost_its_metadata_loads_with_a_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("model.safetensors");
        using var model = Tiny();
        model.Save(path);
        Change(path, file => file.Metadata.Clear());
        Assert.Equal($"'{path}' does not say which network its weights are of; name it (--model NAME with convert, or the network with "
            + $"--weights '{path}').",
            Sentence(() => Model.Load(path)));
        using var loaded = Model.Load(path, TrainingCase.Spec);
        foreach (var (name, tensor) in model.Weights) Assert.Equal(tensor.Bytes, loaded.Weights[name].Bytes);
        Assert.Equal(["class 0", "class 1", "class 2"], loaded.Labels);
        Assert.Equal([0.4914f, 0.4822f, 0.4465f], loaded.Preprocessing.Mean.ToArray());
    }

    [Fact]
    public void What_a_file_says_of_images_and_labels_holds_for_its_own_network_only()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("model.safetensors");
        using (var model = Tiny()) model.Save(path);
        using var same = Model.Load(path, TrainingCase.Spec);
        Assert.Equal(s_preprocessing, same.Preprocessing);
        using var other = Model.Load(path, TrainingCase.Spec with { Name = "other", Input = new ImageSize(3, 16, 16) });
        Assert.Equal("class 0", other.Labels[0]);
        Assert.Equal(16, other.Preprocessing.Height);
    }

    [Fact]
    public void A_newer_format_is_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("model.safetensors");
        using (var model = Tiny()) model.Save(path);
        Change(path, file => file.Metadata["residuum.format"] = "2");
        Assert.Equal($"'{path}' has format version 2, but this program reads version 1; use a newer program.",
            Sentence(() => Model.Load(path)));
    }

    public static TheoryData<string, string, string> Damages => new()
    {
        { "residuum.network", "{", "The network description '" },
        { "residuum.network", "null", "it is null and must be an object." },
        { "residuum.network", """{"kind":"resnet"}""", "The network description '" },
        { "residuum.preprocessing", "[]", "The preprocessing [] is not a JSON object" },
        { "residuum.preprocessing", """{"mean":[1],"deviation":[0]}""", "The deviation 0 of a preprocessing is not a positive number" },
        { "residuum.labels", "7", "The entry 'residuum.labels' of '" },
        { "residuum.labels", "null", "The entry 'residuum.labels' of '" },
        { "residuum.labels", """["a",null,"c"]""", "has a label that is null" },
        { "residuum.labels", """["a"]""", "The network tells 3 classes apart, but 1 labels were given; give one for each." },
    };

    [Theory, MemberData(nameof(Damages))]
    public void Damaged_metadata_is_refused_with_one_sentence(string key, string value, string part)
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("model.safetensors");
        using (var model = Tiny()) model.Save(path);
        Change(path, file => file.Metadata[key] = value);
        Assert.Contains(part, Sentence(() => Model.Load(path)), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_do_not_fit_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("model.safetensors");
        using (var model = Tiny()) model.Save(path);
        Sentence(() => Model.Load(path, Networks.ResNet18));
        Change(path, file => file.Tensors.Remove("stem.conv.weight"));
        Assert.Contains("stem.conv.weight", Sentence(() => Model.Load(path)), StringComparison.Ordinal);
        var weights = new Dictionary<string, Tensor>();
        Assert.Equal("The weights lack 'stem.conv.weight' of shape 8x3x3x3, which tiny needs.",
            Sentence(() => _ = new Model(TrainingCase.Spec, weights)));
    }

    [Fact]
    public void What_a_user_names_is_opened()
    {
        using var folder = new TemporaryFolder();
        var (path, json) = (folder.At("model.safetensors"), folder.At("net.json"));
        using var model = Tiny();
        model.Save(path);
        File.WriteAllText(json, TrainingCase.Spec.ToJson());
        using var file = Model.Open(path);
        Assert.Equal(model.Labels, file.Labels);
        using var described = Model.Open(json, seed: 3);
        Assert.Equal(model.Weights["stem.conv.weight"].Bytes, described.Weights["stem.conv.weight"].Bytes);
        using var weighted = Model.Open(json, path);
        Assert.Equal(s_preprocessing, weighted.Preprocessing);
        using var named = Model.Open("mnist_cnn");
        Assert.Equal(10, named.Classes);
        Assert.Equal(TrainingCase.Spec, Model.FindNetwork(path));
        Assert.Equal(TrainingCase.Spec, Model.FindNetwork(json));
        using var reweighted = Model.Open(path, path);
        Assert.Equal(model.Labels, reweighted.Labels);
    }

    [Fact]
    public void What_is_not_there_is_said_so()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("is a folder; give a catalogue name", Sentence(() => Model.Open(folder.Path)), StringComparison.Ordinal);
        Assert.Equal("There is no file 'absent.safetensors'; check the path.", Sentence(() => Model.Open("absent.safetensors")));
        Assert.Contains("There is no network 'resnet19'", Sentence(() => Model.Open("resnet19")), StringComparison.Ordinal);
        File.WriteAllText(folder.At("model.safetensors"), "not a model");
        Sentence(() => Model.Open(folder.At("model.safetensors")));
    }

    [Fact]
    public void Networks_for_images_that_are_no_pictures_can_be_made_saved_and_loaded()
    {
        using var folder = new TemporaryFolder();
        using var model = Model.Create(TrainingCase.Spec with { Input = new ImageSize(5, 8, 8) });
        model.Save(folder.At("model.safetensors"));
        using var loaded = Model.Load(folder.At("model.safetensors"));
        Assert.Equal(5, loaded.Network.Input.Channels);
        Assert.Contains("takes images of 5x8x8", Sentence(() => loaded.Predict(new RgbImage(4, 4, new byte[48]))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_prediction_is_the_softmax_of_the_logits_best_first()
    {
        using var model = Tiny();
        var pixels = new byte[3 * 12 * 10];
        new Random(1).NextBytes(pixels);
        var image = new RgbImage(12, 10, pixels);
        var predictions = model.Predict(image, top: 2);
        Assert.Equal(2, predictions.Count);
        Assert.True(predictions[0].Logit >= predictions[1].Logit);
        var all = model.Predict(image, top: 100);
        Assert.Equal(3, all.Count);
        Assert.Equal(1, all.Sum(prediction => prediction.Probability), 1e-6);
        Assert.All(all, prediction => Assert.Equal(model.Labels[prediction.Index], prediction.Label));
        Assert.Equal(Math.Exp(all[1].Logit - all[0].Logit), all[1].Probability / all[0].Probability, 1e-5);
        Assert.Equal(predictions, all.Take(2));

        using var predictor = new Predictor(model, threads: 3);
        Assert.Equal(all, predictor.Predict(image, 3));
        Assert.Equal(all, predictor.Predict(image, 3));
    }

    [Fact]
    public void A_network_without_a_classifier_does_not_predict()
    {
        using var model = Model.Create(TrainingCase.Spec with { Classes = null });
        Assert.Equal((0, 0), (model.Classes, model.Labels.Count));
        Assert.Equal("The network tiny has no classifier, so it cannot predict classes.",
            Sentence(() => model.Predict(new RgbImage(8, 8, new byte[192]))));
    }

    [Fact]
    public void An_image_of_another_size_is_refused()
    {
        using var model = Tiny();
        using var predictor = new Predictor(model);
        Assert.Equal("The network takes images of 3x8x8 and was given one of 3x8x9.",
            Sentence(() => predictor.Logits(new Tensor(ElementType.Float32, new Shape(3, 8, 9)))));
    }

    [Fact]
    public void Labels_follow_from_what_a_network_is_usually_trained_on()
    {
        using var cifar = Model.Create(Catalogue.Find("cifar_resnet8").Spec);
        using var digits = Model.Create(Networks.MnistCnn);
        Assert.Equal("airplane", cifar.Labels[0]);
        Assert.Equal("9", digits.Labels[9]);
        Assert.Equal([0.1307f], digits.Preprocessing.Mean.ToArray());
    }
}
