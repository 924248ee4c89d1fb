using System.Diagnostics;
using System.Globalization;

namespace Residuum.Cli.Benchmarks;

/// <summary>The most memory that this process ever had resident.</summary>
static class PeakMemory
{
    const string LinuxStatus = "/proc/self/status";
    const string LinuxField = "VmHWM:";

    public static double Megabytes()
    {
        if (OperatingSystem.IsLinux() && File.Exists(LinuxStatus))
            foreach (var line in File.ReadLines(LinuxStatus))
                if (line.StartsWith(LinuxField, StringComparison.Ordinal) && Kilobytes(line) is { } kilobytes)
                    return kilobytes * 1024.0 / 1e6;
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    static long? Kilobytes(string line) =>
        long.TryParse(line[LinuxField.Length..].Replace("kB", "").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;
}
