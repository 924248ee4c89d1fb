using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>What a name in an ONNX graph stands for while it is imported: numbers that are known, or a value of our graph.</summary>
abstract class OnnxValue(string name)
{
    /// <summary>Its name in the file.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// How a value of our graph stands for one of ONNX's. Ours are maps, N x C x H x W, or rows, N x F; exporters write reshapes and
/// transpositions between forms that hold the same numbers.
/// </summary>
enum OnnxForm
{
    /// <summary>Our map, as it is.</summary>
    Map,
    /// <summary>Our rows, as they are.</summary>
    Rows,
    /// <summary>Our rows stand for N x F x 1 x 1.</summary>
    Pixel,
    /// <summary>Our map stands for N x H x W x C.</summary>
    LastMap,
    /// <summary>Our rows stand for N x 1 x 1 x F.</summary>
    LastPixel,
    /// <summary>Our map stands for rows of H x W x C numbers each; only a linear layer can read that.</summary>
    LastRows,
}

/// <summary>Rows and columns of zeros around a map.</summary>
readonly record struct OnnxPadding(int Top, int Left, int Bottom, int Right)
{
    public bool IsNone => this == default;

    public OnnxPadding Plus(OnnxPadding other) =>
        new(checked(Top + other.Top), checked(Left + other.Left), checked(Bottom + other.Bottom), checked(Right + other.Right));
}

/// <summary>A value that follows from the image.</summary>
/// <param name="name">Its name in the file.</param>
/// <param name="value">Our value.</param>
/// <param name="form">What ours stands for.</param>
/// <param name="padding">Zeros around it that are yet to be added, since a convolution may add them itself; maps only.</param>
sealed class OnnxActivation(string name, Value value, OnnxForm form, OnnxPadding padding = default) : OnnxValue(name)
{
    public Value Value { get; } = value;

    public OnnxForm Form { get; } = form;

    public OnnxPadding Padding { get; } = padding;
}
