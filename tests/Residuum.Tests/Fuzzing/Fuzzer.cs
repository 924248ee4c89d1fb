using System.Diagnostics;

namespace Residuum.Tests.Fuzzing;

/// <summary>What became of the mutants of a format.</summary>
sealed record FuzzReport(int Loaded, int Refused, int PassedHeader, TimeSpan Slowest, long LargestAllocation)
{
    public override string ToString() => $"{Loaded} loaded, {Refused} refused, {100.0 * PassedHeader / (Loaded + Refused):F1} % passed the "
        + $"outermost header, slowest {Slowest.TotalMilliseconds:F1} ms, largest allocation {LargestAllocation} bytes";
}

/// <summary>
/// Reads mutants of a format's seeds. Each either loads or ends in the one <see cref="ResiduumException"/>, within two seconds and the
/// format's bound of memory; whatever else happens names the mutant, which its number alone makes again.
/// </summary>
static class Fuzzer
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    public static FuzzReport Run(FuzzFormat format, int count)
    {
        foreach (var seed in format.Seeds) format.Read(seed);
        var (loaded, passed, slowest, largest) = (0, 0, TimeSpan.Zero, 0L);
        for (var number = 0; number < count; number++)
        {
            var mutant = Mutant(format, number);
            if (format.PassesHeader(mutant)) passed++;
            var (isLoaded, time, allocated) = Measure(format, mutant, number);
            // A machine that is busy with other things may stop a thread for long; a mutant that is slow is slow again.
            for (var again = 0; time > s_limit && again < 3; again++) time = Measure(format, mutant, number).Time;
            if (time > s_limit) throw Failure(format, mutant, number, $"took {time.TotalSeconds:F1} seconds");
            if (allocated > format.Bound(mutant.Length))
                throw Failure(format, mutant, number, $"took {allocated} bytes of memory where {format.Bound(mutant.Length)} are allowed");
            if (isLoaded) loaded++;
            if (time > slowest) slowest = time;
            largest = Math.Max(largest, allocated);
        }
        return new FuzzReport(loaded, count - loaded, passed, slowest, largest);
    }

    /// <summary>The mutant of that number.</summary>
    public static byte[] Mutant(FuzzFormat format, int number)
    {
        var random = new Random(number);
        return format.Mutate(format.Seeds[number % format.Seeds.Length], random);
    }

    static (bool IsLoaded, TimeSpan Time, long Allocated) Measure(FuzzFormat format, byte[] mutant, int number)
    {
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isLoaded = false;
        try
        {
            format.Read(mutant);
            isLoaded = true;
        }
        catch (ResiduumException error)
        {
            // One sentence for people: short, on one line, without control characters of the file's own.
            if (error.Message.Length is 0 or > 2000 || error.Message.Any(char.IsControl))
                throw Failure(format, mutant, number, $"was refused with a sentence that is none: {error.Message}", error);
        }
        catch (Exception error)
        {
            throw Failure(format, mutant, number, $"ended in {error.GetType().Name}: {error.Message}", error);
        }
        return (isLoaded, clock.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static InvalidOperationException Failure(FuzzFormat format, byte[] mutant, int number, string what, Exception? error = null) =>
        new($"The mutant {number} of {format.Name} {what}. Its bytes: "
            + $"{Convert.ToBase64String(mutant.AsSpan(0, Math.Min(mutant.Length, 6000)))}",
            error);
}
