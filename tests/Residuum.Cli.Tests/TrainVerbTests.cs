using System.Text.Json;

namespace Residuum.Cli.Tests;

public sealed class TrainVerbTests
{
    [Fact]
    public void A_run_leaves_its_files_and_ends_with_commands_that_work()
    {
        using var shop = new Workshop();
        var run = Train(shop, "run");
        Assert.Equal(0, run.Status);
        string[] files = ["settings.json", "metrics.jsonl", "checkpoint.safetensors", "best.safetensors", "model.safetensors"];
        foreach (var file in files)
            Assert.True(File.Exists(shop[$"run/{file}"]), file);
        Assert.Contains($"Model: {shop["run/model.safetensors"]}", run.Output);
        var command = run.Output.Split('\n').Single(line => line.StartsWith("Try:", StringComparison.Ordinal)).Split(' ');
        var prediction = CommandRun.Done([.. command[Array.IndexOf(command, "predict")..], "--json"]).Json();
        Assert.Equal("deer", Path.GetFileNameWithoutExtension(prediction[0].GetProperty("image").GetString()));
        Assert.Contains(prediction[0].GetProperty("predictions")[0].GetProperty("label").GetString(), Data.Cifar10.DefaultClasses);
        var look = run.Output.Split('\n').Single(line => line.StartsWith("Look:", StringComparison.Ordinal)).Split(' ');
        CommandRun.Done([.. look[Array.IndexOf(look, "explore")..], "--export", shop["page.html"]]);
        Assert.Contains("deer.png", File.ReadAllText(shop["page.html"]));
    }

    [Fact]
    public void Each_epoch_gives_a_line_of_metrics_and_a_line_of_progress_without_colour()
    {
        using var shop = new Workshop();
        var run = Train(shop, "run");
        var lines = File.ReadAllLines(shop["run/metrics.jsonl"]);
        Assert.Equal(2, lines.Length);
        Assert.Equal(
            ["epoch", "trainLoss", "trainTop1", "validationLoss", "validationTop1", "learningRate", "seconds", "imagesPerSecond"],
            CommandRun.Members(JsonDocument.Parse(lines[0]).RootElement));
        Assert.Contains("epoch 1/2  done", run.Error);
        Assert.Contains("epoch 2/2  done", run.Error);
        Assert.DoesNotContain('\u001b', run.Error);
        Assert.Contains("held-out images right", run.Output);
    }

    [Fact]
    public void An_interrupted_run_says_how_to_go_on_and_ends_with_the_same_bytes()
    {
        using var shop = new Workshop();
        Assert.Equal(0, Train(shop, "whole").Status);
        var interrupted = CommandRun.Interrupted(Arguments(shop, "halved"));
        Assert.Equal(1, interrupted.Status);
        Assert.Contains($"train --resume {shop["halved"]}", interrupted.Error);
        Assert.False(File.Exists(shop["halved/model.safetensors"]));
        CommandRun.Done("train", "--resume", shop["halved"], "--threads", "2");
        Assert.Equal(File.ReadAllBytes(shop["whole/model.safetensors"]), File.ReadAllBytes(shop["halved/model.safetensors"]));
    }

    [Fact]
    public void A_run_that_computes_maps_again_ends_with_the_same_bytes()
    {
        using var shop = new Workshop();
        Assert.Equal(0, Train(shop, "kept").Status);
        Assert.Equal(0, CommandRun.Of([.. Arguments(shop, "again"), "--checkpoint-activations"]).Status);
        Assert.Contains("\"CheckpointActivations\":true", File.ReadAllText(shop["again/settings.json"]).Replace(" ", ""),
            StringComparison.OrdinalIgnoreCase);
        Assert.Equal(File.ReadAllBytes(shop["kept/model.safetensors"]), File.ReadAllBytes(shop["again/model.safetensors"]));
    }

    [Fact]
    public void A_run_without_Winograds_filtering_stays_so_when_it_is_resumed()
    {
        using var shop = new Workshop();
        Assert.Equal(0, Run("usual").Status);
        Assert.Equal(0, Run("whole", "--no-winograd").Status);
        CommandRun.Interrupted([.. Arguments("halved"), "--no-winograd"]);
        Assert.False(RunFolder.ReadSettings(shop["halved"]).Recipe.Winograd);
        Assert.True(RunFolder.ReadSettings(shop["usual"]).Recipe.Winograd);
        CommandRun.Done("train", "--resume", shop["halved"]);
        var whole = File.ReadAllBytes(shop["whole/model.safetensors"]);
        Assert.Equal(whole, File.ReadAllBytes(shop["halved/model.safetensors"]));
        Assert.NotEqual(whole, File.ReadAllBytes(shop["usual/model.safetensors"]));

        CommandRun Run(string folder, params string[] extra) => CommandRun.Of([.. Arguments(folder), .. extra]);

        string[] Arguments(string folder) =>
            ["train", "cifar_resnet8", "--data", shop.Cifar(), "--epochs", "1", "--batch", "50", "--out", shop[folder]];
    }

    [Fact]
    public void A_run_that_starts_from_weights_does_so_as_well_when_it_is_resumed()
    {
        using var shop = new Workshop();
        var weights = shop.ModelFile("start.safetensors");
        string[] extra = ["--weights", weights];
        Assert.Equal(0, CommandRun.Of([.. Arguments(shop, "whole"), .. extra]).Status);
        Assert.Equal(0, Train(shop, "other").Status);
        CommandRun.Interrupted([.. Arguments(shop, "halved"), .. extra]);
        File.Delete(shop["halved/checkpoint.safetensors"]);
        CommandRun.Done("train", "--resume", shop["halved"]);
        var whole = File.ReadAllBytes(shop["whole/model.safetensors"]);
        Assert.Equal(whole, File.ReadAllBytes(shop["halved/model.safetensors"]));
        Assert.NotEqual(whole, File.ReadAllBytes(shop["other/model.safetensors"]));
    }

    [Fact]
    public void Options_change_the_recipe_and_the_run_keeps_them()
    {
        using var shop = new Workshop();
        var run = CommandRun.Of(
        [
            .. Arguments(shop, "run"), "--schedule", "cosine", "--warm-up", "0.25", "--momentum", "0.8", "--nesterov", "false",
            "--weight-decay", "0.001", "--decay-weights-only", "--label-smoothing", "0.1", "--zero-gamma", "--pad-and-crop", "2",
            "--flip", "false",
        ]);
        Assert.True(run.Status == 0, run.Error);
        var recipe = RunFolder.ReadSettings(shop["run"]).Recipe;
        Assert.Equal(new Residuum.Training.CosineSchedule { WarmUp = 0.25 }, recipe.Schedule);
        Assert.Equal(
            new Residuum.Training.Sgd { Momentum = 0.8f, Nesterov = false, WeightDecay = 0.001f, DecayWeightsOnly = true },
            recipe.Optimizer);
        Assert.Equal((0.1f, true, 2, false), (recipe.LabelSmoothing, recipe.ZeroGamma, recipe.PadAndCrop, recipe.Flip));
    }

    [Fact]
    public void A_network_of_the_catalogue_is_fitted_to_the_data()
    {
        using var shop = new Workshop();
        var run = CommandRun.Of("train", "mnist_cnn", "--data", shop.Cifar(), "--epochs", "1", "--batch", "50", "--out", shop["run"]);
        Assert.True(run.Status == 0, run.Error);
        Assert.Contains("mnist_cnn is made for images of 1x28x28", run.Error);
        using var model = Model.Load(shop["run/model.safetensors"]);
        Assert.Equal(new Models.ImageSize(3, 32, 32), model.Network.Input);
    }

    [Theory]
    [InlineData("\"shortcutModifier\": { \"kind\": \"gated\", \"exclusive\": true, \"bias\": -3 }")]
    [InlineData("\"shortcutModifier\": { \"kind\": \"dropped\" }, \"stochasticDepth\": 0.3, \"head\": { \"width\": 12, \"dropout\": 0.2 }")]
    [InlineData("\"join\": \"concatenate\", \"padding\": \"same\", \"biases\": \"all\"")]
    [InlineData("\"pooledProjection\": true, \"shortcutModifier\": { \"kind\": \"scaled\" }")]
    public void Networks_with_further_members_train_and_go_on_to_the_same_bytes(string members)
    {
        using var shop = new Workshop();
        var json = Workshop.TinyNetwork.Replace("\"kind\": \"basic\"", "\"kind\": \"basic\", \"squeezeExcitation\": { \"reduction\": 2 }")
            .Replace("\"momentum\": 0.1", $"\"momentum\": 0.1, {members}");
        var network = shop.Write("further.json", json);
        string[] Command(string folder) =>
            ["train", network, "--data", shop.Cifar(), "--epochs", "2", "--batch", "40", "--seed", "3", "--threads", "1", "--out",
                shop[folder]];
        var whole = CommandRun.Of(Command("whole"));
        Assert.True(whole.Status == 0, whole.Error);
        Assert.Equal(1, CommandRun.Interrupted(Command("halved")).Status);
        CommandRun.Done("train", "--resume", shop["halved"], "--threads", "2");
        Assert.Equal(File.ReadAllBytes(shop["whole/model.safetensors"]), File.ReadAllBytes(shop["halved/model.safetensors"]));
    }

    [Fact]
    public void An_autoencoder_is_trained_by_its_squared_error_and_has_no_accuracy()
    {
        using var shop = new Workshop();
        var network = shop.Write("autoencoder.json", Workshop.TinyNetwork.Replace("\"classes\": 10", "\"classes\": null")
            .Replace("\"momentum\": 0.1", "\"momentum\": 0.1, \"head\": { \"latent\": 6 }, \"decoder\": {}"));
        var run = CommandRun.Of(
            "train", network, "--data", "shapes", "--epochs", "2", "--batch", "100", "--lr", "0.02", "--out", shop["run"]);
        Assert.True(run.Status == 0, run.Error);
        var losses = File.ReadAllLines(shop["run/metrics.jsonl"])
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("validationLoss").GetDouble()).ToArray();
        Assert.True(losses[1] < losses[0], $"The error went from {losses[0]} to {losses[1]}.");
        Assert.Contains("with a mean squared error of", run.Output);
        Assert.DoesNotContain("accuracy", run.Error);
        using var model = Model.Load(shop["run/model.safetensors"]);
        Assert.Equal("reconstruction", model.Graph.Outputs.Single().Name);
        Assert.True(File.Exists(shop["run/best.safetensors"]));
    }

    [Fact]
    public void On_a_screen_a_bar_is_drawn()
    {
        using var shop = new Workshop();
        var run = CommandRun.OnScreen(Arguments(shop, "run"));
        Assert.Equal(0, run.Status);
        Assert.Contains('\u001b', run.Output);
        Assert.Contains("epoch 2/2  done", run.Output);
    }

    static CommandRun Train(Workshop shop, string folder) => CommandRun.Of(Arguments(shop, folder));

    static string[] Arguments(Workshop shop, string folder) =>
    [
        "train", shop.Network(), "--data", shop.Cifar(), "--epochs", "2", "--batch", "40", "--seed", "3", "--threads", "1",
        "--out", shop[folder],
    ];
}
