using System.Runtime.CompilerServices;

namespace Residuum.Kernels;

/// <summary>
/// The gradient of a convolution to its input. The first phase turns the weights around (inputs become outputs, the window is
/// flipped); the second convolves dy with them. Input pixels that lie alike within the stride see the same window positions, so each
/// such set is one dense pass: four for a stride of two. Pixels that no window reaches become zero, and the halo of dx is written.
/// A gradient that comes by another way (a residual) can be added: dx = dy * w' + residual.
/// </summary>
internal sealed unsafe class ConvInputGradientKernel : Kernel
{
    readonly Pass[] _passes;
    readonly FlippedWeights _flipped;
    readonly PieceCut _cut;
    readonly Layout _dxLayout;
    readonly Address _dx;
    readonly int _blocksTogether;
    readonly int _rowUnit; // 0 where each pass has its own
    readonly ChunkGather? _gather;

    ConvInputGradientKernel(Pass[] passes, FlippedWeights flipped, PieceCut cut, Layout dxLayout, Address dx, int rowUnit,
        ChunkGather? gather, int width)
    {
        (_passes, _flipped, _cut, _dxLayout, _dx, _rowUnit, _gather) = (passes, flipped, cut, dxLayout, dx, rowUnit, gather);
        _blocksTogether = passes.Max(pass => pass.BlocksTogether);
        Name = $"conv-input-gradient {passes[0].TileName} f32x{width}{(gather is null ? "" : $" + {gather.Name}")}";
    }

    public override string Name { get; }

    public override int Phases => 2;

    /// <summary>Floats of working memory.</summary>
    public static long ScratchLength(ConvShape shape) => FlippedWeights.Length(shape);

    /// <summary>Zero pixels that dy must have around it.</summary>
    public static int RequiredHalo(ConvShape shape)
    {
        var halo = shape.StrideHeight == 2 && FlippedWeights.KeepsSmallGroups(shape) ? 1 : 0;
        for (var phase = 0; phase < shape.StrideHeight; phase++)
        {
            var axis = Axis.Create(shape.InputHeight, shape.KernelHeight, shape.StrideHeight, shape.PadTop, phase);
            halo = Math.Max(halo, axis.Halo(shape.OutputHeight));
        }
        for (var phase = 0; phase < shape.StrideWidth; phase++)
        {
            var axis = Axis.Create(shape.InputWidth, shape.KernelWidth, shape.StrideWidth, shape.PadLeft, phase);
            halo = Math.Max(halo, axis.Halo(shape.OutputWidth));
        }
        return halo;
    }

    /// <param name="shape">The sizes of the forward convolution.</param>
    /// <param name="dyLayout">The layout of dy, with at least <see cref="RequiredHalo"/>.</param>
    /// <param name="dxLayout">The layout of dx, any halo; narrow blocks are allowed.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="weights">The forward convolution's weights, packed for dx's <see cref="Layout.Inner"/>.</param>
    /// <param name="dx">The gradient of the input, written whole.</param>
    /// <param name="scratch">Memory of <see cref="ScratchLength"/>.</param>
    /// <param name="width">Floats in a vector; the widest where it is 0.</param>
    /// <param name="residual">Added to the gradient; or none. May be dx itself.</param>
    /// <param name="residualLayout">The layout of the residual; dx's channels and size, any halo.</param>
    /// <param name="gather">Sums that are taken of dx as it is written, or null.</param>
    public static ConvInputGradientKernel Create(ConvShape shape, Layout dyLayout, Layout dxLayout, Address dy, Address weights, Address dx,
        Address scratch, int width = 0, Address residual = default, Layout residualLayout = default, ChunkGather? gather = null)
    {
        shape.Check(dxLayout, dyLayout);
        if (!residual.IsNone && (residualLayout with { Halo = dxLayout.Halo } != dxLayout || dxLayout.Inner != Lanes.Block))
            throw new ArgumentException($"{residualLayout} cannot be added to {dxLayout}.");
        if (dyLayout.Halo < RequiredHalo(shape))
            throw new ArgumentException($"The halo of {dyLayout} is smaller than the {RequiredHalo(shape)} that {shape} needs.");
        if (width == 0) width = Lanes.Width;
        var flipped = new FlippedWeights(shape, dxLayout.Inner, weights, scratch);
        var passes = new List<Pass>();
        var work = 0L;
        var spreads = shape.StrideHeight == 2 && FlippedWeights.KeepsSmallGroups(shape);
        if (spreads)
        {
            passes.Add(new GroupSpreadPass(width, shape, ConvForwardKernel.View(dyLayout, dy), scratch,
                residual.IsNone ? MapView.None : ConvForwardKernel.View(residualLayout, residual), ConvForwardKernel.View(dxLayout, dx)));
            work = shape.MultiplyAdds;
        }
        for (var rowPhase = 0; rowPhase < shape.StrideHeight && !spreads; rowPhase++)
            for (var columnPhase = 0; columnPhase < shape.StrideWidth; columnPhase++)
            {
                var rows = Axis.Create(shape.InputHeight, shape.KernelHeight, shape.StrideHeight, shape.PadTop, rowPhase);
                var columns = Axis.Create(shape.InputWidth, shape.KernelWidth, shape.StrideWidth, shape.PadLeft, columnPhase);
                if (rows.Count <= 0 || columns.Count <= 0) continue;
                var reached = rows.Taps > 0 && columns.Taps > 0;
                var size = new PassSize(rows.Count, columns.Count, (shape.InputChannels + Lanes.Block - 1) / Lanes.Block,
                    reached ? shape.Backward.InputBlocks : 0, rows.Taps, columns.Taps * Lanes.Block);
                var x = ConvForwardKernel.View(dyLayout, dy);
                x = x with { Start = x.Start + sizeof(float) * (rows.FirstInput * x.Row + columns.FirstInput * x.Pixel) };
                MapView Written(Layout layout, Address map)
                {
                    var view = ConvForwardKernel.View(layout, map);
                    return view with
                    {
                        Start = view.Start + sizeof(float) * (rows.FirstOutput * view.Row + columns.FirstOutput * view.Pixel),
                        Row = shape.StrideHeight * view.Row,
                        Pixel = shape.StrideWidth * view.Pixel,
                    };
                }
                var (set, y) = (flipped.Of(rowPhase, columnPhase), Written(dxLayout, dx));
                var added = residual.IsNone ? MapView.None : Written(residualLayout, residual);
                passes.Add(FlippedWeights.KeepsSmallGroups(shape)
                    ? new GroupPass(width, shape.Reverse(), x, set, Address.None, added, false, y)
                    : new ConvPass(width, size, x, dyLayout.RowStride, set, Address.None, added, false, y, dxLayout.Inner,
                        shape.Backward.FirstInputBlocks));
                work += ConvForwardKernel.Work(size);
            }
        var together = passes.Max(pass => pass.BlocksTogether);
        // The passes of a stride write rows in turns, so that only a whole map is a range of rows that is written.
        var rowUnit = passes.Count == 1 ? ChunkGather.RowUnit(gather, passes[0].Rows, passes[0].RowsTogether) : 0;
        var rowUnits = passes.Count == 1 ? ConvForwardKernel.Units(passes[0].Rows, rowUnit) : gather is not null ? 1
            : passes.Min(pass => ConvForwardKernel.Units(pass.Rows, pass.RowsTogether));
        var cut = PieceCut.Create(work, flipped.TotalLength, dyLayout.ImageStride, dxLayout.Height * dxLayout.Width, rowUnits,
            ConvForwardKernel.Units(dxLayout.Blocks, together));
        return new ConvInputGradientKernel([.. passes], flipped, cut, dxLayout, dx, rowUnit, gather, width);
    }

    public override int Pieces(int phase, int images) => phase == 0 ? _flipped.Pieces : _cut.Pieces(images);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int phase, int piece, int images)
    {
        if (phase == 0)
        {
            _flipped.Write(piece);
            return;
        }
        var (firstImage, endImage, rowGroup, blockGroup) = _cut.Piece(piece, images);
        var (firstBlock, endBlock) = PieceCut.Part(_dxLayout.Blocks, _blocksTogether, blockGroup, _cut.BlockGroups);
        var (firstLine, endLine) = PieceCut.Part(_dxLayout.Height, Math.Max(1, _rowUnit), rowGroup, _cut.RowGroups);
        for (var image = firstImage; image < endImage; image++)
        {
            foreach (var pass in _passes)
            {
                var (firstRow, endRow) = PieceCut.Part(pass.Rows, _rowUnit > 0 ? _rowUnit : pass.RowsTogether, rowGroup, _cut.RowGroups);
                pass.Run(image, firstRow, endRow, firstBlock, endBlock);
            }
            if (_dxLayout.Halo > 0)
                for (var block = firstBlock; block < endBlock; block++) Halo.Clear(_dxLayout, _dx, image, block, firstLine, endLine);
            if (_gather is not null)
                for (var block = firstBlock; block < endBlock; block++) _gather.Gather(image, block, firstLine, endLine);
        }
    }

    /// <summary>
    /// Along one axis, the input positions i with (i + pad) mod stride = phase. Position i = stride q + phase - pad sees the outputs
    /// q - tap, by the weights at phase + stride tap.
    /// </summary>
    /// <param name="Count">How many such positions there are.</param>
    /// <param name="FirstOutput">The first of them.</param>
    /// <param name="FirstInput">The first output position that it sees; before the map where it is negative.</param>
    /// <param name="Taps">How many outputs each sees.</param>
    readonly record struct Axis(int Count, int FirstOutput, int FirstInput, int Taps)
    {
        public static Axis Create(int size, int kernel, int stride, int pad, int phase)
        {
            var taps = phase < kernel ? (kernel - phase - 1) / stride + 1 : 0;
            var first = pad > phase ? (pad - phase + stride - 1) / stride : 0;
            var start = stride * first + phase - pad;
            var count = start < size ? (size - 1 - start) / stride + 1 : 0;
            return new Axis(count, start, first - (taps - 1), taps);
        }

        /// <summary>How far beyond the map of so many outputs these positions see.</summary>
        public int Halo(int outputs) =>
            Taps == 0 || Count <= 0 ? 0 : Math.Max(0, Math.Max(-FirstInput, FirstInput + Count - 1 + Taps - outputs));
    }
}
