namespace Residuum.Kernels;

/// <summary>Windows slid over maps: what a convolution runs for ranges of rows and of blocks of channels.</summary>
internal abstract class Pass
{
    /// <summary>Rows of results.</summary>
    public abstract int Rows { get; }

    /// <summary>Output blocks that are computed together.</summary>
    public abstract int BlocksTogether { get; }

    /// <summary>Rows that are best not separated.</summary>
    public abstract int RowsTogether { get; }

    /// <summary>What running it compiles.</summary>
    public abstract IEnumerable<Delegate> Compiled { get; }

    /// <summary>The algorithm and the largest tile, for names.</summary>
    public abstract string TileName { get; }

    /// <summary>Computes rows of blocks of an image; the first block is a multiple of <see cref="BlocksTogether"/>.</summary>
    public abstract void Run(int image, int firstRow, int endRow, int firstBlock, int endBlock);
}
