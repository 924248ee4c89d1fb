namespace Residuum.Cli.Tests;

public sealed class BenchAndDoctorTests
{
    [Theory]
    [InlineData("inference")]
    [InlineData("train", "--train")]
    [InlineData("train", "--train", "--checkpoint-activations")]
    public void Bench_has_the_documented_members_and_they_agree(string mode, params string[] extra)
    {
        using var shop = new Workshop();
        var bench = CommandRun.Done(
            ["bench", shop.Network(), "--batch", "4", "--threads", "1", "--seconds", "0.05", "--json", .. extra]).Json();
        Assert.Equal(
            ["name", "mode", "batch", "threads", "milliseconds", "imagesPerSecond", "gflops", "peakGflops", "shareOfPeak", "peakMemoryMB"],
            CommandRun.Members(bench));
        Assert.Equal(mode, bench.GetProperty("mode").GetString());
        Assert.Equal(4, bench.GetProperty("batch").GetInt32());
        Assert.Equal(4000, bench.GetProperty("imagesPerSecond").GetDouble() * bench.GetProperty("milliseconds").GetDouble(), 1e-6);
        Assert.Equal(bench.GetProperty("gflops").GetDouble() / bench.GetProperty("peakGflops").GetDouble(),
            bench.GetProperty("shareOfPeak").GetDouble(), 1e-9);
        Assert.True(bench.GetProperty("peakMemoryMB").GetDouble() > 1);
    }

    [Fact]
    public void Bench_prints_a_table()
    {
        using var shop = new Workshop();
        Assert.Contains("Images/s", CommandRun.Done("bench", shop.Network(), "--threads", "1", "--seconds", "0.05").Output);
    }

    [Fact]
    public void Doctor_tells_the_processor_the_vectors_and_the_native_library()
    {
        var text = CommandRun.Done("doctor").Output;
        foreach (var word in (string[])["Processor", "Instruction sets", "Vectors", "GFLOP/s", ".NET", "Threads", "libturbojpeg"])
            Assert.Contains(word, text);
    }
}
