using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Residuum.Cli.Verbs;
using Residuum.Foundation;

namespace Residuum.Cli;

/// <summary>
/// The command <c>residuum</c>: parses, runs a verb, and turns whatever goes wrong into one sentence and an exit status: 0 done, 1 failed
/// (diff: 1 different, 2 failed), 2 wrong usage.
/// </summary>
static class CommandLine
{
    internal const int Failed = 1;
    const int WrongUsage = 2;

    /// <summary>Runs the command with these arguments and returns its exit status.</summary>
    public static int Run(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var verbose = new Option<bool>("--verbose") { Description = "Show where an error came from.", Recursive = true };
        var root = Create(terminal, verbose);
        var result = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Action is not { ClearsParseErrors: true } && Complaint(result) is { } complaint)
        {
            terminal.Error.Write($"error: {complaint}\n");
            return WrongUsage;
        }
        try
        {
            return result.Invoke(new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (Exception exception)
        {
            var (sentence, status) = Explain(exception);
            terminal.Error.Write($"error: {sentence}\n");
            if (result.GetValue(verbose)) terminal.Error.Write($"{exception}\n");
            return status == Failed && result.CommandResult.Command is VerbCommand verb ? verb.FailureStatus : status;
        }
    }

    static RootCommand Create(Terminal terminal, Option<bool> verbose)
    {
        var root = new RootCommand("Residual networks for .NET: describe, build, train, run, and carry weights in and out.")
        {
            TrainVerb.Create(terminal), EvaluateVerb.Create(terminal), PredictVerb.Create(terminal), ModelsVerb.Create(terminal),
            SummaryVerb.Create(terminal), DiagramVerb.Create(terminal), ConvertVerb.Create(terminal), DiffVerb.Create(terminal),
            InspectVerb.Create(terminal), ExploreVerb.Create(terminal), BenchVerb.Create(terminal), DoctorVerb.Create(terminal),
        };
        root.Add(verbose);
        var help = root.Options.OfType<HelpOption>().First();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    // One sentence for the first thing that is wrong with the arguments, and where to read more; null if nothing is.
    static string? Complaint(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var see = $"see {Path(result.CommandResult)} --help";
        if (MistakenOption(result) is { } mistaken)
            return EditDistance.Nearest(mistaken, command.Options.Select(option => option.Name)) is { } option
                ? $"There is no option '{mistaken}'; did you mean {option}?"
                : $"There is no option '{mistaken}'; {see}.";
        if (result.Errors.Count == 0) return null;
        if (command.Subcommands.Count > 0)
        {
            var verbs = command.Subcommands.Select(verb => verb.Name).ToArray();
            var (kind, of) = command is RootCommand ? ("verb", "") : ("subject", $" of {command.Name}");
            if (result.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } unknown)
                return EditDistance.Nearest(unknown, verbs) is { } nearest
                    ? $"There is no {kind} '{unknown}'{of}; did you mean {nearest}?"
                    : $"There is no {kind} '{unknown}'{of}; there are {string.Join(", ", verbs)}.";
            if (result.UnmatchedTokens.Count == 0) return $"A {kind}{of} is missing: {string.Join(", ", verbs)}; {see}.";
        }
        if (result.UnmatchedTokens is [var token, ..]) return $"The argument '{token}' is one too many; {see}.";
        return $"{result.Errors[0].Message.TrimEnd('.', ' ')}; {see}.";
    }

    // The command as it is typed, such as residuum inspect activations.
    static string Path(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{Path(parent)} {result.Command.Name}" : "residuum";

    // An unknown option would otherwise be taken for an argument such as the network's name.
    static string? MistakenOption(ParseResult result)
    {
        if (result.Tokens.Any(token => token.Type == TokenType.DoubleDash)) return null;
        var arguments = result.CommandResult.Command.Arguments.SelectMany(argument => result.GetResult(argument)?.Tokens ?? []);
        return arguments.Select(token => token.Value).Concat(result.UnmatchedTokens)
            .FirstOrDefault(token => token.Length > 1 && token[0] == '-');
    }

    static (string Sentence, int Status) Explain(Exception exception) => exception switch
    {
        UsageException => (exception.Message, WrongUsage),
        ResiduumException => (exception.Message, Failed),
        OperationCanceledException => ("The command was interrupted; nothing was written.", Failed),
        OutOfMemoryException => ("The memory of this machine does not suffice; choose a smaller batch or a smaller network.", Failed),
        IOException or UnauthorizedAccessException => (
            $"Reading or writing failed: {exception.Message.TrimEnd('.')}; check the disk and what the output is connected to.", Failed),
        _ => ($"This should not happen ({exception.GetType().Name}: {exception.Message.Split('\n')[0].TrimEnd('.')}); "
            + "please report it with the output of the same command and --verbose.", Failed),
    };
}

/// <summary>A combination of arguments that makes no sense; the message is one sentence.</summary>
sealed class UsageException(string message) : Exception(message);
