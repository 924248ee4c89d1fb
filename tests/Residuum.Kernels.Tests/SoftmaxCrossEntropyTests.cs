namespace Residuum.Kernels.Tests;

public class SoftmaxCrossEntropyTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(10, 128, 0)]
    [InlineData(10, 33, 0.1)]
    [InlineData(1000, 5, 0.1)]
    public void Loss_and_gradient_match_double_precision(int classes, int images, double smoothing)
    {
        var logits = Numbers.Random(classes * images, 1, 3, 8);
        int[] labels = [.. Enumerable.Range(0, images).Select(image => image * 7 % classes)];
        var (expectedLosses, expectedGradient) = (new double[images], new double[logits.Length]);
        for (var image = 0; image < images; image++)
        {
            var row = logits.AsSpan(image * classes, classes).ToArray();
            var sum = row.Sum(logit => Math.Exp(logit));
            for (var i = 0; i < classes; i++)
            {
                var target = smoothing / classes + (i == labels[image] ? 1 - smoothing : 0);
                expectedLosses[image] -= target * (row[i] - Math.Log(sum));
                expectedGradient[image * classes + i] = (Math.Exp(row[i]) / sum - target) / images;
            }
        }

        using var rows = new GuardedBuffer(logits);
        using var labelBuffer = new GuardedBuffer(images);
        labels.CopyTo(labelBuffer.Address.IntegerSpan(images));
        using var losses = new GuardedBuffer(images);
        using var meanLoss = new GuardedBuffer(1);
        Everywhere.Run(images, _ => new SoftmaxCrossEntropyKernel(rows.Address, labelBuffer.Address, classes, smoothing, losses.Address,
            meanLoss.Address), losses, meanLoss);
        // Computed in double precision: only the last rounding, of numbers up to about 20.
        Numbers.Near(expectedLosses, losses.Raw(), 1e-6);
        Numbers.Near([expectedLosses.Average()], meanLoss.Raw(), 1e-6);

        using var upstream = new GuardedBuffer([-2.5f]);
        using var gradient = new GuardedBuffer(logits.Length);
        Everywhere.Run(images, _ => new SoftmaxCrossEntropyGradientKernel(
            rows.Address, labelBuffer.Address, classes, smoothing, Address.None,
            gradient.Address), gradient);
        Numbers.Near(expectedGradient, gradient.Raw(), 6e-8 / images);
        Everywhere.Run(images, _ => new SoftmaxCrossEntropyGradientKernel(
            rows.Address, labelBuffer.Address, classes, smoothing, upstream.Address,
            gradient.Address), gradient);
        Numbers.Near([.. expectedGradient.Select(number => -2.5 * number)], gradient.Raw(), 1.5e-7 / images);
    }

    [Fact]
    public void Logits_far_apart_neither_overflow_nor_vanish()
    {
        using var rows = new GuardedBuffer([1e4f, -1e4f, 0, 3e38f, -3e38f, 0]);
        using var labels = new GuardedBuffer(2);
        new[] { 1, 0 }.CopyTo(labels.Address.IntegerSpan(2));
        using var losses = new GuardedBuffer(2);
        new ThreadTeam(1).Run(new SoftmaxCrossEntropyKernel(rows.Address, labels.Address, 3, 0, losses.Address, Address.None), 2);
        Assert.Equal([2e4f, 0], losses.Raw());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_label_that_is_no_class_is_refused(int label)
    {
        using var rows = new GuardedBuffer([1, 2, 3]);
        using var labels = new GuardedBuffer(1);
        labels.Address.IntegerSpan(1)[0] = label;
        using var losses = new GuardedBuffer(3);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(1).Run(
            new SoftmaxCrossEntropyKernel(rows.Address, labels.Address, 3, 0, losses.Address, Address.None), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThreadTeam(1).Run(
            new SoftmaxCrossEntropyGradientKernel(rows.Address, labels.Address, 3, 0, Address.None, losses.Address), 1));
    }
}
