namespace Residuum.Cli.Tests;

/// <summary>Wrong uses and broken files: each ends with its exit status and one sentence, without a trace, and leaves nothing
/// behind.</summary>
public sealed class WrongUseTests
{
    public static TheoryData<string> Names => [.. WrongUse.All.Select(use => use.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_refused_with_one_sentence(string name)
    {
        var use = WrongUse.All.Single(each => each.Name == name);
        using var shop = new Workshop();
        var arguments = use.Arguments(shop);
        var before = Files(shop);
        var run = CommandRun.Of(arguments);
        Report(use, run, shop);
        Assert.Equal(use.Status, run.Status);
        Assert.Empty(run.Output);
        // Notes and progress may come before it; the error is the last line.
        var lines = run.Error.TrimEnd('\n').Split('\n');
        Assert.StartsWith("error: ", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith(lines[^1].Contains("did you mean", StringComparison.Ordinal) ? "?" : ".", lines[^1], StringComparison.Ordinal);
        Assert.Contains(use.Says, lines[^1]);
        Assert.DoesNotContain("   at ", run.Error);
        Assert.DoesNotContain("should not happen", run.Error);
        Assert.Equal(before, Files(shop));
    }

    [Fact]
    public void Verbose_adds_where_an_error_came_from()
    {
        var run = CommandRun.Of("summary", "nothing_like_it", "--verbose");
        Assert.Contains("   at Residuum.", run.Error);
        Assert.Equal(1, run.Status);
    }

    static string[] Files(Workshop shop) =>
        [.. Directory.EnumerateFileSystemEntries(shop.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    // With RESIDUUM_WRONG_USES naming a file, a table of all sentences is appended to it, for notes and documentation.
    static void Report(WrongUse use, CommandRun run, Workshop shop)
    {
        if (Environment.GetEnvironmentVariable("RESIDUUM_WRONG_USES") is not { Length: > 0 } path) return;
        var sentence = run.Error.TrimEnd('\n').Split('\n')[^1].Replace(shop.Folder, "DIR").Replace("|", "\\|");
        File.AppendAllText(path, $"| {use.Name} | {run.Status} | {sentence} |\n");
    }
}
