namespace Residuum.Kernels.Tests;

public class ChannelTests
{
    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Channels_are_scaled_and_the_gradient_is_summed(int channels, int height, int width, int images)
    {
        foreach (var (haloX, haloY, _) in Numbers.Halos)
        {
            var layout = new Layout(channels, height, width, haloX);
            var (x, dy, s) = (Numbers.Random(layout, images, 1), Numbers.Random(layout, images, 2), Numbers.Random(channels * images, 3));
            var pixels = height * width;
            using var source = new MapBuffer(layout, images, x);
            using var scales = new GuardedBuffer(s);
            using var target = new MapBuffer(layout with { Halo = haloY }, images);
            Everywhere.Run(images, w => ScaleChannelsKernel.Create(source.Map, scales.Address, Map.None, target.Map, relu: false, w),
                target);
            Numbers.Same(x.Select((number, i) => number * s[i / pixels]), target.ToNchw());

            using var gradient = new MapBuffer(layout with { Halo = haloY }, images, dy);
            foreach (var relu in new[] { false, true })
            {
                Everywhere.Run(images, w => ScaleChannelsKernel.Create(source.Map, scales.Address, gradient.Map, target.Map, relu, w),
                    target);
                var sum = x.Select((number, i) => (double)number * s[i / pixels] + dy[i]);
                Numbers.Near([.. sum.Select(number => relu ? Math.Max(number, 0) : number)], target.ToNchw(), 3e-7);
            }
            using var sums = new GuardedBuffer(channels * images);
            Everywhere.Run(images, w => ScaleChannelsGradientKernel.Create(source.Map, gradient.Map, sums.Address, w), sums);
            var expected = new double[channels * images];
            for (var i = 0; i < x.Length; i++) expected[i / pixels] += (double)x[i] * dy[i];
            // Sums of rows of at most 56 products below one, then of at most 56 rows.
            Numbers.Near(expected, sums.Raw(), 1e-7 * pixels);
        }
    }

    [Fact]
    public void A_bias_is_added_in_place_and_unused_lanes_stay_zero()
    {
        foreach (var channels in new[] { 1, 16, 33 })
        {
            var layout = new Layout(channels, 5, 3, 1);
            var x = Numbers.Random(layout, 2, 1);
            var b = new float[layout.Blocks * Lanes.Block];
            Numbers.Random(channels, 2).CopyTo(b, 0);
            using var bias = new GuardedBuffer(b);
            using var y = new MapBuffer(layout, 2);
            Everywhere.Run(2, w => AddBias.Create(y.Map, bias.Address, w), () => y.FromNchw(x), y);
            Numbers.Same(x.Select((number, i) => number + b[i / 15 % channels]), y.ToNchw());
        }
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(1, 1)]
    [InlineData(17, 20, 3, 24)]
    [InlineData(5, 32, 11)]
    [InlineData(40, 8)]
    [InlineData(2, 3, 4, 5, 6, 7)]
    public void Maps_are_joined_by_channels(params int[] channels)
    {
        const int images = 3;
        foreach (var (haloX, haloY, haloZ) in Numbers.Halos)
        {
            Layout[] layouts = [.. channels.Select((count, i) => new Layout(count, 4, 7, i % 2 == 0 ? haloX : haloY))];
            float[][] parts = [.. layouts.Select((layout, i) => Numbers.Random(layout, images, i))];
            MapBuffer[] sources = [.. layouts.Zip(parts, (layout, part) => new MapBuffer(layout, images, part))];
            using var target = new MapBuffer(new Layout(channels.Sum(), 4, 7, haloZ), images);
            Everywhere.Run(images, _ => new ConcatKernel([.. sources.Select(source => source.Map)], target.Map), target);
            var expected = Enumerable.Range(0, images).SelectMany(image =>
                parts.SelectMany((part, i) => part.Skip(image * layouts[i].Elements).Take(layouts[i].Elements)));
            Numbers.Same(expected, target.ToNchw());
            foreach (var source in sources) source.Dispose();
        }
    }

    [Fact]
    public void Maps_of_other_sizes_or_too_many_channels_are_refused()
    {
        using var x = new MapBuffer(new Layout(16, 4, 4), 1);
        using var other = new MapBuffer(new Layout(16, 4, 3), 1);
        using var y = new MapBuffer(new Layout(32, 4, 4), 1);
        Assert.Throws<ArgumentException>(() => new ConcatKernel([x.Map, other.Map], y.Map));
        Assert.Throws<ArgumentException>(() => new ConcatKernel([x.Map, x.Map, x.Map], y.Map));
    }
}
