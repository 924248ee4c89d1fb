using System.Collections.Immutable;

namespace Residuum.Graphs;

/// <summary>Rows and columns of zeros around each map. Input: x (N x C x H x W). Output: N x C x (top + H + bottom) x (left + W +
/// right).</summary>
public sealed record PadPixels(int Top, int Left, int Bottom, int Right) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        if (Math.Min(Math.Min(Top, Left), Math.Min(Bottom, Right)) < 0) throw Mismatch("a padding is negative");
        var shape = inputs[0].Shape;
        return [inputs[0].With(shape[0], shape[1], checked(Top + shape[2] + Bottom), checked(Left + shape[3] + Right))];
    }
}

/// <summary>Each map without some rows and columns at its borders. Input: x (N x C x H x W). Output: what remains.</summary>
public sealed record CropPixels(int Top, int Left, int Bottom, int Right) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        if (Math.Min(Math.Min(Top, Left), Math.Min(Bottom, Right)) < 0)
            throw Mismatch("a number of rows or columns to cut off is negative");
        var shape = inputs[0].Shape;
        if ((long)Top + Bottom >= shape[2] || (long)Left + Right >= shape[3])
            throw Mismatch($"nothing remains of a map of {shape[2]}x{shape[3]} without {Top}, {Left}, {Bottom}, {Right} at its borders");
        return [inputs[0].With(shape[0], shape[1], shape[2] - Top - Bottom, shape[3] - Left - Right)];
    }
}

/// <summary>How <see cref="Upsample"/> makes the pixels between.</summary>
public enum UpsampleMode
{
    /// <summary>Each pixel repeated.</summary>
    Nearest,
    /// <summary>
    /// Weighted by distance between pixel centres, the border repeated beyond itself: PyTorch's <c>interpolate</c> with
    /// <c>align_corners=False</c>.
    /// </summary>
    Bilinear,
}

/// <summary>
/// Maps made larger by whole factors. Output pixel o lies at (o + 1/2) / factor - 1/2 of the input. Input: x (N x C x H x W).
/// Output: N x C x (H fh) x (W fw).
/// </summary>
public sealed record Upsample(int FactorHeight, int FactorWidth, UpsampleMode Mode) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "image");
        if (FactorHeight < 1 || FactorWidth < 1) throw Mismatch($"the factors {FactorHeight}x{FactorWidth} must be at least 1");
        var shape = inputs[0].Shape;
        return [inputs[0].With(shape[0], shape[1], checked(shape[2] * FactorHeight), checked(shape[3] * FactorWidth))];
    }
}

/// <summary>The gradient of <see cref="Upsample"/>: each pixel gathers what it gave, by the same weights. Input: dy. Output: dx.</summary>
public sealed record UpsampleGradient(int FactorHeight, int FactorWidth, UpsampleMode Mode) : Op
{
    /// <inheritdoc/>
    public override ImmutableArray<TensorType> Infer(ReadOnlySpan<TensorType> inputs)
    {
        Expect(inputs, 1, 1);
        ExpectRank(inputs[0], 4, "gradient");
        var shape = inputs[0].Shape;
        if (FactorHeight < 1 || FactorWidth < 1 || shape[2] % FactorHeight != 0 || shape[3] % FactorWidth != 0)
            throw Mismatch($"a gradient of {shape[2]}x{shape[3]} does not divide by {FactorHeight}x{FactorWidth}");
        return [inputs[0].With(shape[0], shape[1], shape[2] / FactorHeight, shape[3] / FactorWidth)];
    }
}
