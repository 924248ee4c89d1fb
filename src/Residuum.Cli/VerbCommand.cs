using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Residuum.Cli;

/// <summary>A verb, with examples that its help shows.</summary>
sealed class VerbCommand : Command
{
    public VerbCommand(string name, string description, IReadOnlyList<string> examples, params ReadOnlySpan<Symbol> symbols)
        : base(name, description)
    {
        Examples = examples;
        foreach (var symbol in symbols)
            if (symbol is Argument argument) Add(argument);
            else Add((Option)symbol);
    }

    /// <summary>A verb that only says of what: each of its verbs does something. Its examples are the first of each.</summary>
    public VerbCommand(string name, string description, IReadOnlyList<VerbCommand> verbs)
        : base(name, description)
    {
        Examples = [.. verbs.Select(verb => verb.Examples[0])];
        foreach (var verb in verbs) Add(verb);
    }

    /// <summary>Whole commands.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>The exit status where the verb fails; another than 1 where that means something else.</summary>
    public int FailureStatus { get; init; } = CommandLine.Failed;
}

/// <summary>Help followed by the examples of the verb; of the whole command, by one example of each verb.</summary>
sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var status = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        var output = parseResult.InvocationConfiguration.Output;
        output.Write("Examples:\n");
        var examples = command is VerbCommand verb ? verb.Examples
            : command.Subcommands.OfType<VerbCommand>().Select(each => each.Examples[0]);
        foreach (var example in examples)
            output.Write($"  {example}\n");
        output.Write("\n");
        return status;
    }
}
