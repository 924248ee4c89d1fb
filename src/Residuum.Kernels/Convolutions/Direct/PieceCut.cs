namespace Residuum.Kernels;

/// <summary>
/// How passes over maps are cut into pieces: groups of images, of rows and of output blocks. It follows from the sizes of one image,
/// so that what runs together does not depend on the batch.
/// </summary>
/// <param name="RowGroups">Groups of rows.</param>
/// <param name="BlockGroups">Groups of output blocks.</param>
/// <param name="ImagesTogether">Images of a piece.</param>
/// <param name="RowsInnermost">Whether all groups of rows follow one another for a group of blocks, or the other way round.</param>
internal readonly record struct PieceCut(int RowGroups, int BlockGroups, int ImagesTogether, bool RowsInnermost)
{
    // About 6 microseconds on one core: far above the cost of taking a piece; a layer of a small image still makes several.
    const long WantedMultiplyAdds = 550_000;

    // Small layers are cut finer, for a few threads: a piece still takes longer than it takes threads to meet.
    const long LeastMultiplyAdds = 130_000;
    const int SomePieces = 4;

    // Weights that stay in the second-level cache beside the rows they are applied to.
    const long MostWeights = 128 * 1024;

    // Many weights come from far away: apply them to a good many pixels once they are here.
    const int PixelsToReuseWeights = 224;

    // Input that stays in the second-level cache while groups of output blocks pass over it.
    const long MostInputs = 300 * 1024;

    /// <summary>The cut for so much work, so many weights and inputs.</summary>
    /// <param name="multiplyAdds">Of one image.</param>
    /// <param name="weights">Floats of weights.</param>
    /// <param name="inputs">Floats of one image's input.</param>
    /// <param name="pixels">Results of one channel of one image.</param>
    /// <param name="rowUnits">Groups of rows that belong together.</param>
    /// <param name="blockUnits">Groups of output blocks that belong together.</param>
    public static PieceCut Create(long multiplyAdds, long weights, int inputs, int pixels, int rowUnits, int blockUnits)
    {
        var some = Math.Min(multiplyAdds / LeastMultiplyAdds, SomePieces);
        var wanted = (int)Math.Clamp(multiplyAdds / WantedMultiplyAdds, Math.Max(some, 1), 64);
        var (rows, blocks) = (1, 1);
        if (weights > MostWeights)
        {
            blocks = (int)Math.Min(blockUnits, Math.Max(wanted, (weights + MostWeights - 1) / MostWeights));
            rows = Math.Min(rowUnits, (wanted + blocks - 1) / blocks);
        }
        else
        {
            rows = Math.Min(rowUnits, wanted);
            blocks = Math.Min(blockUnits, (wanted + rows - 1) / rows);
        }
        var piece = Math.Max(1, multiplyAdds / (rows * blocks));
        var together = WantedMultiplyAdds / 2 / piece;
        if (weights > MostWeights) together = Math.Max(together, PixelsToReuseWeights / pixels);
        if (rows > 1) together = 1;
        together = Math.Min(together, MostInputs / inputs);
        // Where one image's input stays in the cache, each weight is fetched once for all its rows, and by one thread alone.
        return new PieceCut(rows, blocks, (int)Math.Clamp(together, 1, 8), weights > MostWeights && inputs <= MostInputs);
    }

    /// <summary>Pieces for so many images.</summary>
    public int Pieces(int images) => (images + ImagesTogether - 1) / ImagesTogether * RowGroups * BlockGroups;

    /// <summary>What a piece covers; images outermost, so that a thread's share of the pieces is a share of the images.</summary>
    public (int FirstImage, int EndImage, int RowGroup, int BlockGroup) Piece(int piece, int images)
    {
        var (imageGroup, rest) = Math.DivRem(piece, RowGroups * BlockGroups);
        var (rowGroup, blockGroup) = RowsInnermost ? (rest % RowGroups, rest / RowGroups) : (rest / BlockGroups, rest % BlockGroups);
        return (imageGroup * ImagesTogether, Math.Min(images, (imageGroup + 1) * ImagesTogether), rowGroup, blockGroup);
    }

    /// <summary>The bounds of one of so many nearly equal parts of a range, at multiples of a unit.</summary>
    public static (int First, int End) Part(int length, int unit, int part, int parts)
    {
        var units = (length + unit - 1) / unit;
        return ((int)((long)units * part / parts) * unit, Math.Min(length, (int)((long)units * (part + 1) / parts) * unit));
    }
}
