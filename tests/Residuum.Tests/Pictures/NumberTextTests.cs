using Residuum.Pictures;

namespace Residuum.Tests.Pictures;

public class NumberTextTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(-0.00419, "-0.00419")]
    [InlineData(0.000123456, "0.000123")]
    [InlineData(0.0000123456, "1.23e-5")]
    [InlineData(999.4, "999")]
    [InlineData(-4567.8, "-4570")]
    [InlineData(99960, "1e5")]
    [InlineData(1.264e19, "1.26e19")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Numbers_have_three_digits_and_a_power_of_ten_only_far_from_1(double number, string text) =>
        Assert.Equal(text, NumberText.Short(number));

    [Fact]
    public void Shares_are_in_per_cent()
    {
        Assert.Equal("64.1 %", NumberText.Percent(0.6409));
        Assert.Equal("64 %", NumberText.Percent(0.6409, 0));
    }
}
