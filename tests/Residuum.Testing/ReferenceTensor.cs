using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Testing;

/// <summary>A double-precision array with its shape, last dimension fastest; integers (labels, positions) are held exactly.</summary>
public sealed class ReferenceTensor(Shape shape, double[] data)
{
    /// <summary>An array of zeros.</summary>
    public ReferenceTensor(Shape shape) : this(shape, new double[shape.Count]) { }

    /// <summary>The dimensions.</summary>
    public Shape Shape { get; } = shape;

    /// <summary>The elements.</summary>
    public double[] Data { get; } = data.Length == shape.Count
        ? data
        : throw new ResiduumException($"An array of the shape {shape} has {shape.Count} elements and was given {data.Length}.");

    /// <summary>An element of a vector.</summary>
    public ref double this[int i] => ref Data[i];

    /// <summary>An element of rows (N x features).</summary>
    public ref double this[int n, int f] => ref Data[n * Shape[1] + f];

    /// <summary>An element of images (N x C x H x W).</summary>
    public ref double this[int n, int c, int h, int w] => ref Data[((n * Shape[1] + c) * Shape[2] + h) * Shape[3] + w];
}

/// <summary>One node as its reference computes it: the outputs are made, filled with zeros, and still to be written.</summary>
sealed record ReferenceStep(Op Op, ReferenceTensor[] Inputs, ReferenceTensor[] Outputs)
{
    public ReferenceTensor Output => Outputs[0];
}

/// <summary>Computes a node.</summary>
delegate void ReferenceRule(ReferenceStep step);
