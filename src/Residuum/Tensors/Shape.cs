using System.Collections.Immutable;

namespace Residuum.Tensors;

/// <summary>
/// The dimensions of a tensor, outermost first; an immutable value that compares by content.
/// Images are N x C x H x W. Inside a graph the first dimension may be <see cref="Batch"/>, which stands for any number of images.
/// </summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>Stands for a batch size that is not fixed yet.</summary>
    public const int Batch = -1;

    readonly ImmutableArray<int> _dimensions;

    /// <summary>A shape with these dimensions; none for a scalar.</summary>
    public Shape(params ReadOnlySpan<int> dimensions)
    {
        for (var i = 0; i < dimensions.Length; i++)
            if (dimensions[i] < 0 && !(i == 0 && dimensions[i] == Batch))
                throw new ResiduumException(
                    $"The shape {string.Join('x', dimensions.ToArray().Select(side => $"{side}"))} has a negative dimension; "
                        + "dimensions are 0 or more.");
        _dimensions = [.. dimensions];
    }

    /// <summary>The dimensions, outermost first.</summary>
    public ImmutableArray<int> Dimensions => _dimensions.IsDefault ? [] : _dimensions;

    /// <summary>The number of dimensions; 0 for a scalar.</summary>
    public int Rank => Dimensions.Length;

    /// <summary>One dimension, counted from the outermost.</summary>
    public int this[int index] => Dimensions[index];

    /// <summary>Whether the first dimension is a batch size that is not fixed yet.</summary>
    public bool HasFreeBatch => Rank > 0 && Dimensions[0] == Batch;

    /// <summary>The number of elements; the shape must not have a free batch.</summary>
    public long Count
    {
        get
        {
            if (HasFreeBatch) throw new InvalidOperationException($"The shape {this} has a free batch; fix it with WithBatch.");
            long count = 1;
            foreach (var dimension in Dimensions) count = checked(count * dimension);
            return count;
        }
    }

    /// <summary>The same shape with its free first dimension, if any, fixed.</summary>
    public Shape WithBatch(int batch) => HasFreeBatch ? new Shape([batch, .. Dimensions.AsSpan()[1..]]) : this;

    /// <inheritdoc/>
    public bool Equals(Shape other) => Dimensions.AsSpan().SequenceEqual(other.Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var dimension in Dimensions) hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes have the same dimensions.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>For example <c>Nx64x56x56</c>; <c>scalar</c> for rank 0.</summary>
    public override string ToString() =>
        Rank == 0 ? "scalar" : string.Join('x', Dimensions.Select(dimension => dimension == Batch ? "N" : $"{dimension}"));
}
