namespace Residuum.Kernels.Tests;

public class BatchNormTests
{
    const double Epsilon = 1e-5;
    const double Momentum = 0.1;

    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Forward_by_batch_statistics_matches_double_precision(int channels, int height, int width, int images)
    {
        foreach (var (haloX, haloResidual, haloY) in Numbers.Halos)
            foreach (var (residual, relu) in new[] { (false, false), (true, true), (false, true) })
            {
                using var c = new Case(channels, height, width, images, haloX, haloResidual, haloY, relu, residual);
                using var scratch = new GuardedBuffer(BatchNormForwardKernel.ScratchLength(c.X.Map.Layout, images + 1));
                Everywhere.Run(images,
                    w => BatchNormForwardKernel.Create(
                        c.X.Map, c.ResidualMap, c.Y.Map, Address.None, c.Forward, scratch.Address, Epsilon, Momentum, relu, w),
                    () =>
                    {
                        c.RunningMean.Span.Fill(0.5f);
                        c.RunningVariance.Span.Fill(2);
                        scratch.Poison();
                    }, c.Y, c.Mean, c.Deviation, c.RunningMean, c.RunningVariance);

                // Numbers are below 10 here, normalized by at most 300: a few roundings of 6e-8 each.
                var count = images * height * width;
                Numbers.Near(c.Expected, c.Y.ToNchw(), 2e-5);
                Numbers.Near(c.Padded(k => c.Reference.Mean[k]), c.Mean.Raw(), 3e-7);
                Numbers.Near(c.Padded(k => 1), [.. c.Mean.Raw().Select((_, k) =>
                    k < channels ? (float)(c.Deviation.Raw()[k] / c.Reference.InverseDeviation[k]) : c.Deviation.Raw()[k])], 1e-6);
                Numbers.Near([.. c.Reference.Mean.Select(mean => 0.9 * 0.5 + 0.1 * mean)], c.RunningMean.Raw(), 1e-7);
                Numbers.Near([.. c.Reference.Variance.Select(variance => 0.9 * 2 + 0.1 * variance * count / Math.Max(count - 1, 1))],
                    c.RunningVariance.Raw(), 5e-7);
            }
    }

    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Forward_by_running_statistics_matches_double_precision(int channels, int height, int width, int images)
    {
        foreach (var (residual, relu) in new[] { (false, false), (true, true) })
        {
            using var c = new Case(channels, height, width, images, 0, 1, 3, relu, residual, running: true);
            using var scratch = new GuardedBuffer(BatchNormRunning.ScratchLength(c.X.Map.Layout));
            Everywhere.Run(images,
                w => BatchNormRunning.Create(c.X.Map, c.ResidualMap, c.Y.Map, c.Forward, scratch.Address, Epsilon, relu, w),
                scratch.Poison, c.Y, c.Mean, c.Deviation);
            Numbers.Near(c.Expected, c.Y.ToNchw(), 2e-6);
            Numbers.Near(c.Padded(k => c.Reference.Mean[k]), c.Mean.Raw(), 1e-7);
            Numbers.Near(c.Padded(k => c.Reference.InverseDeviation[k]), c.Deviation.Raw(), 3e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Numbers.Shapes), MemberType = typeof(Numbers))]
    public void Gradients_match_double_precision(int channels, int height, int width, int images)
    {
        foreach (var (haloX, haloDy, haloY) in Numbers.Halos)
            foreach (var (relu, masked, running) in new[]
                {
                    (false, false, false), (true, false, false), (true, true, false),
                    (false, false, true), (true, false, true), (true, true, true),
                })
            {
                using var c = new Case(channels, height, width, images, haloX, haloDy, haloY, relu, false, running);
                c.SetForward();
                var layout = c.X.Map.Layout;
                using var dy = new MapBuffer(layout with { Halo = haloDy }, images, c.UpstreamNumbers);
                using var dx = new MapBuffer(layout with { Halo = haloY }, images);
                using var maskedDy = new MapBuffer(layout with { Halo = haloX }, images);
                using var gammaGradient = new GuardedBuffer(c.PaddedChannels);
                using var betaGradient = new GuardedBuffer(c.PaddedChannels);
                using var scratch = new GuardedBuffer(BatchNormBackwardKernel.ScratchLength(layout, images + 1));
                var vectors = new BatchNormGradientVectors
                {
                    Gamma = c.Gamma.Address,
                    Mean = c.Mean.Address,
                    InverseDeviation = c.Deviation.Address,
                    GammaGradient = gammaGradient.Address,
                    BetaGradient = betaGradient.Address,
                };
                GuardedBuffer[] outputs = masked ? [dx, gammaGradient, betaGradient, maskedDy] : [dx, gammaGradient, betaGradient];
                Everywhere.Run(images,
                    w => BatchNormBackwardKernel.Create(
                        c.X.Map, dy.Map, relu ? c.Y.Map : Map.None, masked ? maskedDy.Map : Map.None, dx.Map,
                        vectors, scratch.Address, !running, w),
                    scratch.Poison, outputs);

                // Each of the sums has up to 3,000 numbers of at most 10: their roundings, 6e-8 of each, add up at random.
                var (expectedDx, expectedGamma, expectedBeta) = c.Reference.Gradient(c.MaskedUpstream, c.GammaNumbers, !running);
                var scale = c.Reference.InverseDeviation.Max() * 1e-6;
                Numbers.Near(expectedDx, dx.ToNchw(), 4 * scale);
                Numbers.Near(c.Padded(k => expectedGamma[k]), gammaGradient.Raw(), 1e-4);
                Numbers.Near(c.Padded(k => expectedBeta[k]), betaGradient.Raw(), 1e-4);
                if (masked) Numbers.Near(c.MaskedUpstream, maskedDy.ToNchw(), 0);
            }
    }

    [Theory]
    [InlineData(17, 6, 5, 4)]
    [InlineData(32, 33, 31, 2)]
    [InlineData(16, 3, 70, 3)]
    public void Sums_that_were_gathered_before_give_the_same_bits(int channels, int height, int width, int images)
    {
        using var c = new Case(channels, height, width, images, 1, 0, 1, relu: true, residual: false);
        var layout = c.X.Map.Layout;
        using var scratch = new GuardedBuffer(BatchNormForwardKernel.ScratchLength(layout, images));
        using var moments = new GuardedBuffer(BatchNormMoments.Length(layout, images));
        using var less = new GuardedBuffer(BatchNormForwardKernel.ScratchLength(layout, images, hasMoments: true));
        using var team = new ThreadTeam(2);
        void Forward(Address gathered, GuardedBuffer working) => team.Run(
            BatchNormForwardKernel.Create(c.X.Map, Map.None, c.Y.Map, gathered, c.Forward, working.Address, Epsilon, Momentum, true),
                images);
        Forward(Address.None, scratch);
        var (y, mean) = (c.Y.Raw(), c.Mean.Raw());
        team.Run(new ChunkPass(BatchNormMoments.Create(c.X.Map, moments.Address)), images);
        Forward(moments.Address, less);
        Numbers.AssertSameBits(y, c.Y.Raw(), "y");
        Numbers.AssertSameBits(mean, c.Mean.Raw(), "mean");

        using var dy = new MapBuffer(layout, images, c.UpstreamNumbers);
        using var dx = new MapBuffer(layout, images);
        using var sums = new GuardedBuffer(BatchNormGradientGather.Length(layout, images));
        using var gammaGradient = new GuardedBuffer(c.PaddedChannels);
        using var backward = new GuardedBuffer(BatchNormBackwardKernel.ScratchLength(layout, images));
        using var coefficients = new GuardedBuffer(BatchNormBackwardKernel.ScratchLength(layout, images, hasSums: true));
        var vectors = new BatchNormGradientVectors
        {
            Gamma = c.Gamma.Address,
            Mean = c.Mean.Address,
            InverseDeviation = c.Deviation.Address,
            GammaGradient = gammaGradient.Address,
        };
        team.Run(BatchNormBackwardKernel.Create(c.X.Map, dy.Map, c.Y.Map, Map.None, dx.Map, vectors, backward.Address, true), images);
        var (expected, gamma) = (dx.Raw(), gammaGradient.Raw());
        team.Run(new ChunkPass(BatchNormGradientGather.Create(c.X.Map, dy.Map, c.Y.Map, dy.Map, c.Mean.Address, sums.Address)), images);
        team.Run(BatchNormBackwardKernel.Create(c.X.Map, dy.Map, dy.Map, sums.Address, vectors, coefficients.Address, true), images);
        Numbers.AssertSameBits(expected, dy.Raw(), "dx");
        Numbers.AssertSameBits(gamma, gammaGradient.Raw(), "dgamma");
        foreach (var buffer in (GuardedBuffer[])[scratch, moments, less, sums, backward, coefficients]) buffer.CheckGuards();
    }

    [Fact]
    public void The_masked_gradient_may_replace_the_gradient_itself()
    {
        using var c = new Case(17, 6, 5, 4, 0, 0, 1, relu: true, residual: false);
        c.SetForward();
        using var dy = new MapBuffer(c.X.Map.Layout, 4);
        using var dx = new MapBuffer(c.X.Map.Layout, 4);
        using var scratch = new GuardedBuffer(BatchNormBackwardKernel.ScratchLength(c.X.Map.Layout, 4));
        var vectors = new BatchNormGradientVectors
        {
            Gamma = c.Gamma.Address,
            Mean = c.Mean.Address,
            InverseDeviation = c.Deviation.Address,
        };
        Everywhere.Run(4, w => BatchNormBackwardKernel.Create(c.X.Map, dy.Map, c.Y.Map, dy.Map, dx.Map, vectors, scratch.Address, true, w),
            () => dy.FromNchw(c.UpstreamNumbers), dy, dx);
        Numbers.Near(c.MaskedUpstream, dy.ToNchw(), 0);
        Numbers.Near(c.Reference.Gradient(c.MaskedUpstream, c.GammaNumbers, true).Dx, dx.ToNchw(), 1e-5);
    }

    [Theory]
    [InlineData(1e4, 1)]
    [InlineData(-300, 0.01)]
    public void A_mean_far_above_the_deviation_costs_the_variance_nothing(double mean, double deviation)
    {
        const int images = 8;
        var layout = new Layout(16, 32, 32, 1);
        var numbers = Numbers.Random(layout, images, 5, mean, deviation);
        var reference = new BatchNormReference(numbers, 16, 32 * 32, images, 0);
        using var x = new MapBuffer(layout, images, numbers);
        using var y = new MapBuffer(layout, images);
        using var inverse = new GuardedBuffer(16);
        using var scratch = new GuardedBuffer(BatchNormForwardKernel.ScratchLength(layout, images));
        var vectors = new BatchNormVectors { InverseDeviation = inverse.Address };
        Everywhere.Run(images,
            w => BatchNormForwardKernel.Create(x.Map, Map.None, y.Map, Address.None, vectors, scratch.Address, 0, Momentum, false, w),
                inverse, y);
        // The numbers themselves are rounded to 6e-8 of the mean; the statistics are of the rounded numbers and so exact to 1e-6.
        for (var channel = 0; channel < 16; channel++)
            Assert.Equal(1, inverse.Raw()[channel] / reference.InverseDeviation[channel], 1e-6);
    }

    [Fact]
    public void Gamma_and_beta_may_be_absent()
    {
        using var c = new Case(5, 4, 3, 2, 0, 0, 0, relu: false, residual: false);
        using var scratch = new GuardedBuffer(BatchNormForwardKernel.ScratchLength(c.X.Map.Layout, 2));
        Everywhere.Run(2,
            w => BatchNormForwardKernel.Create(
                c.X.Map, Map.None, c.Y.Map, Address.None, default, scratch.Address, Epsilon, Momentum, false, w), c.Y);
        Numbers.Near(c.Reference.Apply([1, 1, 1, 1, 1], [0, 0, 0, 0, 0]), c.Y.ToNchw(), 2e-6);
    }

    /// <summary>The buffers of one normalization and what double precision says of it.</summary>
    sealed class Case : IDisposable
    {
        readonly List<GuardedBuffer> _owned = [];
        readonly float[] _residual;
        readonly float[] _beta;
        readonly bool _relu;
        readonly bool _hasResidual;

        public Case(int channels, int height, int width, int images, int haloX, int haloResidual, int haloY, bool relu, bool residual,
            bool running = false)
        {
            (_relu, _hasResidual, Channels) = (relu, residual, channels);
            var layout = new Layout(channels, height, width, haloX);
            PaddedChannels = layout.Blocks * Lanes.Block;
            var numbers = Numbers.Random(layout, images, 1, 0.3, 2);
            _residual = Numbers.Random(layout, images, 2);
            UpstreamNumbers = Numbers.Random(layout, images, 3);
            GammaNumbers = Numbers.Random(channels, 4, 1, 0.5);
            _beta = Numbers.Random(channels, 5, 0.1, 0.3);
            X = Own(new MapBuffer(layout, images, numbers));
            Residual = Own(new MapBuffer(layout with { Halo = haloResidual }, images, _residual));
            Y = Own(new MapBuffer(layout with { Halo = haloY }, images));
            Gamma = Own(new GuardedBuffer(GammaNumbers));
            Beta = Own(new GuardedBuffer(_beta));
            Mean = Own(new GuardedBuffer(PaddedChannels));
            Deviation = Own(new GuardedBuffer(PaddedChannels));
            var (mean, variance) = (Numbers.Random(channels, 6), Numbers.Random(channels, 7, 1, 0.5));
            RunningMean = Own(new GuardedBuffer(mean));
            RunningVariance = Own(new GuardedBuffer(variance));
            Reference = running
                ? new BatchNormReference(numbers, channels, height * width, images, Epsilon, mean, variance)
                : new BatchNormReference(numbers, channels, height * width, images, Epsilon);
        }

        public int Channels { get; }
        public int PaddedChannels { get; }
        public MapBuffer X { get; }
        public MapBuffer Residual { get; }
        public MapBuffer Y { get; }
        public GuardedBuffer Gamma { get; }
        public GuardedBuffer Beta { get; }
        public GuardedBuffer Mean { get; }
        public GuardedBuffer Deviation { get; }
        public GuardedBuffer RunningMean { get; }
        public GuardedBuffer RunningVariance { get; }
        public float[] GammaNumbers { get; }
        public float[] UpstreamNumbers { get; }
        public BatchNormReference Reference { get; }
        public Map ResidualMap => _hasResidual ? Residual.Map : Map.None;

        public BatchNormVectors Forward => new()
        {
            Gamma = Gamma.Address,
            Beta = Beta.Address,
            Mean = Mean.Address,
            InverseDeviation = Deviation.Address,
            RunningMean = RunningMean.Address,
            RunningVariance = RunningVariance.Address,
        };

        public double[] Expected =>
        [
            .. Reference.Apply(GammaNumbers, _beta)
                .Select((y, i) => y + (_hasResidual ? _residual[i] : 0))
                .Select(y => _relu ? Math.Max(y, 0) : y),
        ];

        public double[] MaskedUpstream => [.. UpstreamNumbers.Zip(Expected, (dy, y) => _relu && y <= 0 ? 0.0 : dy)];

        public double[] Padded(Func<int, double> channel) =>
            [.. Enumerable.Range(0, PaddedChannels).Select(k => k < Channels ? channel(k) : 0)];

        /// <summary>Puts in place what a forward pass would have left.</summary>
        public void SetForward()
        {
            Y.FromNchw([.. Expected.Select(y => (float)y)]);
            Padded(k => Reference.Mean[k]).Select(x => (float)x).ToArray().CopyTo(Mean.Span);
            Padded(k => Reference.InverseDeviation[k]).Select(x => (float)x).ToArray().CopyTo(Deviation.Span);
        }

        public void Dispose() => _owned.ForEach(buffer => buffer.Dispose());

        T Own<T>(T buffer) where T : GuardedBuffer
        {
            _owned.Add(buffer);
            return buffer;
        }
    }
}
