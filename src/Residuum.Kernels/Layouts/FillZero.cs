namespace Residuum.Kernels;

/// <summary>Sets numbers to zero: so many, or so many for each image of the batch.</summary>
internal sealed unsafe class FillZero(Address target, long length, bool perImage = false) : Kernel
{
    const int FloatsInPiece = 16384;

    readonly Address _target = target;

    public override string Name => "fill_zero_f32";

    public override int Pieces(int phase, int images) => (int)((Length(images) + FloatsInPiece - 1) / FloatsInPiece);

    public override void Run(int phase, int piece, int images)
    {
        var start = (long)piece * FloatsInPiece;
        new Span<float>(_target.Pointer + start, (int)Math.Min(FloatsInPiece, Length(images) - start)).Clear();
    }

    long Length(int images) => perImage ? length * images : length;
}
