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

    [Theory]
    [InlineData("inference", "image", "head.linear")]
    [InlineData("train", "image", "update", "--train")]
    public void Layers_are_the_steps_of_the_plan_beside_the_roofline(string mode, string first, string last, params string[] extra)
    {
        using var shop = new Workshop();
        var bench = CommandRun.Done(
            ["bench", shop.Network(), "--layers", "--batch", "4", "--threads", "1", "--seconds", "0.05", "--json", .. extra]).Json();
        Assert.Equal(["name", "mode", "batch", "threads", "peakGflops", "memoryGigabytesPerSecond", "layers"], CommandRun.Members(bench));
        Assert.Equal(mode, bench.GetProperty("mode").GetString());
        var layers = bench.GetProperty("layers").EnumerateArray().ToArray();
        string[] names = [.. layers.Select(layer => layer.GetProperty("node").GetString()!)];
        Assert.Equal((first, last), (names[0], names[^1]));
        Assert.Equal(
            ["node", "kernel", "milliseconds", "gflops", "shareOfPeak", "leastMB", "boundGflops", "shareOfBound"],
                CommandRun.Members(layers[0]));
        var stem = layers[1];
        Assert.StartsWith("conv-forward", stem.GetProperty("kernel").GetString(), StringComparison.Ordinal);
        Assert.Equal(stem.GetProperty("gflops").GetDouble() / stem.GetProperty("boundGflops").GetDouble(),
            stem.GetProperty("shareOfBound").GetDouble(), 1e-9);
        // Stride 2 makes 16x16 of 32x32, by a 3x3 window on 3 colours, in 4 maps.
        Assert.Equal(2e-6 * 4 * (16 * 16 * 27 * 4), stem.GetProperty("gflops").GetDouble() * stem.GetProperty("milliseconds").GetDouble(),
            1e-9);
        Assert.All(layers, layer => Assert.True(layer.GetProperty("leastMB").GetDouble() > 0));
    }

    [Fact]
    public void Layers_without_Winograds_filtering_have_none()
    {
        string[] arguments = ["bench", "cifar_resnet8", "--layers", "--threads", "1", "--seconds", "0.01"];
        Assert.Contains("winograd", CommandRun.Done(arguments).Output);
        var without = CommandRun.Done([.. arguments, "--no-winograd"]).Output;
        Assert.DoesNotContain("conv-forward winograd", without);
        Assert.Contains("GB/s", without);
    }

    [Fact]
    public void Doctor_tells_the_processor_the_vectors_and_the_native_library()
    {
        var text = CommandRun.Done("doctor").Output;
        foreach (var word in (string[])["Processor", "Instruction sets", "Vectors", "GFLOP/s", ".NET", "Threads", "libturbojpeg"])
            Assert.Contains(word, text);
    }
}
