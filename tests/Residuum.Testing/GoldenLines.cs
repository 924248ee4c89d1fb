namespace Residuum.Testing;

/// <summary>Golden files of text that a script under <c>tests/golden</c> wrote: one case a line, its fields separated by blanks.</summary>
public static class GoldenLines
{
    /// <summary>The fields of each line of a file below the tests' folder, such as <c>Residuum.Tests/Golden/Images/png.txt</c>.</summary>
    public static string[][] Read(string relativePath)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx")))
                return [.. File.ReadLines(Path.Combine(folder.FullName, "tests", relativePath)).Select(line => line.Split(' '))];
        throw new ResiduumException(
            $"The golden file '{relativePath}' was not found above '{AppContext.BaseDirectory}'; run the tests in the repository.");
    }
}
