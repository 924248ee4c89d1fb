using System.CommandLine;
using Residuum.Cli.Training;
using Residuum.Data;
using Residuum.Models;
using Residuum.Training;

namespace Residuum.Cli.Verbs;

/// <summary><c>residuum train</c>: trains a network, or goes on with a run that was interrupted.</summary>
static class TrainVerb
{
    /// <summary>What is trained where no network is named: two blocks in each of three stages, good for over 98 % of the shapes.</summary>
    public const string DefaultNetwork = "cifar_resnet14";

    /// <summary>What is trained on where no data are named: nothing has to be fetched for them.</summary>
    public const string DefaultData = "shapes";

    const string RunsFolder = "runs";
    const int MostRuns = 100_000;

    public static Command Create(Terminal terminal)
    {
        var model = new Argument<string?>("MODEL")
        {
            Description = $"A catalogue name, a description in JSON, or a model file to start from; {DefaultNetwork} by default.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (data, weights, normalize, threads) =
            (CommonOptions.Data(), CommonOptions.Weights(), CommonOptions.Normalize("the data's own by default"), CommonOptions.Threads());
        var seed = CommonOptions.Seed("The seed of initial weights, order and augmentation; 0 by default.");
        var folder = CommonOptions.Text("--out", "DIR", $"A new folder for the run; {RunsFolder}/NETWORK-DATA by default.");
        var resume = CommonOptions.Text("--resume", "DIR", "Go on with the run in this folder; all its settings stay.");
        var recipe = CommonOptions.Text("--recipe", "NAME",
            $"Settings to start from: {string.Join(", ", Recipe.All.Select(each => each.Name))}; those that suit the data by default.");
        var changes = new RecipeOptions();
        var verb = new VerbCommand("train", "Train a network; without arguments, a small ResNet on generated shapes.",
            [
                "residuum train",
                "residuum train cifar_resnet20 --data cifar10:DIR --epochs 10 --lr 0.2 --seed 1 --out runs/first",
                "residuum train mnist_cnn --data mnist:DIR",
                "residuum train my-network.json --data shapes --schedule cosine --flip",
                "residuum train --resume runs/first",
            ],
            [model, data, recipe, .. changes.All, seed, threads, weights, normalize, folder, resume]);
        verb.SetAction(result =>
        {
            var messages = terminal.Messages();
            if (result.GetValue(resume) is { } path)
            {
                CheckAlone(result, verb, resume, threads);
                return Run(terminal, messages, TrainingSetup.Resume(path, result.GetValue(threads) ?? 0));
            }
            var name = result.GetValue(model) ?? DefaultNetwork;
            var set = result.GetValue(data) ?? DefaultData;
            var settings = changes.Apply(result, RecipeFor(result.GetValue(recipe), set));
            var request = new TrainingRequest(name, result.GetValue(weights), set, result.GetValue(normalize), settings,
                result.GetValue(seed) ?? 0, result.GetValue(threads) ?? 0, result.GetValue(folder) ?? NewFolder(name, set));
            return Run(terminal, messages, TrainingSetup.Start(request, messages));
        });
        return verb;
    }

    static int Run(Terminal terminal, Messages messages, TrainingSetup setup)
    {
        using var interruption = new Interruption(terminal.Interrupted);
        using var trainer = Prepare(setup);
        var (folder, recipe) = (setup.Folder, setup.Job.Recipe);
        messages.Line(Opening(setup, trainer));
        var classifies = setup.Network is not ResNetSpec { Decoder: not null };
        if (!TrainingReport.Run(trainer, classifies, messages, interruption.Token))
        {
            terminal.Error.Write(
                $"error: Training was interrupted in epoch {trainer.State.Epoch + 1} of {recipe.Epochs}; its state is saved, "
                + $"go on with: {Invocation.Command("train", "--resume", folder.Path)}\n");
            return 1;
        }
        var samples = SamplePictures.Write(folder.Path, (ImageSet)setup.Job.Validation);
        terminal.Output.Write(classifies ? Closing(setup, trainer.State, samples) : Closing(setup, trainer.State));
        return 0;
    }

    static Trainer Prepare(TrainingSetup setup)
    {
        try
        {
            return new Trainer(setup.Job, setup.Folder, setup.Initial);
        }
        catch (ResiduumException exception) when (setup.IsResumed)
        {
            throw new ResiduumException(
                $"The run in '{setup.Folder.Path}' cannot go on from its checkpoint: {exception.Message.TrimEnd('.')}; start it anew in "
                + "another folder.", exception);
        }
    }

    static string Opening(TrainingSetup setup, Trainer trainer)
    {
        var (job, recipe) = (setup.Job, setup.Job.Recipe);
        var doing = trainer.State.Step == 0 ? "Training" : trainer.State.Epoch == recipe.Epochs ? "Already trained:"
            : $"Going on in epoch {trainer.State.Epoch + 1} with";
        return $"{doing} {setup.Network.Name} ({Figures.Grouped(job.Network.ParameterCount)} parameters) on {setup.Folder.Settings.Data}: "
            + $"{Figures.Grouped(job.Train.Count)} images, {Figures.Grouped(job.Validation.Count)} held out; {recipe.Epochs} epochs, "
            + $"batch {recipe.Batch}, rate {recipe.LearningRate}, seed {job.Seed}; in {setup.Folder.Path}";
    }

    static string Closing(TrainingSetup setup, TrainingState state, IReadOnlyList<string> samples)
    {
        var (folder, held) = (setup.Folder, setup.Job.Validation);
        var (last, best) = (state.History[^1], state.History.MaxBy(epoch => epoch.ValidationTop1)!);
        // With shapes the fifth is a star, which is easier to recognise in a listing than a circle.
        var sample = samples[Math.Min(4, samples.Count - 1)];
        return $"{setup.Network.Name} gets {Figures.Percent(last.ValidationTop1)} of {Figures.Grouped(held.Count)} held-out images right "
            + $"(best: {Figures.Percent(best.ValidationTop1)} after epoch {best.Epoch}, in {folder.BestPath}).\n"
            + $"Model: {folder.ModelPath}\n"
            + $"Try:   {Invocation.Command("predict", folder.ModelPath, sample)}\n"
            + $"Look:  {Invocation.Command("explore", folder.ModelPath, sample)}\n";
    }

    // Of an autoencoder.
    static string Closing(TrainingSetup setup, TrainingState state)
    {
        var (folder, best) = (setup.Folder, state.History.MinBy(epoch => epoch.ValidationLoss)!);
        return $"{setup.Network.Name} rebuilds {Figures.Grouped(setup.Job.Validation.Count)} held-out images with a mean squared error of "
            + $"{Figures.Fixed(state.History[^1].ValidationLoss, 4)} (best: {Figures.Fixed(best.ValidationLoss, 4)} after "
            + $"epoch {best.Epoch}, in "
            + $"{folder.BestPath}).\n"
            + $"Model: {folder.ModelPath}\n";
    }

    // A recipe that is asked for by name is taken as it is; else the data say what augmentation suits them.
    static Recipe RecipeFor(string? name, string data)
    {
        if (name is not null) return Recipe.Find(name);
        var source = DataSources.Open(data);
        var recipe = data.Split(':')[0] switch
        {
            "shapes" => Recipe.Shapes,
            "mnist" or "fashion-mnist" => Recipe.Mnist,
            _ => Recipe.CifarOneCycle,
        };
        return recipe with { PadAndCrop = source.Augmentation.PadAndCrop, Flip = source.Augmentation.HorizontalFlip };
    }

    static void CheckAlone(ParseResult result, VerbCommand verb, params Option[] allowed)
    {
        if (verb.Arguments.Any(argument => result.GetResult(argument) is { Tokens.Count: > 0 }))
            throw new UsageException("A run that is resumed keeps its network; leave MODEL out.");
        var other = verb.Options.Except(allowed).FirstOrDefault(result.IsGiven);
        if (other is not null)
            throw new UsageException($"A run that is resumed keeps its settings; leave {other.Name} out (only --threads may change).");
    }

    static string NewFolder(string model, string data)
    {
        var name = Path.GetFileNameWithoutExtension(model) is { Length: > 0 } file && File.Exists(model) ? file : model;
        var wanted = Path.Combine(RunsFolder, $"{name}-{data.Split(':')[0]}");
        return Enumerable.Range(1, MostRuns).Select(number => number == 1 ? wanted : $"{wanted}-{number}")
                .FirstOrDefault(path => !Path.Exists(path))
            ?? throw new ResiduumException($"There are too many runs like '{wanted}' already; choose a folder with --out.");
    }
}
