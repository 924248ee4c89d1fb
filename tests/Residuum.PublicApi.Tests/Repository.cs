namespace Residuum.PublicApi.Tests;

/// <summary>The repository that these tests were built from.</summary>
static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx"))) return folder.FullName;
        throw new InvalidOperationException("The tests do not lie under the repository.");
    }
}
