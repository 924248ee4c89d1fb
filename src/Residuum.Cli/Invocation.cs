namespace Residuum.Cli;

/// <summary>How this program was started, so that a command that is printed can be run as it stands.</summary>
static class Invocation
{
    const string ToolName = "residuum";
    const string ProjectFile = "Residuum.Cli.csproj";

    /// <summary>A command of this program with these arguments.</summary>
    public static string Command(params ReadOnlySpan<string> arguments) =>
        $"{Start()} {string.Join(' ', arguments.ToArray().Select(Quote))}";

    // The project's folder when it runs from there, by 'dotnet run' for example; else the installed tool, or the file itself.
    static string Start()
    {
        var process = Environment.ProcessPath;
        if (process is null || Path.GetFileNameWithoutExtension(process) == ToolName) return ToolName;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, ProjectFile)))
                return $"dotnet run -c {Configuration} --project "
                    + $"{Quote(Path.GetRelativePath(Environment.CurrentDirectory, folder.FullName))} --";
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? $"dotnet {Quote(Path.Combine(AppContext.BaseDirectory, "Residuum.Cli.dll"))}"
            : Quote(process);
    }

#if DEBUG
    const string Configuration = "Debug";
#else
    const string Configuration = "Release";
#endif

    static string Quote(string text) =>
        text.Length > 0 && text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./\\:=,+".Contains(letter))
        ? text : OperatingSystem.IsWindows() ? $"\"{text}\"" : $"'{text.Replace("'", "'\\''")}'";
}
