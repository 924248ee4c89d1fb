namespace Residuum.Images;

/// <summary>
/// The five filters that predict a byte of a row from its left, upper and upper left neighbours (PNG specification, section 9),
/// undone when reading and applied when writing. Neighbours outside the image are 0.
/// </summary>
static class PngFilters
{
    /// <summary>The number of filters: none, sub, up, average, Paeth.</summary>
    public const int Count = 5;

    /// <summary>Turns a filtered row into the row itself, in place.</summary>
    /// <param name="filter">0 to 4.</param>
    /// <param name="row">The row, without its filter byte.</param>
    /// <param name="above">The finished row above it, of the same length.</param>
    /// <param name="distance">Bytes to the left neighbour.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        above = above[..row.Length];
        switch (filter)
        {
            case 1:
                for (var i = distance; i < row.Length; i++) row[i] += row[i - distance];
                break;
            case 2:
                for (var i = 0; i < row.Length; i++) row[i] += above[i];
                break;
            case 3:
                for (var i = 0; i < Math.Min(distance, row.Length); i++) row[i] += (byte)(above[i] >> 1);
                for (var i = distance; i < row.Length; i++) row[i] += (byte)(row[i - distance] + above[i] >> 1);
                break;
            case 4:
                for (var i = 0; i < Math.Min(distance, row.Length); i++) row[i] += above[i];
                for (var i = distance; i < row.Length; i++) row[i] += Paeth(row[i - distance], above[i], above[i - distance]);
                break;
        }
    }

    /// <summary>Filters a row into <paramref name="target"/>.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int distance, Span<byte> target)
    {
        above = above[..row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            var (left, upperLeft) = i < distance ? ((byte)0, (byte)0) : (row[i - distance], above[i - distance]);
            target[i] = (byte)(row[i] - filter switch
            {
                1 => left,
                2 => above[i],
                3 => left + above[i] >> 1,
                4 => Paeth(left, above[i], upperLeft),
                _ => 0,
            });
        }
    }

    /// <summary>Whichever of the three neighbours is nearest to left + up - upper left; ties in that order.</summary>
    static byte Paeth(int left, int up, int upperLeft)
    {
        var toLeft = Math.Abs(up - upperLeft);
        var toUp = Math.Abs(left - upperLeft);
        var toUpperLeft = Math.Abs(left + up - 2 * upperLeft);
        return (byte)(toLeft <= toUp && toLeft <= toUpperLeft ? left : toUp <= toUpperLeft ? up : upperLeft);
    }
}
