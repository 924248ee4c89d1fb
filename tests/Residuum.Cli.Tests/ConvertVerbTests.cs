namespace Residuum.Cli.Tests;

public sealed class ConvertVerbTests
{
    [Fact]
    public void A_name_gives_a_model_file_with_weights_of_the_seed()
    {
        using var shop = new Workshop();
        CommandRun.Done("convert", "cifar_resnet8", shop["a.safetensors"], "--seed", "7");
        CommandRun.Done("convert", "cifar_resnet8", shop["b.safetensors"], "--seed", "7");
        CommandRun.Done("convert", "cifar_resnet8", shop["c.safetensors"], "--seed", "8");
        Assert.Equal(File.ReadAllBytes(shop["a.safetensors"]), File.ReadAllBytes(shop["b.safetensors"]));
        Assert.NotEqual(File.ReadAllBytes(shop["a.safetensors"]), File.ReadAllBytes(shop["c.safetensors"]));
    }

    [Fact]
    public void A_model_file_survives_with_its_description_and_can_take_another_normalization()
    {
        using var shop = new Workshop();
        var run = CommandRun.Done("convert", shop.ModelFile(), shop["out.safetensors"], "--normalize", "imagenet");
        Assert.Contains("tiny", run.Error);
        using var model = Model.Load(shop["out.safetensors"]);
        Assert.Equal("tiny", model.Network.Name);
        Assert.Equal(0.485f, model.Preprocessing.Mean[0]);
    }

    [Fact]
    public void What_is_folded_away_is_not_counted()
    {
        using var shop = new Workshop();
        CommandRun.Done("convert", shop.ModelFile(), shop["whole.onnx"]);
        var folded = CommandRun.Done("convert", shop.ModelFile(), shop["folded.onnx"], "--fold").Error;
        using var model = Model.Load(shop["folded.onnx"]);
        Assert.Contains($"{model.Graph.ParameterCount:N0} parameters", folded);
        using var whole = Model.Load(shop["whole.onnx"]);
        Assert.True(model.Graph.ParameterCount < whole.Graph.ParameterCount);
    }

    [Theory]
    [InlineData("mobilenet_v2", "features.0.0.weight")]
    [InlineData("resnet18", "layer1.0.conv1.weight")]
    public void Torchvisions_names_are_those_of_its_network(string network, string name)
    {
        using var shop = new Workshop();
        CommandRun.Done("convert", network, shop["out.pth"], "--names", "torchvision");
        Assert.Contains(name, Interop.WeightFiles.Read(shop["out.pth"]).Tensors.Keys);
    }

    [Fact]
    public void The_content_decides_the_reader()
    {
        using var shop = new Workshop();
        CommandRun.Done("convert", shop.ModelFile(), shop["a.onnx"]);
        File.Move(shop["a.onnx"], shop["a.bin"]);
        File.Copy(shop.ModelFile(), shop["b.onnx"]);
        Assert.Contains("all with the same bits", CommandRun.Done("diff", shop["a.bin"], shop["b.onnx"]).Output);
        Assert.Throws<ResiduumException>(() => Interop.WeightFiles.Read(shop["a.bin"]));
    }

    [Fact]
    public void A_model_goes_to_onnx_folded_or_not_and_is_a_model_there_like_any_other()
    {
        using var shop = new Workshop();
        var model = shop.ModelFile();
        Assert.Contains("Read back", CommandRun.Done("convert", model, shop["a.onnx"], "--verify", "--batch", "2", "--opset", "18").Error);
        Assert.Contains("Read back", CommandRun.Done("convert", model, shop["folded.onnx"], "--fold", "--verify").Error);
        CommandRun.Done("convert", shop["a.onnx"], shop["back.safetensors"]);
        CommandRun.Done("convert", shop["folded.onnx"], shop["folded.safetensors"]);
        CommandRun.Done("convert", shop["a.onnx"], shop["again.onnx"], "--batch", "2", "--opset", "18", "--external-data");

        // A network that is named counts with that option as it does without.
        var other = CommandRun.Of("convert", shop["a.onnx"], shop["other.onnx"], "--model", "cifar_resnet20", "--external-data");
        Assert.True(other.Status != 0 && !File.Exists(shop["other.onnx"]), other.Error);

        Assert.Equal(File.ReadAllBytes(model), File.ReadAllBytes(shop["back.safetensors"]));
        Assert.Equal(File.ReadAllBytes(shop["a.onnx"]), File.ReadAllBytes(shop["again.onnx"]));
        string[] all = [model, shop["a.onnx"], shop["folded.onnx"], shop["folded.safetensors"]];
        var pictures = shop.Picture();
        Assert.Single(all.Select(path => CommandRun.Done("predict", path, pictures).Output).Distinct());
        Assert.Contains("\"kind\": \"graph\"", CommandRun.Done("summary", shop["folded.onnx"], "--stage", "described").Output);
        CommandRun.Done("bench", shop["folded.onnx"], "--seconds", "0.1");
    }

    [Fact]
    public void A_bare_checkpoint_is_told_what_it_is()
    {
        using var shop = new Workshop();
        using var model = Model.Create(Models.NetworkSpec.FromFile(shop.Network()), 4);
        var bare = new Interop.TensorFile();
        foreach (var (name, tensor) in model.Weights) bare.Tensors.Add(name, tensor);
        Interop.Safetensors.Write(shop["bare.safetensors"], bare);
        CommandRun.Done("convert", shop["bare.safetensors"], shop["out.safetensors"], "--model", shop.Network());
        CommandRun.Done("predict", shop["out.safetensors"], shop.Picture());
    }

    [Fact]
    public void A_model_goes_to_a_checkpoint_and_back_to_the_same_bytes()
    {
        using var shop = new Workshop();
        foreach (var extra in (string[][])[[], ["--names", "akamaster"]])
        {
            CommandRun.Done(["convert", shop.ModelFile(), shop["out.pth"], .. extra]);
            CommandRun.Done("convert", shop["out.pth"], shop["back.safetensors"], "--model", shop.Network());
            Assert.Equal(File.ReadAllBytes(shop.ModelFile()), File.ReadAllBytes(shop["back.safetensors"]));
        }
        Assert.Contains("layer1.0.conv1.weight", Interop.WeightFiles.Read(shop["out.pth"]).Tensors.Keys);
    }
}
