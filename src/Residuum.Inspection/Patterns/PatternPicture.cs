using Residuum.Images;

namespace Residuum.Inspection;

/// <summary>A prepared picture that is changed step by step: channels x height x width numbers. The formulas are those of
/// <see cref="Patterns"/>.</summary>
sealed class PatternPicture(int channels, int height, int width)
{
    // Keeps the gradient of the total variation finite where neighbours are equal.
    const double Smoothing = 1e-4;

    float[] _numbers = new float[channels * height * width];
    float[] _other = new float[channels * height * width];
    (int Down, int Right) _moved;

    /// <summary>The pixels, as the network reads them.</summary>
    public Span<float> Numbers => _numbers;

    /// <summary>Moves the picture; what leaves on one side enters on the other.</summary>
    public void Move((int Down, int Right) by)
    {
        _moved = by;
        Shift(by.Down, by.Right);
    }

    /// <summary>Takes the last move back.</summary>
    public void MoveBack() => Shift(-_moved.Down, -_moved.Right);

    /// <summary>A step along the gradient, which is brought to size 1, and against the total variation.</summary>
    public void Climb(ReadOnlySpan<float> gradient, double rate, double variation)
    {
        var squares = 0.0;
        foreach (double g in gradient) squares += g * g;
        var size = Math.Sqrt(squares / gradient.Length);
        // A map that does not respond at all gives no direction, nor does one whose gradient is no number.
        var hasDirection = size > 0 && double.IsFinite(size);
        Span<float> slope = _other;
        TotalVariationGradient(slope);
        for (var i = 0; i < _numbers.Length; i++)
            _numbers[i] += (float)(rate * ((hasDirection ? gradient[i] / size : 0) - variation * slope[i]));
    }

    /// <summary>Goes towards the blurred picture by this share; the border is repeated beyond itself.</summary>
    public void Blur(double share)
    {
        if (share <= 0) return;
        for (var y = 0; y < channels * height; y++)
            for (var x = 0; x < width; x++)
                _other[y * width + x] = Smooth(
                    _numbers[y * width + Math.Max(x - 1, 0)], _numbers[y * width + x], _numbers[y * width + Math.Min(x + 1, width - 1)]);
        for (var channel = 0; channel < channels; channel++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var smooth = Smooth(Of(channel, Math.Max(y - 1, 0), x), Of(channel, y, x), Of(channel, Math.Min(y + 1, height - 1), x));
                    ref var number = ref _numbers[(channel * height + y) * width + x];
                    number += (float)(share * (smooth - number));
                }

        float Of(int channel, int y, int x) => _other[(channel * height + y) * width + x];

        static float Smooth(float before, float here, float after) => (before + 2 * here + after) / 4;
    }

    /// <summary>Keeps every pixel between black and white.</summary>
    public void Clip(Preprocessing preparation)
    {
        var plane = height * width;
        for (var channel = 0; channel < channels; channel++)
        {
            var (low, high) = (-preparation.Mean[channel] / preparation.Deviation[channel],
                (1 - preparation.Mean[channel]) / preparation.Deviation[channel]);
            foreach (ref var number in _numbers.AsSpan(channel * plane, plane)) number = Math.Clamp(number, low, high);
        }
    }

    /// <summary>The picture in bytes.</summary>
    public RgbImage ToImage(Preprocessing preparation)
    {
        var image = new RgbImage(width, height);
        var plane = height * width;
        for (var i = 0; i < plane; i++)
            for (var color = 0; color < 3; color++)
            {
                var channel = channels == 1 ? 0 : preparation.ReversedChannels ? 2 - color : color;
                var share = _numbers[channel * plane + i] * preparation.Deviation[channel] + preparation.Mean[channel];
                image.Pixels[3 * i + color] = (byte)Math.Round(255 * Math.Clamp(share, 0f, 1f));
            }
        return image;
    }

    void Shift(int down, int right)
    {
        if (down == 0 && right == 0) return;
        for (var row = 0; row < channels * height; row++)
        {
            var (channel, y) = (row / height, row % height);
            var target = (channel * height + Wrapped(y + down, height)) * width;
            for (var x = 0; x < width; x++) _other[target + Wrapped(x + right, width)] = _numbers[row * width + x];
        }
        (_numbers, _other) = (_other, _numbers);
    }

    static int Wrapped(int place, int length) => ((place % length) + length) % length;

    // d/dx of the sum over pixels of sqrt((right - here)^2 + (lower - here)^2 + smoothing).
    void TotalVariationGradient(Span<float> slope)
    {
        slope.Clear();
        for (var channel = 0; channel < channels; channel++)
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var here = (channel * height + y) * width + x;
                    var (right, lower) = (x + 1 < width ? here + 1 : here, y + 1 < height ? here + width : here);
                    double across = _numbers[right] - _numbers[here], down = _numbers[lower] - _numbers[here];
                    var length = Math.Sqrt(across * across + down * down + Smoothing);
                    slope[right] += (float)(across / length);
                    slope[lower] += (float)(down / length);
                    slope[here] -= (float)((across + down) / length);
                }
    }
}
