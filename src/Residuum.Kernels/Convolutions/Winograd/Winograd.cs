namespace Residuum.Kernels;

/// <summary>
/// Winograd's minimal filtering F(m x m, 3 x 3) (Winograd 1980; Lavin and Gray 2016, arXiv:1509.09308): m² results of a 3x3 window from
/// (m + 2)² products, Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A for data d and filter g. The matrices follow from interpolation points p: row i of G is
/// (1, p, p²) / N with N the product of p's distances from the others, row i of Bᵀ holds the coefficients of the product of (x - q)
/// over the other points q, row j of Aᵀ the powers pʲ; the last point is infinity. Everything is done for as many channels as a
/// vector has; pixels lie 16 floats apart.
/// </summary>
internal unsafe interface IWinograd
{
    /// <summary>Results of a tile along one side: m.</summary>
    static abstract int Outputs { get; }

    /// <summary>V = Bᵀ d B: from pixels, a row apart, to a number for each product.</summary>
    static abstract void Input<TVector, TOps>(float* d, nint row, float* v, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>;

    /// <summary>Y = Aᵀ M A, finished and stored.</summary>
    static abstract void Output<TVector, TOps>(float* m, nint product, in WinogradResult<TVector> y)
        where TVector : struct where TOps : struct, IOps<TVector>;

    /// <summary>A dY Aᵀ: what a gradient of the results is to the products.</summary>
    static abstract void Gradient<TVector, TOps>(float* dy, nint row, float* z, nint product)
        where TVector : struct where TOps : struct, IOps<TVector>;
}

/// <summary>Where a tile of results goes and what is done to it before: max(y + bias + residual, least).</summary>
internal unsafe struct WinogradResult<TVector> where TVector : struct
{
    public TVector Bias, Least;
    public float* Y, Residual;
    public nint YRow, ResidualRow;

    /// <summary>How many of the tile's rows and columns lie within the map.</summary>
    public int Rows, Columns;
}
