namespace Residuum.Testing;

/// <summary>The folder of real images and weights that may lie beside the repository; tests that need it are skipped without it.</summary>
public static class SharedData
{
    /// <summary>The full path of a file or folder there, or null where it is absent.</summary>
    public static string? Find(string relativePath)
    {
        var root = Environment.GetEnvironmentVariable("RESIDUUM_SHARED") ?? Beside();
        if (root is null) return null;
        var path = Path.Combine(root, relativePath);
        return Path.Exists(path) ? path : null;
    }

    static string? Beside()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx"))) return Path.Combine(folder.Parent!.FullName, "shared");
        return null;
    }
}
