using System.Text.Json;

namespace Residuum.Cli.Tests;

/// <summary>What a command did: run in this process, as from the command line, with captured streams.</summary>
sealed record CommandRun(int Status, string Output, string Error)
{
    public static CommandRun Of(params string[] arguments) => Run(arguments, onScreen: false, interrupted: false);

    /// <summary>As if the streams were a screen.</summary>
    public static CommandRun OnScreen(params string[] arguments) => Run(arguments, onScreen: true, interrupted: false);

    /// <summary>As if Ctrl-C were pressed at once.</summary>
    public static CommandRun Interrupted(params string[] arguments) => Run(arguments, onScreen: false, interrupted: true);

    /// <summary>The same for a command that must work.</summary>
    public static CommandRun Done(params string[] arguments)
    {
        var run = Of(arguments);
        Assert.True(run.Status == 0, run.Error);
        return run;
    }

    /// <summary>The one JSON document that the output must be.</summary>
    public JsonElement Json()
    {
        using var document = JsonDocument.Parse(Output);
        return document.RootElement.Clone();
    }

    /// <summary>The members of a JSON object, in order.</summary>
    public static string[] Members(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    static CommandRun Run(string[] arguments, bool onScreen, bool interrupted)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var status = CommandLine.Run(arguments, new Terminal(output, error, onScreen, onScreen, new CancellationToken(interrupted)));
        return new CommandRun(status, output.ToString(), error.ToString());
    }
}
