using Spectre.Console;

namespace Residuum.Cli.Inspections;

/// <summary>Shows how far long work is: a bar on a screen, else a line every ten seconds or so.</summary>
static class LongWork
{
    /// <summary>Does the work, which tells the share that is done, from 0 to 1.</summary>
    public static T Run<T>(Messages messages, string what, Func<Action<double>, T> work)
    {
        if (messages.IsLive)
            return messages.Console.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(context =>
                {
                    var task = context.AddTask(Markup.Escape(what), maxValue: 1);
                    return work(done => task.Value = done);
                });
        var pace = new Pace();
        return work(done =>
        {
            if (pace.IsDue) messages.Line($"{what}: {Figures.Percent(done, 0)}");
        });
    }
}
