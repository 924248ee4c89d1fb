using Spectre.Console;

namespace Residuum.Cli;

/// <summary>
/// Where a command writes and how it is stopped: results to <see cref="Output"/>, errors to <see cref="Error"/>, messages and progress to
/// <see cref="Messages"/>. Tests make one over writers of their own.
/// </summary>
sealed class Terminal(
    TextWriter output, TextWriter error, bool outputIsTerminal = false, bool errorIsTerminal = false,
    CancellationToken interrupted = default)
{
    // Nothing is wrapped where nobody looks at a screen.
    const int PlainWidth = 10_000;

    /// <summary>Results.</summary>
    public TextWriter Output => output;

    /// <summary>Errors.</summary>
    public TextWriter Error => error;

    /// <summary>Whether results are seen on a screen.</summary>
    public bool OutputIsTerminal => outputIsTerminal;

    /// <summary>Stops a long command, beside the signals that <see cref="Interruption"/> watches.</summary>
    public CancellationToken Interrupted => interrupted;

    /// <summary>The process's own streams.</summary>
    public static Terminal OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected, !Console.IsErrorRedirected);

    /// <summary>
    /// Messages and progress: on the screen beside the results, else on standard error, so that results can be redirected.
    /// </summary>
    /// <param name="json">Whether the output holds one JSON document and nothing else.</param>
    public Messages Messages(bool json = false) =>
        outputIsTerminal && !json
            ? new Messages(Create(output, true), true)
            : new Messages(Create(error, errorIsTerminal), errorIsTerminal);

    /// <summary>Writes a table to the output: framed on a screen, else in plain columns.</summary>
    public void Write(Table table)
    {
        table.Border(outputIsTerminal ? TableBorder.Rounded : TableBorder.None);
        Create(output, outputIsTerminal).Write(table);
    }

    static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        var isProcess = writer == Console.Out || writer == Console.Error;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = !isTerminal ? AnsiSupport.No : isProcess ? AnsiSupport.Detect : AnsiSupport.Yes,
            ColorSystem = isTerminal && isProcess ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = !isTerminal ? InteractionSupport.No : isProcess ? InteractionSupport.Detect : InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal) console.Profile.Width = PlainWidth;
        return console;
    }
}

/// <summary>Messages to whoever started the command, and the console on which progress may be drawn.</summary>
/// <param name="Console">The console.</param>
/// <param name="IsLive">Whether it is a screen on which a bar can be redrawn.</param>
sealed record Messages(IAnsiConsole Console, bool IsLive)
{
    /// <summary>Writes one line as it is.</summary>
    public void Line(string text) => Console.WriteLine(text);

    /// <summary>Does some work and shows how far it is: a bar on a screen, else a line about every ten seconds.</summary>
    /// <param name="doing">What is done, such as <c>evaluating</c>.</param>
    /// <param name="of">What is counted, such as <c>images</c>.</param>
    /// <param name="work">The work; it tells how many of how many are done.</param>
    public T Track<T>(string doing, string of, Func<Action<int, int>, T> work) =>
        Track(doing, follow => work((done, all) => follow((double)done / all, () => $"{done} of {all} {of}")));

    /// <summary>The same for work of unequal parts, which tells the share that is done, from 0 to 1.</summary>
    public T Track<T>(string doing, Func<Action<double>, T> work) =>
        Track(doing, follow => work(done => follow(done, () => $"{doing}: {Figures.Percent(done, 0)}")));

    T Track<T>(string doing, Func<Action<double, Func<string>>, T> work)
    {
        if (IsLive)
            return Console.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(context =>
                {
                    var task = context.AddTask(Markup.Escape(doing), maxValue: 1);
                    return work((done, _) => task.Value = done);
                });
        var pace = new Pace();
        return work((_, line) =>
        {
            if (pace.IsDue) Line(line());
        });
    }
}
