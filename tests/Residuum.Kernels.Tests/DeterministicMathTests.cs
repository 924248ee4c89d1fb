namespace Residuum.Kernels.Tests;

public class DeterministicMathTests
{
    const int Samples = 200_000;

    // Our error is below one unit in the last place, the platform's too: they may differ by two.
    [Fact]
    public void Exp_is_within_two_units_of_the_platform()
    {
        var random = new Random(1);
        for (var i = 0; i < Samples; i++)
        {
            var x = (random.NextDouble() - 0.5) * (i % 2 == 0 ? 1480 : 4);
            Within(Math.Exp(x), DeterministicMath.Exp(x), 2, x);
            Within(MathF.Exp((float)x), DeterministicMath.Exp((float)x), 1, x);
        }
        Assert.Equal(1, DeterministicMath.Exp(0.0));
        Assert.Equal(Math.E, DeterministicMath.Exp(1.0), 1e-15);
        Assert.Equal(0, DeterministicMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(double.PositiveInfinity));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(710.0));
        Within(Math.Exp(-745), DeterministicMath.Exp(-745.0), 1, -745);
        Assert.True(double.IsNaN(DeterministicMath.Exp(double.NaN)));
    }

    [Fact]
    public void Log_is_within_two_units_of_the_platform()
    {
        var random = new Random(2);
        for (var i = 0; i < Samples; i++)
        {
            var x = i % 2 == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64(1, 0x7FF0_0000_0000_0000)) : 0.5 + random.NextDouble();
            Within(Math.Log(x), DeterministicMath.Log(x), 2, x);
            Within(MathF.Log((float)x), DeterministicMath.Log((float)x), 1, x);
        }
        Assert.Equal(0, DeterministicMath.Log(1.0));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log(0.0));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Log(double.PositiveInfinity));
        Assert.True(double.IsNaN(DeterministicMath.Log(-1.0)));
        Assert.True(double.IsNaN(DeterministicMath.Log(double.NaN)));
    }

    [Fact]
    public void Sine_and_cosine_are_within_two_units_of_the_platform()
    {
        var random = new Random(3);
        for (var i = 0; i < Samples; i++)
        {
            var x = (random.NextDouble() - 0.5) * (i % 2 == 0 ? 4 * Math.PI : 2 * DeterministicMath.LargestAngle);
            var (sin, cos) = DeterministicMath.SinCos(x);
            Within(Math.Sin(x), sin, 2, x);
            Within(Math.Cos(x), cos, 2, x);
        }
        // Multiples of a right angle, rounded: what is left of them must be right to the last places too.
        for (var quarters = -1000; quarters <= 1000; quarters++)
        {
            Within(Math.Sin(quarters * (Math.PI / 2)), DeterministicMath.SinCos(quarters * (Math.PI / 2)).Sin, 2, quarters);
            Within(Math.Cos(quarters * (Math.PI / 2)), DeterministicMath.Cos(quarters * (Math.PI / 2)), 2, quarters);
        }
        Assert.Equal(1, DeterministicMath.Cos(0));
        Assert.Equal(-1, DeterministicMath.Cos(Math.PI));
        Assert.True(double.IsNaN(DeterministicMath.Cos(double.NaN)));
        Assert.Throws<ArgumentOutOfRangeException>(() => DeterministicMath.Cos(2e6));
    }

    // These bits were computed once and must come out on every system.
    [Fact]
    public void The_bits_are_the_same_everywhere()
    {
        long hash = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var x = i / 512.0 - 10;
            foreach (var value in new[] { DeterministicMath.Exp(x), DeterministicMath.Log(x + 10.5), DeterministicMath.Cos(x) })
                hash = unchecked(hash * 31 + BitConverter.DoubleToInt64Bits(value));
        }
        Assert.Equal(4325103153363651336, hash);
    }

    static void Within(double expected, double actual, int units, double x)
    {
        if (expected.Equals(actual)) return;
        var distance = Math.Abs(expected - actual) / (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected));
        if (!(distance <= units)) Assert.Fail($"{actual:R} of {x:R}, expected {expected:R}: {distance} units");
    }

    static void Within(float expected, float actual, int units, double x)
    {
        if (expected.Equals(actual)) return;
        var distance = Math.Abs((double)expected - actual) / (MathF.BitIncrement(MathF.Abs(expected)) - MathF.Abs(expected));
        if (!(distance <= units)) Assert.Fail($"{actual:R} of {x:R}, expected {expected:R}: {distance} units");
    }
}
