using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>Arithmetic on dimensions that a stranger wrote: nothing overflows unnoticed.</summary>
static class Elements
{
    /// <summary>The product of dimensions that are 0 or more; false where it exceeds 64 bits. A dimension of 0 makes it 0 whatever the
    /// others are.</summary>
    public static bool TryCount(IReadOnlyList<long> dimensions, out long count)
    {
        count = 0;
        foreach (var dimension in dimensions)
            if (dimension == 0) return true;
        count = 1;
        foreach (var dimension in dimensions)
        {
            if (count > long.MaxValue / dimension) return false;
            count *= dimension;
        }
        return true;
    }

    /// <summary>The shape with these dimensions, or null where a tensor of so many bytes, or one of its dimensions, is more than we can
    /// hold.</summary>
    public static Shape? ToShape(IReadOnlyList<long> dimensions, long bytes)
    {
        if (bytes > Array.MaxLength) return null;
        var narrow = new int[dimensions.Count];
        long product = 1;
        for (var i = 0; i < narrow.Length; i++)
        {
            if (dimensions[i] > int.MaxValue) return null;
            narrow[i] = (int)dimensions[i];
            // A later zero does not save Shape.Count from overflowing on the way to it.
            if (product != 0 && narrow[i] != 0 && product > long.MaxValue / narrow[i]) return null;
            product *= narrow[i];
        }
        return new Shape(narrow);
    }
}
