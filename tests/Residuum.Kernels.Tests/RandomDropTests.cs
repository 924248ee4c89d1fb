namespace Residuum.Kernels.Tests;

public class RandomDropTests
{
    const int Stream = 5;

    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Dropout_drops_what_the_words_say_and_scales_the_rest(int channels, int height, int width, int images)
    {
        foreach (var rate in new[] { 0.1f, 0.5f })
            foreach (var (haloX, haloY, _) in Numbers.Halos)
            {
                var layout = new Layout(channels, height, width, haloX);
                var x = Numbers.Random(layout, images, 1, 2);
                using var keys = Keys(images);
                using var source = new MapBuffer(layout, images, x);
                using var target = new MapBuffer(layout with { Halo = haloY }, images);
                Everywhere.Run(images, _ => new DropoutKernel(source.Map, keys.Address, target.Map, new RandomDrop(rate, Stream)), target);
                var pixels = height * width;
                var expected = x.Select((number, i) =>
                {
                    var (plane, pixel) = Math.DivRem(i, pixels);
                    var (image, channel) = Math.DivRem(plane, channels);
                    return Expected(keys, image, channel / 4 * pixels + pixel, channel % 4, rate, number);
                });
                Numbers.Same(expected, target.ToNchw());
            }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(130)]
    public void Rows_are_maps_of_one_pixel(int features)
    {
        const int images = 9;
        var layout = new Layout(features, 1, 1, 0, features);
        var x = Numbers.Random(layout, images, 1, 2);
        using var keys = Keys(images);
        using var source = new MapBuffer(layout, images, x);
        using var target = new MapBuffer(layout, images);
        Everywhere.Run(images, _ => new DropoutKernel(source.Map, keys.Address, target.Map, new RandomDrop(0.3f, Stream)), target);
        Numbers.Same(x.Select((number, i) => Expected(keys, i / features, i % features / 4, i % features % 4, 0.3f, number)),
            target.ToNchw());
    }

    [Fact]
    public void The_share_that_is_dropped_is_the_rate()
    {
        const int images = 4;
        var layout = new Layout(32, 50, 50);
        using var keys = Keys(images);
        using var ones = new MapBuffer(layout, images, [.. Enumerable.Repeat(1f, layout.Elements * images)]);
        using var target = new MapBuffer(layout, images);
        foreach (var rate in new[] { 0f, 0.01f, 0.3f, 0.9f })
        {
            new ThreadTeam(1).Run(new DropoutKernel(ones.Map, keys.Address, target.Map, new RandomDrop(rate, Stream)), images);
            var result = target.ToNchw();
            var count = (double)result.Length;
            // Five deviations of a count of independent draws.
            Assert.InRange(result.Count(number => number == 0), count * rate - 5 * Math.Sqrt(count * rate),
                count * rate + 5 * Math.Sqrt(count * rate));
            Assert.All(result.Distinct(), number => Assert.Contains(number, new[] { 0, (float)(1 / (1 - (double)rate)) }));
        }
    }

    [Fact]
    public void Stochastic_depth_drops_whole_images_even_where_they_are_infinite()
    {
        const int images = 40;
        foreach (var layout in new[] { new Layout(17, 3, 5, 1), new Layout(1, 1, 21, 0, 1) })
        {
            var x = Numbers.Random(layout, images, 1, 2);
            using var keys = Keys(images);
            float[] factors = [.. Enumerable.Range(0, images).Select(image => Expected(keys, image, 0, 0, 0.25f, 1))];
            Assert.InRange(factors.Count(factor => factor == 0), 3, 20);
            x[Array.IndexOf(factors, 0) * layout.Elements] = float.PositiveInfinity;
            using var source = new MapBuffer(layout, images, x);
            using var target = new MapBuffer(layout with { Halo = 0 }, images);
            Everywhere.Run(images, w => StochasticDepthKernel.Create(
                source.Map, keys.Address, target.Map, new RandomDrop(0.25f, Stream), w), target);
            Numbers.Same(x.Select((number, i) => factors[i / layout.Elements] is var factor && factor == 0 ? 0 : number * factor),
                target.ToNchw());
        }
    }

    static float Expected(GuardedBuffer keys, int image, int block, int word, float rate, float number)
    {
        var (low, high) = (BitConverter.SingleToUInt32Bits(keys.Span[2 * image]),
            BitConverter.SingleToUInt32Bits(keys.Span[2 * image + 1]));
        var (first, second, third, fourth) = Philox.Block((uint)block, 0, Stream, 0, low, high);
        uint[] words = [first, second, third, fourth];
        return words[word] < rate * 4294967296.0 ? 0 : number * (float)(1 / (1 - (double)rate));
    }

    // 32-bit integers kept in floats.
    static GuardedBuffer Keys(int images)
    {
        var random = new Random(3);
        var keys = new GuardedBuffer(2 * images);
        for (var i = 0; i < 2 * images; i++) keys.Span[i] = BitConverter.Int32BitsToSingle(random.Next());
        return keys;
    }
}
