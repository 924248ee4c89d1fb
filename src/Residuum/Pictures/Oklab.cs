namespace Residuum.Pictures;

/// <summary>
/// A colour by lightness (0 black, 1 white) and two opponent axes, in which equal distances look about equal (B. Ottosson, "A perceptual
/// color space for image processing", 2020).
/// </summary>
/// <param name="L">Lightness.</param>
/// <param name="A">From green to red.</param>
/// <param name="B">From blue to yellow.</param>
readonly record struct Oklab(double L, double A, double B)
{
    /// <summary>A colour of this lightness and hue in degrees, as vivid as wanted or as a screen can show.</summary>
    public static Oklab OfHue(double lightness, double chroma, double degrees)
    {
        var (sine, cosine) = Kernels.DeterministicMath.SinCos(degrees * Math.PI / 180);
        var (low, high) = (0.0, chroma);
        if (At(high).IsShown) return At(high);
        for (var i = 0; i < 30; i++)
            if (At((low + high) / 2).IsShown) low = (low + high) / 2;
            else high = (low + high) / 2;
        return At(low);

        Oklab At(double vividness) => new(lightness, vividness * cosine, vividness * sine);
    }

    /// <summary>How different two colours look.</summary>
    public double DistanceTo(Oklab other) =>
        Math.Sqrt((L - other.L) * (L - other.L) + (A - other.A) * (A - other.A) + (B - other.B) * (B - other.B));

    /// <summary>The colour on the way to another.</summary>
    public Oklab Towards(Oklab other, double share) => new(L + share * (other.L - L), A + share * (other.A - A), B + share * (other.B - B));

    /// <summary>The bytes of sRGB, each the nearest.</summary>
    public Rgb ToRgb()
    {
        var (red, green, blue) = Linear;
        return new Rgb(Byte(red), Byte(green), Byte(blue));
    }

    // Whether each of red, green and blue is within what a screen has.
    bool IsShown => Linear is { Red: >= 0 and <= 1, Green: >= 0 and <= 1, Blue: >= 0 and <= 1 };

    (double Red, double Green, double Blue) Linear
    {
        get
        {
            var (l, m, s) = (Cube(L + 0.3963377774 * A + 0.2158037573 * B), Cube(L - 0.1055613458 * A - 0.0638541728 * B),
                Cube(L - 0.0894841775 * A - 1.2914855480 * B));
            return (4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
                -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
        }
    }

    static double Cube(double x) => x * x * x;

    // The transfer function of sRGB (IEC 61966-2-1).
    static byte Byte(double linear)
    {
        linear = Math.Clamp(linear, 0, 1);
        var encoded = linear <= 0.0031308 ? 12.92 * linear
            : 1.055 * Kernels.DeterministicMath.Exp(Kernels.DeterministicMath.Log(linear) / 2.4) - 0.055;
        return (byte)Math.Round(255 * encoded);
    }
}

/// <summary>A colour as bytes.</summary>
readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    /// <summary>A colour as style sheets write it, such as <c>#1f2328</c>.</summary>
    public static Rgb Parse(string text)
    {
        var number = Convert.ToInt32(text[1..], 16);
        return new Rgb((byte)(number >> 16), (byte)(number >> 8), (byte)number);
    }
}
