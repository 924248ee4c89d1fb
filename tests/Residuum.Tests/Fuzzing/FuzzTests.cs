using System.Globalization;
using Xunit.Abstractions;

namespace Residuum.Tests.Fuzzing;

/// <summary>
/// Mutants of each format that strangers send: 20,000 by default, as many as RESIDUUM_FUZZ says on demand. With RESIDUUM_FUZZ_REPORT
/// naming a file, what became of them is appended to it.
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    const int Mutants = 20_000;

    static readonly FuzzFormat[] s_formats =
        [SafetensorsFuzz.Format, CheckpointFuzz.Zip, CheckpointFuzz.Legacy, PngFuzz.Format, SpecFuzz.Format, OnnxFuzz.Format];

    public static TheoryData<string> Formats => [.. s_formats.Select(format => format.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_mutant_loads_or_is_refused_soon_and_within_its_memory(string name)
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("RESIDUUM_FUZZ"), CultureInfo.InvariantCulture, out var asked)
            && asked > 0
            ? asked : Mutants;
        var report = Fuzzer.Run(s_formats.Single(format => format.Name == name), count);
        output.WriteLine($"{name}, {count} mutants: {report}");
        if (Environment.GetEnvironmentVariable("RESIDUUM_FUZZ_REPORT") is { Length: > 0 } path)
            File.AppendAllText(path, $"{name}, {count} mutants: {report}\n");
        // Mutants that fail at the door say little of what lies behind it; and some must still load, some not.
        Assert.InRange(report.PassedHeader, count / 2, count);
        Assert.InRange(report.Loaded, count / 1000, count);
        Assert.InRange(report.Refused, count / 10, count);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_mutant_follows_from_its_number(string name)
    {
        var format = s_formats.Single(format => format.Name == name);
        var mutants = Enumerable.Range(0, 50).Select(number => Fuzzer.Mutant(format, number)).ToArray();
        for (var number = 0; number < 50; number++) Assert.Equal(mutants[number], Fuzzer.Mutant(format, number));
        Assert.InRange(mutants.Select(Convert.ToBase64String).Distinct().Count(), 40, 50);
    }

    public static TheoryData<string, Action<byte[]>> BrokenReaders => new()
    {
        { "ended in IndexOutOfRangeException", bytes => _ = bytes[Seed.Length - 1] },
        { "bytes of memory", bytes => _ = bytes.Length == Seed.Length ? [] : new byte[100 * bytes.Length + (64 << 10)] },
        { "sentence that is none", bytes => _ = bytes.Length == Seed.Length ? 0 : throw new ResiduumException("two\nlines") },
    };

    static byte[] Seed => SafetensorsFuzz.Format.Seeds[1];

    [Theory]
    [MemberData(nameof(BrokenReaders))]
    public void A_reader_that_breaks_the_promise_is_found(string how, Action<byte[]> read)
    {
        var format = SafetensorsFuzz.Format with { Seeds = [Seed], Read = read };
        Assert.Contains(how, Assert.Throws<InvalidOperationException>(() => Fuzzer.Run(format, 1000)).Message, StringComparison.Ordinal);
    }
}
