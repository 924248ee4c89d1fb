namespace Residuum.Kernels.Tests;

public class SumTests
{
    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Channel_sums_match_double_precision_and_pad_with_zeros(int channels, int height, int width, int images)
    {
        foreach (var halo in new[] { 0, 1 })
        {
            var layout = new Layout(channels, height, width, halo);
            var numbers = Numbers.Random(layout, images, 1);
            var expected = new double[layout.Blocks * Lanes.Block];
            for (var i = 0; i < numbers.Length; i++) expected[i / (height * width) % channels] += numbers[i];
            using var map = new MapBuffer(layout, images, numbers);
            using var sums = new GuardedBuffer(expected.Length);
            using var scratch = new GuardedBuffer(ChannelSumKernel.ScratchLength(layout, images));
            Everywhere.Run(images, w => ChannelSumKernel.Create(map.Map, sums.Address, scratch.Address, w), scratch.Poison, sums);
            // Sums of chunks reach about 40, and are rounded to 2e-6 after each row of the chunk.
            Numbers.Near(expected, sums.Raw(), 3e-5);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 128)]
    [InlineData(1000, 7)]
    public void Row_sums_match_double_precision(int features, int images)
    {
        var numbers = Numbers.Random(features * images, 1);
        var expected = new double[features];
        for (var i = 0; i < numbers.Length; i++) expected[i % features] += numbers[i];
        using var rows = new GuardedBuffer(numbers);
        using var sums = new GuardedBuffer(features);
        Everywhere.Run(images, _ => new RowSum(rows.Address, features, sums.Address), sums);
        // One rounding of a sum below 32.
        Numbers.Near(expected, sums.Raw(), 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8193)]
    [InlineData(100_003)]
    public void The_sum_of_squares_is_that_of_double_precision_for_any_number_of_threads(int length)
    {
        var numbers = Numbers.Random(length, 1);
        using var buffer = new GuardedBuffer(numbers);
        var expected = numbers.Sum(number => (double)number * number);
        var results = new List<double>();
        for (var threads = 1; threads <= 3; threads++)
        {
            using var team = new ThreadTeam(threads);
            var kernel = new SumOfSquares(buffer.Address, length);
            team.Run(kernel, 1);
            Assert.Equal(1, kernel.Result / expected, 1e-12);
            results.Add(kernel.Result);
        }
        Assert.Single(results.Distinct());
    }
}
