namespace Residuum.Kernels.Tests;

public class RowTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 10)]
    [InlineData(70, 17)]
    [InlineData(2, 5000)]
    public void Softmax_and_its_gradient_match_double_precision(int images, int features)
    {
        var (x, dy) = (Numbers.Random(images * features, 1, 0, 20), Numbers.Random(images * features, 2));
        var expected = x.Chunk(features).SelectMany(row =>
        {
            var powers = row.Select(number => Math.Exp(number - (double)row.Max())).ToArray();
            return powers.Select(power => power / powers.Sum());
        }).ToArray();
        using var source = new GuardedBuffer(x);
        using var y = new GuardedBuffer(images * features);
        Everywhere.Run(images, _ => new SoftmaxKernel(source.Address, y.Address, features), y);
        // Computed in double precision and rounded once.
        Numbers.Near(expected, y.Raw(), 6e-8);

        var probabilities = y.Raw();
        var expectedDx = probabilities.Chunk(features).Zip(dy.Chunk(features)).SelectMany(rows =>
        {
            var sum = rows.First.Zip(rows.Second, (p, d) => (double)p * d).Sum();
            return rows.First.Zip(rows.Second, (p, d) => p * (d - sum));
        }).ToArray();
        using var gradient = new GuardedBuffer(dy);
        using var dx = new GuardedBuffer(images * features);
        Everywhere.Run(images, _ => new SoftmaxGradientKernel(gradient.Address, y.Address, dx.Address, features), dx);
        Numbers.Near(expectedDx, dx.Raw(), 6e-8);
    }

    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Squared_errors_and_their_gradient_match_double_precision(int channels, int height, int width, int images)
    {
        // As maps, and as rows: one line of single numbers.
        foreach (var (layout, halo) in new[]
            {
                (new Layout(channels, height, width), 0), (new Layout(channels, height, width, 1), 0),
                    (new Layout(channels, height, width), 2),
                (new Layout(1, 1, channels * height * width, 0, 1), 0),
            })
        {
            var (numbers, targets) = (Numbers.Random(layout, images, 1), Numbers.Random(layout, images, 2));
            using var x = new MapBuffer(layout, images, numbers);
            using var target = new MapBuffer(layout with { Halo = halo }, images, targets);
            using var losses = new GuardedBuffer(images);
            using var mean = new GuardedBuffer(1);
            Everywhere.Run(images, w => MeanSquaredErrorKernel.Create(x.Map, target.Map, losses.Address, mean.Address, w), losses, mean);
            var squares = numbers.Zip(targets, (a, b) => Math.Pow((double)a - b, 2)).ToArray();
            // Rows of up to 56 squares below four are summed in single precision.
            Numbers.Near([.. squares.Chunk(layout.Elements).Select(image => image.Average())], losses.Raw(), 2e-6);
            Numbers.Near([squares.Average()], mean.Raw(), 2e-6);

            using var upstream = new GuardedBuffer([0.7f]);
            using var dx = new MapBuffer(layout with { Halo = halo }, images);
            Everywhere.Run(images, w => MeanSquaredErrorGradientKernel.Create(x.Map, target.Map, upstream.Address, dx.Map, w), dx);
            Numbers.Near([.. numbers.Zip(targets, (a, b) => 2 * 0.7f * ((double)a - b) / numbers.Length)], dx.ToNchw(),
                5e-7 / numbers.Length);
        }
    }
}
