using System.Globalization;
using System.Runtime.CompilerServices;

namespace Residuum.Culture.Tests;

/// <summary>
/// A culture that writes numbers as no other: a decimal comma, dots between thousands and a minus of its own. It is made by hand, so the
/// tests need no data of cultures on the machine; the process of these tests runs under it from its start.
/// </summary>
static class CommaCulture
{
    public static CultureInfo Info { get; } = Make();

    [ModuleInitializer]
    internal static void Enter() =>
        (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (Info, Info);

    /// <summary>What a function gives under the comma, having checked that the invariant culture gives the same.</summary>
    public static T Same<T>(Func<T> make)
    {
        var expected = Under(CultureInfo.InvariantCulture, make);
        var found = Under(Info, make);
        Assert.Equal(expected, found);
        return found;
    }

    static T Under<T>(CultureInfo culture, Func<T> make)
    {
        var (current, threads) = (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture);
        try
        {
            (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (culture, culture);
            return make();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.DefaultThreadCurrentCulture) = (current, threads);
        }
    }

    static CultureInfo Make()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        var format = culture.NumberFormat;
        format.NumberDecimalSeparator = format.PercentDecimalSeparator = format.CurrencyDecimalSeparator = ",";
        format.NumberGroupSeparator = format.PercentGroupSeparator = format.CurrencyGroupSeparator = ".";
        format.NegativeSign = "~";
        return CultureInfo.ReadOnly(culture);
    }
}
