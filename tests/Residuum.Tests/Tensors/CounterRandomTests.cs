using Residuum.Foundation;

namespace Residuum.Tests.Tensors;

public class CounterRandomTests
{
    /// <summary>The known answers that Random123 publishes for philox4x32-10 (kat_vectors).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u,
        0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_published_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3)
    {
        Assert.Equal((x0, x1, x2, x3), Kernels.Philox.Block(c0, c1, c2, c3, k0, k1));
        var random = new CounterRandom(((ulong)k1 << 32) | k0, ((ulong)c3 << 32) | c2);
        Assert.Equal((x0, x1, x2, x3), random.Block(((ulong)c1 << 32) | c0));
        Assert.Equal(x0, random.UInt32(((ulong)c1 << 32) | c0));
    }

    [Fact]
    public void Uses_and_numbers_have_streams_of_their_own()
    {
        var seen = new HashSet<uint>();
        foreach (var use in Enum.GetValues<RandomUse>())
            for (uint number = 0; number < 10; number++)
                for (ulong index = 0; index < 10; index++)
                    Assert.True(seen.Add(CounterRandom.For(use, 7, number).UInt32(index)));
        Assert.NotEqual(CounterRandom.For(RandomUse.Shuffle, 1).UInt32(0), CounterRandom.For(RandomUse.Shuffle, 2).UInt32(0));
    }

    [Fact]
    public void Uniform_numbers_fill_the_interval_evenly()
    {
        var random = new CounterRandom(1, 2);
        var bins = new int[20];
        for (ulong i = 0; i < 20000; i++)
        {
            var value = random.Uniform(i);
            Assert.InRange(value, 0f, 0.99999994f);
            bins[(int)(value * 20)]++;
        }
        // Chi squared with 19 degrees of freedom stays below 43.8 in 99.9 % of draws.
        Assert.True(bins.Sum(count => (count - 1000.0) * (count - 1000.0) / 1000) < 43.8);
        Assert.Equal(0.99999994f, CounterRandom.ToUniform(uint.MaxValue));
    }

    [Fact]
    public void Whole_numbers_stay_below_their_bound_and_reach_every_value()
    {
        var random = new CounterRandom(3, 4);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Enumerable.Range(0, 500).Select(i => random.Int((ulong)i, 7)).Distinct().Order());
        Assert.Equal(int.MaxValue - 1, CounterRandom.ToInt(uint.MaxValue, int.MaxValue));
        Assert.Equal(0, random.Int(9, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Int(0, 0));
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        var random = new CounterRandom(5, 6);
        var values = Enumerable.Range(0, 100000).Select(i => random.Normal((ulong)i)).ToArray();
        Assert.Equal(0, values.Average(), 0.015);
        Assert.Equal(1, values.Average(x => x * x), 0.02);
        Assert.Equal(0, values.Average(x => x * x * x), 0.05);
        Assert.Equal(3, values.Average(x => x * x * x * x), 0.15);
        Assert.Equal(0.6827, values.Average(x => Math.Abs(x) < 1 ? 1.0 : 0), 0.006);
    }

    [Fact]
    public void Normal_numbers_follow_the_formula_of_Box_and_Muller()
    {
        var random = new CounterRandom(11, 12);
        for (ulong i = 0; i < 1000; i++)
        {
            var (a, b, c, d) = random.Block(i);
            var radius = (Math.Floor((a * 4294967296.0 + b) / 2048) + 1) / 9007199254740992;
            var angle = Math.Floor((c * 4294967296.0 + d) / 2048) / 9007199254740992;
            Assert.Equal(Math.Sqrt(-2 * Math.Log(radius)) * Math.Cos(2 * Math.PI * angle), random.Normal(i), 1e-14);
        }
    }

    [Fact]
    public void A_permutation_holds_every_number_once_and_differs_by_epoch()
    {
        var first = CounterRandom.For(RandomUse.Shuffle, 42, 0).Permutation(1000);
        var second = CounterRandom.For(RandomUse.Shuffle, 42, 1).Permutation(1000);
        Assert.Equal(Enumerable.Range(0, 1000), first.Order());
        Assert.Equal(Enumerable.Range(0, 1000), second.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(first, CounterRandom.For(RandomUse.Shuffle, 42, 0).Permutation(1000));
        Assert.Empty(new CounterRandom(0, 0).Permutation(0));
    }

    [Fact]
    public void Every_order_of_three_is_drawn_about_equally_often()
    {
        var counts = Enumerable.Range(0, 6000)
            .Select(epoch => string.Concat(CounterRandom.For(RandomUse.Shuffle, 1, (uint)epoch).Permutation(3)))
            .CountBy(order => order).ToArray();
        Assert.Equal(6, counts.Length);
        Assert.All(counts, pair => Assert.InRange(pair.Value, 880, 1120));
    }
}
