using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Residuum.Cli.Benchmarks;

/// <summary>What the processor is called and which instruction sets matter here.</summary>
static class Processor
{
    const string LinuxDescription = "/proc/cpuinfo";

    public static string Name =>
        (OperatingSystem.IsLinux() ? LinuxName() : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER"))
        ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>Those that the runtime uses; <c>DOTNET_EnableAVX512=0</c> and the like switch some off.</summary>
    public static IEnumerable<string> InstructionSets => new (string Name, bool IsSupported)[]
    {
        ("SSE4.2", Sse42.IsSupported), ("AVX", Avx.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported),
        ("AVX512F", Avx512F.IsSupported), ("AVX512BW", Avx512BW.IsSupported), ("AVX512DQ", Avx512DQ.IsSupported),
        ("AVX512VL", Avx512F.VL.IsSupported), ("AVX512-VBMI", Avx512Vbmi.IsSupported), ("AdvSimd", AdvSimd.IsSupported),
    }.Where(set => set.IsSupported).Select(set => set.Name).DefaultIfEmpty("none of those that matter");

    static string? LinuxName()
    {
        try
        {
            return File.ReadLines(LinuxDescription)
                .Where(line => line.StartsWith("model name", StringComparison.Ordinal) && line.Contains(':'))
                .Select(line => line[(line.IndexOf(':') + 1)..].Trim()).FirstOrDefault();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
