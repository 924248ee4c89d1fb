using System.Text.Json;
using Residuum.Foundation;
using Residuum.Interop;
using Residuum.Tensors;
using Residuum.Testing;
using Residuum.Tests.Data;
using Residuum.Training;

namespace Residuum.Tests.Root;

/// <summary>The folder of a run, on a disk.</summary>
public class RunFolderTests
{
    static readonly RunSettings s_settings = new(TrainingCase.Spec.ToJson(), "shapes", TrainingCase.Recipe, null, 5);

    static Model ModelOf(IReadOnlyDictionary<string, Tensor> tensors) => new(TrainingCase.Spec, tensors);

    static string Sentence(Action action) => Assert.Throws<ResiduumException>(action).Message;

    [Fact]
    public void Interrupted_or_not_a_run_writes_the_same_model_and_the_same_metrics()
    {
        using var folder = new TemporaryFolder();
        var whole = RunFolder.Create(folder.At("whole"), s_settings, ModelOf);
        using (var trainer = new Trainer(TrainingCase.Job(), whole)) trainer.Run();

        var path = folder.At("parts");
        RunFolder.Create(path, s_settings, ModelOf);
        for (var sitting = 1; ; sitting++)
        {
            // Every sitting starts from what is on the disk alone.
            var settings = RunFolder.ReadSettings(path);
            var parts = RunFolder.Open(path, settings, ModelOf);
            using var cancellation = new CancellationTokenSource();
            using var trainer = new Trainer(TrainingCase.Job(threads: sitting % 3 + 1, settings.Recipe), parts);
            var steps = 0;
            if (trainer.Run(_ => { if (++steps == sitting) cancellation.Cancel(); }, cancellation.Token)) break;
        }
        Assert.Equal(File.ReadAllBytes(whole.ModelPath), File.ReadAllBytes(Path.Combine(path, "model.safetensors")));
        Assert.Equal(File.ReadAllBytes(whole.BestPath), File.ReadAllBytes(Path.Combine(path, "best.safetensors")));
        Assert.Equal(Metrics(whole.Path), Metrics(path));
        Assert.Equal(["best.safetensors", "checkpoint.safetensors", "metrics.jsonl", "model.safetensors", "settings.json"],
            Directory.GetFiles(path).Select(Path.GetFileName).Order());
        using var model = Model.Load(whole.ModelPath);
        Assert.Equal(TrainingCase.Spec, model.Network);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Snapshots_show_how_a_model_came_to_be_and_change_nothing(int every)
    {
        using var folder = new TemporaryFolder();
        var recipe = s_settings.Recipe with { Epochs = 3 };
        var without = RunFolder.Create(folder.At("without"), s_settings with { Recipe = recipe }, ModelOf);
        using (var trainer = new Trainer(TrainingCase.Job(recipe: recipe), without)) trainer.Run();
        recipe = recipe with { Snapshots = every };
        var with = RunFolder.Create(folder.At("with"), s_settings with { Recipe = recipe }, ModelOf);
        using (var trainer = new Trainer(TrainingCase.Job(recipe: recipe), with)) trainer.Run();

        Assert.Equal(File.ReadAllBytes(without.ModelPath), File.ReadAllBytes(with.ModelPath));
        Assert.Empty(RunFolder.Snapshots(without.Path));
        var snapshots = RunFolder.Snapshots(with.Path);
        Assert.Equal(every == 1 ? [0, 1, 2, 3] : [0, 2, 3], snapshots.Select(snapshot => snapshot.Epoch));
        Assert.Equal(snapshots, RunFolder.Snapshots(with.ModelPath));
        Assert.Equal(snapshots, RunFolder.Snapshots(snapshots[1].Path));
        Assert.Equal(File.ReadAllBytes(with.ModelPath), File.ReadAllBytes(snapshots[^1].Path));
        using var first = Model.Load(snapshots[0].Path);
        var initial = Initialization.Create(first.Graph, TrainingCase.Job().Seed, recipe.ZeroGamma);
        Assert.All(initial, pair => Assert.True(pair.Value.Span<float>().SequenceEqual(first.Weights[pair.Key].Span<float>())));
    }

    [Fact]
    public void Metrics_come_back_from_the_folder_and_from_files_in_it()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.At("run"), s_settings, ModelOf);
        Assert.Empty(RunFolder.Metrics(run.Path));
        EpochMetrics[] history = [new(1, 2.5, 0.25, 2.25, 0.5, 0.1, 3, 100), new(2, 1.25, 0.5, 1.75, 0.625, 0.01, 3, 100)];
        run.SaveMetrics(history);
        Assert.Equal(history, RunFolder.Metrics(run.Path));
        Assert.Equal(history, RunFolder.Metrics(run.ModelPath));
        Assert.Equal(history, RunFolder.Metrics(Path.Combine(run.Path, "snapshots", "epoch-0001.safetensors")));
        File.AppendAllText(Path.Combine(run.Path, "metrics.jsonl"), "{");
        Assert.Contains("metrics.jsonl", Assert.Throws<ResiduumException>(() => RunFolder.Metrics(run.Path)).Message,
            StringComparison.Ordinal);
    }

    // The lines without what the clock decides.
    static string[] Metrics(string path) => [.. File.ReadAllLines(Path.Combine(path, "metrics.jsonl")).Select(line =>
    {
        using var json = JsonDocument.Parse(line);
        Assert.Equal(["epoch", "trainLoss", "trainTop1", "validationLoss", "validationTop1", "learningRate", "seconds", "imagesPerSecond"],
            json.RootElement.EnumerateObject().Select(member => member.Name));
        return string.Join(' ', json.RootElement.EnumerateObject()
            .Where(member => member.Name is not ("seconds" or "imagesPerSecond")).Select(member => member.ToString()));
    })];

    [Fact]
    public void Settings_come_back_as_they_were()
    {
        using var folder = new TemporaryFolder();
        foreach (var (i, recipe) in Recipe.All.Append(TrainingCase.Recipe with { Schedule = new CosineSchedule { WarmUp = 0.1 } }).Index())
        {
            var settings = new RunSettings("{}", "cifar10:/data", recipe, "imagenet", ulong.MaxValue);
            RunFolder.Create(folder.At($"run{i}"), settings, ModelOf);
            Assert.Equal(settings, RunFolder.ReadSettings(folder.At($"run{i}")));
        }
    }

    [Fact]
    public void A_folder_with_a_model_in_it_is_not_used()
    {
        using var folder = new TemporaryFolder();
        var model = folder.At("model.safetensors");
        File.WriteAllText(model, "mine");
        Assert.Equal($"The folder '{folder.Path}' holds model.safetensors already, which the run would use or replace; "
            + "choose a new folder.",
            Sentence(() => RunFolder.CheckNew(folder.Path)));
        Assert.Equal("mine", File.ReadAllText(model));
    }

    [Fact]
    public void A_folder_that_holds_a_run_is_not_overwritten()
    {
        using var folder = new TemporaryFolder();
        RunFolder.Create(folder.Path, s_settings, ModelOf);
        Assert.Equal($"The folder '{folder.Path}' holds a run already; go on with it by --resume '{folder.Path}', or "
            + "choose another folder.",
            Sentence(() => RunFolder.Create(folder.Path, s_settings, ModelOf)));
    }

    [Fact]
    public void Resuming_clears_what_killed_writes_left_behind_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        RunFolder.Create(folder.Path, s_settings, ModelOf);
        string[] rooms = ["", "snapshots/", "samples/"];
        string[] kept =
        [
            "notes.tmp", ".notes.tmp", ".a.0123.tmp", $".{new string('0', 32)}.tmp", $"..{new string('0', 32)}.tmp",
            $".a.{new string('g', 32)}.tmp", $".a.{new string('A', 32)}.tmp", $"a.{new string('a', 32)}.tmp",
                $".a{new string('a', 32)}.tmp",
        ];
        foreach (var room in rooms)
        {
            Directory.CreateDirectory(folder.At(room));
            foreach (var name in kept) File.WriteAllText(folder.At(room + name), "mine");
            // What a write that is killed leaves is what stands there while it writes.
            AtomicFile.Write(folder.At($"{room}file.bin"), _ =>
            {
                var temporary = Directory.GetFiles(folder.At(room), ".file.bin.*.tmp").Single();
                File.WriteAllText(folder.At($"{room}.left-{Path.GetFileName(temporary)}"), "");
            });
            Assert.Single(Directory.GetFiles(folder.At(room), ".left-*"));
        }
        RunFolder.Open(folder.Path, s_settings, ModelOf);
        foreach (var room in rooms)
            Assert.Equal(
                [.. kept.Append("file.bin").Concat(room.Length == 0 ? ["settings.json"] : []).Order(StringComparer.Ordinal)],
                Directory.GetFiles(folder.At(room)).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_folder_without_a_run_and_one_that_cannot_be_made_are_told()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal($"The folder '{folder.Path}' holds no run to resume: there is no settings.json in it.",
            Sentence(() => RunFolder.ReadSettings(folder.Path)));
        File.WriteAllText(folder.At("file"), "");
        Assert.StartsWith("The folder '", Sentence(() => RunFolder.Create(folder.At("file/run"), s_settings, ModelOf)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"network":null,"data":"shapes","recipe":{"name":"a"},"normalization":null,"seed":1}""")]
    [InlineData("""{"network":"n","data":"shapes","recipe":null,"normalization":null,"seed":1}""")]
    [InlineData("""{"network":"n","data":"shapes","recipe":{"name":"a","optimizer":null},"normalization":null,"seed":1}""")]
    [InlineData("""{"network":"n","data":"shapes","recipe":{"name":"a","schedule":{"kind":"magic"}},"normalization":null,"seed":1}""")]
    [InlineData("""{"network":"n","data":"shapes","recipe":{"name":"a","speed":2},"normalization":null,"seed":1}""")]
    public void Damaged_settings_are_refused_with_one_sentence(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("settings.json"), json);
        Assert.Contains("settings", Sentence(() => RunFolder.ReadSettings(folder.Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_that_is_something_else_or_damaged_is_refused()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.Path, s_settings, ModelOf);
        Assert.Null(run.LoadCheckpoint());
        var path = folder.At("checkpoint.safetensors");
        void Write(params (string Key, string Value)[] metadata)
        {
            var file = new TensorFile();
            foreach (var (key, value) in metadata) file.Metadata[key] = value;
            Safetensors.Write(path, file);
        }
        Write();
        Assert.Contains("is no checkpoint of a run", Sentence(() => run.LoadCheckpoint()), StringComparison.Ordinal);
        Write(("residuum.training", "{}"), ("residuum.format", "9"));
        Assert.Contains("a version of the format", Sentence(() => run.LoadCheckpoint()), StringComparison.Ordinal);
        Write(("residuum.training", """{"epoch":-1}"""), ("residuum.format", "1"));
        Assert.Contains("which cannot be; it is damaged", Sentence(() => run.LoadCheckpoint()), StringComparison.Ordinal);
        Write(("residuum.training", """{"history":null}"""), ("residuum.format", "1"));
        Assert.Contains("cannot be read", Sentence(() => run.LoadCheckpoint()), StringComparison.Ordinal);
        File.WriteAllText(path, "nonsense");
        Sentence(() => run.LoadCheckpoint());
    }
}
