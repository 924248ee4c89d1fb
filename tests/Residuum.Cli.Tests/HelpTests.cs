namespace Residuum.Cli.Tests;

public sealed class HelpTests
{
    public static TheoryData<string> Verbs =>
        ["train", "evaluate", "predict", "models", "summary", "diagram", "inspect", "convert", "diff", "explore", "bench", "doctor"];

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_help_of_each_verb_ends_with_examples_of_it(string verb)
    {
        var text = CommandRun.Done(verb, "--help").Output;
        Assert.Contains($"residuum {verb}", text[text.IndexOf("Examples:", StringComparison.Ordinal)..]);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void The_help_of_the_command_has_each_verb_and_an_example(string verb) =>
        Assert.Contains($"  residuum {verb}", CommandRun.Done("--help").Output);

    [Fact]
    public void The_version_is_printed() => Assert.Matches(@"^\d+\.\d+\.\d+", CommandRun.Done("--version").Output);
}
