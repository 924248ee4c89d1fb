namespace Residuum.Kernels;

/// <summary>The sum over images of dense rows of features: the gradient of a linear layer's bias. Added up in double precision.</summary>
internal sealed unsafe class RowSum(Address rows, int features, Address sums) : Kernel
{
    const int FeaturesInPiece = 64;

    public override string Name => "row_sum_f32";

    public override int Pieces(int phase, int images) => (features + FeaturesInPiece - 1) / FeaturesInPiece;

    public override void Run(int phase, int piece, int images)
    {
        var start = piece * FeaturesInPiece;
        var count = Math.Min(FeaturesInPiece, features - start);
        var total = stackalloc double[FeaturesInPiece];
        for (var image = 0; image < images; image++)
        {
            var row = rows.Pointer + (long)image * features + start;
            for (var i = 0; i < count; i++) total[i] += row[i];
        }
        for (var i = 0; i < count; i++) sums.Pointer[start + i] = (float)total[i];
    }
}
