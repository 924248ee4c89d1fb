namespace Residuum.Testing;

/// <summary>
/// Text that somebody has read and approved, as files under <c>tests</c>. A test run with RESIDUUM_APPROVE=1 writes
/// what the program prints now, so that the difference can be read before it is committed.
/// </summary>
public static class Approved
{
    /// <summary>The approved text of a file, after writing the actual one if that is asked for.</summary>
    public static string Text(string relativePath, string actual)
    {
        var path = Path.Combine(Root(), "tests", relativePath);
        if (Environment.GetEnvironmentVariable("RESIDUUM_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
        }
        return File.Exists(path) ? File.ReadAllText(path)
            : $"There is no approved text at {path}; run the test with RESIDUUM_APPROVE=1 and read it.";
    }

    static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx"))) return folder.FullName;
        throw new InvalidOperationException("The tests do not lie under the repository.");
    }
}
