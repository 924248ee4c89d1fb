using System.CommandLine;
using Residuum.Training;

namespace Residuum.Cli.Training;

/// <summary>The options of <c>train</c> that change a recipe; what is not given stays as the recipe says.</summary>
sealed class RecipeOptions
{
    readonly Option<int?> _epochs = CommonOptions.Whole("--epochs", "N", "Passes over the training images.", 1, 1_000_000);
    readonly Option<int?> _batch = CommonOptions.Batch("Images of a step.");
    readonly Option<double?> _rate = CommonOptions.Real("--lr", "The peak learning rate.", x => x > 0, "above 0");
    readonly Option<string> _schedule = CommonOptions.OneOf(
        "--schedule", "NAME", "How the learning rate changes", "onecycle", "cosine", "step", "constant");
    readonly Option<double?> _momentum = CommonOptions.Real("--momentum", "Momentum.", IsShare, "from 0 to below 1");
    readonly Option<bool?> _nesterov = Switch("--nesterov", "Look ahead along the momentum.");
    readonly Option<double?> _weightDecay = CommonOptions.Real("--weight-decay", "Weight decay.", x => x >= 0, "of 0 or more");
    readonly Option<bool?> _decayWeightsOnly = Switch("--decay-weights-only", "Spare biases and normalizations from weight decay.");
    readonly Option<double?> _warmUp = CommonOptions.Real(
        "--warm-up", "Share of the run over which the rate rises from near zero.", IsShare, "from 0 to below 1");
    readonly Option<double?> _labelSmoothing = CommonOptions.Real("--label-smoothing", "Label smoothing.", IsShare, "from 0 to below 1");
    readonly Option<bool?> _zeroGamma = Switch("--zero-gamma", "Start every residual branch at zero.");
    readonly Option<int?> _padAndCrop = CommonOptions.Whole(
        "--pad-and-crop", "N", "Pixels of border added before an image of the old size is cut out at random; 0 for none.", 0, 64);
    readonly Option<bool?> _checkpointActivations = Switch("--checkpoint-activations",
        "Compute most maps again when gradients need them rather than keep them: less memory, about a third more time, the same results.");
    readonly Option<int?> _snapshots = CommonOptions.Whole("--snapshots", "N",
        "Keep the model as it began and after every N epochs, in the run's folder snapshots, for inspect and explore; 0 for none.", 0,
            1_000_000);
    readonly Option<bool?> _flip = Switch("--flip", "Mirror every other image at random.");

    readonly Option<bool> _noWinograd = CommonOptions.NoWinograd();

    public IReadOnlyList<Option> All =>
    [
        _epochs, _batch, _rate, _schedule, _momentum, _nesterov, _weightDecay, _decayWeightsOnly, _warmUp, _labelSmoothing, _zeroGamma,
        _padAndCrop, _flip, _checkpointActivations, _snapshots, _noWinograd,
    ];

    /// <summary>A recipe with what was given on the command line.</summary>
    public Recipe Apply(ParseResult result, Recipe recipe)
    {
        var schedule = result.GetValue(_schedule) switch
        {
            "onecycle" => recipe.Schedule as OneCycleSchedule ?? new OneCycleSchedule(),
            "cosine" => new CosineSchedule(),
            "step" => recipe.Schedule as StepSchedule ?? new StepSchedule(),
            "constant" => new ConstantSchedule(),
            _ => recipe.Schedule,
        };
        var optimizer = recipe.Optimizer;
        recipe = recipe with
        {
            Epochs = result.GetValue(_epochs) ?? recipe.Epochs,
            Batch = result.GetValue(_batch) ?? recipe.Batch,
            LearningRate = (float)(result.GetValue(_rate) ?? recipe.LearningRate),
            Schedule = schedule with { WarmUp = result.GetValue(_warmUp) ?? schedule.WarmUp },
            Optimizer = optimizer with
            {
                Momentum = (float)(result.GetValue(_momentum) ?? optimizer.Momentum),
                Nesterov = result.GetValue(_nesterov) ?? optimizer.Nesterov,
                WeightDecay = (float)(result.GetValue(_weightDecay) ?? optimizer.WeightDecay),
                DecayWeightsOnly = result.GetValue(_decayWeightsOnly) ?? optimizer.DecayWeightsOnly,
            },
            LabelSmoothing = (float)(result.GetValue(_labelSmoothing) ?? recipe.LabelSmoothing),
            ZeroGamma = result.GetValue(_zeroGamma) ?? recipe.ZeroGamma,
            PadAndCrop = result.GetValue(_padAndCrop) ?? recipe.PadAndCrop,
            Flip = result.GetValue(_flip) ?? recipe.Flip,
            CheckpointActivations = result.GetValue(_checkpointActivations) ?? recipe.CheckpointActivations,
            Snapshots = result.GetValue(_snapshots) ?? recipe.Snapshots,
            Winograd = !result.GetValue(_noWinograd),
        };
        recipe.Check();
        return recipe;
    }

    static bool IsShare(double x) => x is >= 0 and < 1;

    static Option<bool?> Switch(string name, string description) =>
        new(name)
        {
            Description = $"{description} 'false' switches off what the recipe says.",
            HelpName = "true|false",
            Arity = ArgumentArity.ZeroOrOne,
        };
}
