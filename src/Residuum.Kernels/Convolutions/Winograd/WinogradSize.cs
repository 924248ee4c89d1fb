namespace Residuum.Kernels;

/// <summary>The side of Winograd's tile of results: F(2 x 2, 3 x 3) or F(4 x 4, 3 x 3).</summary>
internal enum WinogradSize
{
    Two = 2,
    Four = 4,
}

/// <summary>What follows from the size of a tile.</summary>
internal static class WinogradSizes
{
    /// <summary>Numbers that a tile reads along a side.</summary>
    public static int Inputs(this WinogradSize size) => (int)size + 2;

    /// <summary>Products of a tile in two dimensions.</summary>
    public static int Products(this WinogradSize size) => size.Inputs() * size.Inputs();

    /// <summary>G, row by row.</summary>
    public static ReadOnlySpan<double> Filter(this WinogradSize size) => size == WinogradSize.Four ? Winograd4.Filter : Winograd2.Filter;
}
