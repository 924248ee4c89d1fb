using Residuum.Training;
using Spectre.Console;

namespace Residuum.Cli.Training;

/// <summary>Shows how a training goes: a bar on a screen; elsewhere a line an epoch and one about every ten seconds.</summary>
static class TrainingReport
{
    /// <summary>Runs a trainer and shows its progress; false when it was cancelled.</summary>
    public static bool Run(Trainer trainer, bool classifies, Messages messages, CancellationToken cancellation) =>
        messages.IsLive ? RunLive(trainer, classifies, messages, cancellation) : RunPlain(trainer, classifies, messages, cancellation);

    static bool RunPlain(Trainer trainer, bool classifies, Messages messages, CancellationToken cancellation)
    {
        var pace = new Pace();
        return trainer.Run(progress =>
        {
            if (progress.Finished is { } epoch)
            {
                messages.Line(EpochLine(epoch, progress.Epochs, classifies));
                pace.Restart();
            }
            else if (pace.IsDue)
                messages.Line($"{Head(progress.Epoch, progress.Epochs)}  "
                    + $"{Figures.Percent((double)progress.Images / progress.ImagesInEpoch, 0)}  "
                    + $"{Now(progress, classifies)}  {Figures.Duration(SecondsLeft(progress))} left");
        }, cancellation);
    }

    static bool RunLive(Trainer trainer, bool classifies, Messages messages, CancellationToken cancellation) => messages.Console.Progress()
        .AutoClear(true)
        .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
        .Start(context =>
        {
            var task = context.AddTask("preparing");
            return trainer.Run(progress =>
            {
                if (progress.Finished is { } epoch)
                {
                    messages.Line(EpochLine(epoch, progress.Epochs, classifies));
                    return;
                }
                task.MaxValue = (double)progress.ImagesInEpoch * progress.Epochs;
                task.Value = (double)progress.ImagesInEpoch * (progress.Epoch - 1) + progress.Images;
                task.Description = Markup.Escape(
                    $"{Head(progress.Epoch, progress.Epochs)}  {Now(progress, classifies)}  "
                        + $"{Figures.Duration(SecondsLeft(progress))} left");
            }, cancellation);
        });

    static string Head(int epoch, int epochs) => $"epoch {epoch}/{epochs}";

    static string Now(TrainingProgress progress, bool classifies) =>
        $"loss {Figures.Fixed(progress.Loss, 3)}  {Accuracy(progress.Top1, 1, classifies)}"
        + $"{Figures.Fixed(progress.ImagesPerSecond, 0)} images/s";

    static string EpochLine(EpochMetrics epoch, int epochs, bool classifies) =>
        $"{Head(epoch.Epoch, epochs)}  done in {Figures.Duration(epoch.Seconds)}  loss {Figures.Fixed(epoch.TrainLoss, 3)}  "
        + $"{Accuracy(epoch.TrainTop1, 1, classifies)}held out: loss {Figures.Fixed(epoch.ValidationLoss, 3)}  "
        + $"{Accuracy(epoch.ValidationTop1, 2, classifies)}{Figures.Fixed(epoch.ImagesPerSecond, 0)} images/s";

    // An autoencoder has no accuracy.
    static string Accuracy(double share, int decimals, bool classifies) =>
        classifies ? $"accuracy {Figures.Percent(share, decimals)}  " : "";

    static double SecondsLeft(TrainingProgress progress)
    {
        var images = (double)progress.ImagesInEpoch * (progress.Epochs - progress.Epoch + 1) - progress.Images;
        return images / Math.Max(progress.ImagesPerSecond, 1e-3);
    }
}
