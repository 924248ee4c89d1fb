namespace Residuum.Kernels.Tests;

public class SgdUpdateTests
{
    [Theory]
    [InlineData(0, false, 0, 1)]
    [InlineData(0, false, 5e-4f, 1)]
    [InlineData(0.9f, false, 5e-4f, 1)]
    [InlineData(0.9f, true, 5e-4f, 1)]
    [InlineData(0.9f, true, 0, 0.25f)]
    public void Three_steps_match_the_formulas_in_double_precision(float momentum, bool nesterov, float decay, float scale)
    {
        // Ranges of odd lengths, one without decay, and a gap that must stay as it is.
        const int length = 9_001;
        DecayRange[] ranges = [new(0, 5_003, decay), new(5_003, 17, 0), new(5_100, length - 5_100, decay)];
        var start = Numbers.Random(length, 1);
        using var weights = new GuardedBuffer(length);
        using var gradients = new GuardedBuffer(length);
        using var buffer = new GuardedBuffer(length);
        double[] w = [.. start.Select(number => (double)number)];
        var b = new double[length];
        for (var step = 0; step < 3; step++)
        {
            var g = Numbers.Random(length, 10 + step);
            g.CopyTo(gradients.Span);
            foreach (var range in ranges)
                for (var i = range.Offset; i < range.Offset + range.Length; i++)
                {
                    var d = scale * (double)g[i] + range.WeightDecay * w[i];
                    b[i] = step == 0 ? d : momentum * b[i] + d;
                    w[i] -= 0.1f * (momentum == 0 ? d : nesterov ? d + momentum * b[i] : b[i]);
                }
        }
        Everywhere.Run(1, width => new ThreeSteps(Create(width), gradients, length), () =>
        {
            start.CopyTo(weights.Span);
            buffer.Span.Clear();
        }, weights, buffer);
        // Numbers below three, a few roundings each step.
        Numbers.Near(w, weights.Raw(), 1e-6);
        if (momentum != 0) Numbers.Near(b, buffer.Raw(), 1e-6);
        Assert.Equal(start[5_020..5_100], weights.Raw()[5_020..5_100]);

        SgdUpdate Create(int width)
        {
            var update = SgdUpdate.Create(weights.Address, gradients.Address, momentum == 0 ? Address.None : buffer.Address, ranges, width);
            (update.LearningRate, update.Momentum, update.Nesterov, update.GradientScale) = (0.1f, momentum, nesterov, scale);
            return update;
        }
    }

    [Fact]
    public void Momentum_without_a_buffer_is_refused()
    {
        using var numbers = new GuardedBuffer(new float[8]);
        var update = SgdUpdate.Create(numbers.Address, numbers.Address, Address.None, [new(0, 8, 0)]);
        update.Momentum = 0.9f;
        Assert.Throws<InvalidOperationException>(() => new ThreadTeam(1).Run(update, 1));
    }

    /// <summary>The update three times, each with the gradients of its step.</summary>
    sealed class ThreeSteps(SgdUpdate update, GuardedBuffer gradients, int length) : Kernel
    {
        public override string Name => "three steps";

        public override int Phases => 6;

        public override int Pieces(int phase, int images) => phase % 2 == 0 ? 1 : update.Pieces(0, images);

        public override void Run(int phase, int piece, int images)
        {
            if (phase % 2 == 0) Numbers.Random(length, 10 + phase / 2).CopyTo(gradients.Span);
            else update.Run(0, piece, images);
        }
    }
}
