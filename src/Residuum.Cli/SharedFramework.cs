using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Residuum.Cli;

/// <summary>
/// ASP.NET Core for the one verb that needs it. The command does not ask for it at its start, so that all other verbs start as fast as they
/// would without it, and run where it is not installed.
/// </summary>
static class SharedFramework
{
    const string Name = "Microsoft.AspNetCore.App";
    const string Probe = "Microsoft.AspNetCore";

    /// <summary>Lets assemblies of ASP.NET Core be found beside the runtime that this process runs on.</summary>
    /// <exception cref="ResiduumException">It is not installed there.</exception>
    public static void Require()
    {
        // A program that asked for it at its start has it already.
        if (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is string known && known.Contains($"{Probe}.dll", StringComparison.Ordinal))
            return;
        var folder = Find(RuntimeEnvironment.GetRuntimeDirectory())
            ?? throw new ResiduumException(
                $"The page needs {Name} {Environment.Version.Major}.{Environment.Version.Minor}, which is not installed "
                    + "beside this runtime; "
                + "install the ASP.NET Core runtime or the .NET SDK, or write the page to a file with --export.");
        AssemblyLoadContext.Default.Resolving += (context, name) => Resolve(context, name, folder);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026",
        Justification = "What lies beside the runtime is whole; a trimmed program has no runtime beside it.")]
    static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name, string folder)
    {
        var path = Path.Combine(folder, $"{name.Name}.dll");
        return File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }

    // The same version, else the latest of the same major version: shared/Microsoft.NETCore.App/10.0.1 and
    // shared/Microsoft.AspNetCore.App/10.0.1.
    internal static string? Find(string runtimeFolder)
    {
        runtimeFolder = Path.TrimEndingDirectorySeparator(runtimeFolder);
        var frameworks = Path.Combine(runtimeFolder, "..", "..", Name);
        if (!Directory.Exists(frameworks)) return null;
        var same = Path.Combine(frameworks, Path.GetFileName(runtimeFolder));
        if (Directory.Exists(same)) return same;
        return Directory.GetDirectories(frameworks)
            .Select(path => (Path: path, Version: Version.TryParse(Path.GetFileName(path).Split('-')[0], out var version) ? version : null))
            .Where(each => each.Version?.Major == Environment.Version.Major).OrderByDescending(each => each.Version)
            .Select(each => each.Path).FirstOrDefault();
    }
}
