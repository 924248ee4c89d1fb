namespace Residuum.Kernels.Tests;

public class ActivationTests
{
    // Sums and products of two numbers below four, rounded twice at most.
    const double Rounding = 1e-6;

    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Functions_match_double_precision_and_keep_unused_lanes_zero(int channels, int height, int width, int images)
    {
        foreach (var inner in new[] { Lanes.Block, channels })
            foreach (var (haloA, haloB, haloC) in Numbers.Halos)
            {
                var layout = new Layout(channels, height, width, haloA, inner);
                var (a, b) = (Numbers.Random(layout, images, 1, 0, 4), Numbers.Random(layout, images, 2));
                using var first = new MapBuffer(layout, images, a);
                using var second = new MapBuffer(layout with { Halo = haloB }, images, b);
                using var target = new MapBuffer(layout with { Halo = haloC }, images);

                Everywhere.Run(images, w => MultiplyKernel.Create(first.Map, second.Map, target.Map, w), target);
                Numbers.Same(a.Zip(b, (x, y) => x * y), target.ToNchw());
                Everywhere.Run(images, w => ClipKernel.Create(first.Map, target.Map, 0.25f, 3, w), target);
                Numbers.Same(a.Select(x => Math.Clamp(x, 0.25f, 3)), target.ToNchw());
                Everywhere.Run(images, w => ClipGradientKernel.Create(first.Map, second.Map, target.Map, -0.5f, 0.25f, w), target);
                Numbers.Same(a.Zip(b, (dy, y) => y > -0.5f && y < 0.25f ? dy : 0), target.ToNchw());
                Everywhere.Run(images, w => AffineKernel.Create(first.Map, target.Map, -1.5f, 0.25f, w), target);
                Numbers.Near([.. a.Select(x => -1.5 * x + 0.25)], target.ToNchw(), Rounding);
                Everywhere.Run(images, w => SigmoidKernel.Create(first.Map, target.Map, w), target);
                Numbers.Near([.. a.Select(x => 1 / (1 + Math.Exp(-x)))], target.ToNchw(), 2e-7);
                Everywhere.Run(images, w => SigmoidGradientKernel.Create(first.Map, second.Map, target.Map, w), target);
                Numbers.Near([.. a.Zip(b, (dy, y) => (double)dy * y * (1 - y))], target.ToNchw(), 2 * Rounding);
            }
    }

    [Fact]
    public void The_sigmoid_is_within_four_units_in_the_last_place_wherever_it_is_a_normal_number()
    {
        const int count = 400_000;
        using var x = new MapBuffer(new Layout(1, 1, count, 0, 1), 1);
        using var y = new MapBuffer(new Layout(1, 1, count, 0, 1), 1);
        for (var i = 0; i < count; i++) x.Span[i] = (float)(-87 + 174.0 * i / (count - 1));
        Everywhere.Run(1, w => SigmoidKernel.Create(x.Map, y.Map, w), y);
        var worst = 0.0;
        for (var i = 0; i < count; i++)
        {
            var exact = 1 / (1 + Math.Exp(-(double)x.Span[i]));
            worst = Math.Max(worst, Math.Abs(y.Span[i] - exact) / exact);
        }
        Assert.True(worst <= 4 * Math.Pow(2, -23), $"The largest relative error is {worst:e2}.");
    }

    [Fact]
    public void Extreme_numbers_go_to_zero_and_one_and_nan_stays()
    {
        float[] numbers = [float.NegativeInfinity, -1000, -0.0f, 1000, float.PositiveInfinity, float.NaN];
        using var x = new MapBuffer(new Layout(6, 1, 1), 1, numbers);
        using var y = new MapBuffer(new Layout(6, 1, 1), 1);
        foreach (var width in Everywhere.Widths)
        {
            new ThreadTeam(1).Run(SigmoidKernel.Create(x.Map, y.Map, width), 1);
            var sigmoid = y.ToNchw();
            Assert.InRange(sigmoid[0], 0, 1e-37f);
            Assert.InRange(sigmoid[1], 0, 1e-37f);
            Assert.Equal([0.5f, 1, 1, float.NaN], sigmoid[2..]);
            new ThreadTeam(1).Run(ClipKernel.Create(x.Map, y.Map, -1, 6, width), 1);
            Assert.Equal([-1, -1, 0, 6, 6, float.NaN], y.ToNchw());
        }
    }
}
