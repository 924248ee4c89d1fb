using Residuum.Images;
using Residuum.Tensors;

namespace Residuum.Inspection;

/// <summary>Covers a picture place by place, several places in one run of the network.</summary>
sealed class OcclusionRun
{
    const int Batch = 8;

    readonly InspectedModel _model;
    readonly RgbImage _image;
    readonly Tensor _prepared;
    readonly int _height;
    readonly int _width;
    readonly int _window;
    readonly int _stride;

    public OcclusionRun(InspectedModel model, RgbImage image, int? window, int? stride)
    {
        (_model, _image, _prepared) = (model, image, model.Prepare(image));
        (_height, _width) = (_prepared.Shape[2], _prepared.Shape[3]);
        _window = window ?? Math.Max(1, Math.Min(_height, _width) / 4);
        _stride = stride ?? Math.Max(1, _window / 4);
        if (_window < 1 || _window > Math.Min(_height, _width))
            throw new ResiduumException(
                $"A window of {_window} pixels does not fit {model.Name}, which sees {_width}x{_height}; choose 1 to "
                    + $"{Math.Min(_height, _width)}.");
        if (_stride < 1 || _stride > _window)
            throw new ResiduumException($"A stride of {_stride} pixels does not suit a window of {_window}, which would skip pixels; "
                + $"choose 1 to {_window}.");
    }

    /// <summary>The first row or column that a place of the window covers; the last place ends at the border.</summary>
    public static int Start(int place, int side, int window, int stride) => Math.Min(place * stride, side - window);

    public OcclusionMap Run(int? label, int threads, Action<int, int>? progress, CancellationToken cancellation)
    {
        var node = _model.Graph.Nodes[ClassScores.Logits(_model).Node].Name;
        using var probe = new Probe(_model, [node], Batch, threads);
        probe.Run(_prepared);
        var whole = probe.Value(node);
        var logits = whole.Span<float>().ToArray();
        var index = label is { } given ? ClassScores.Check(_model, given, logits.Length) : ClassScores.Best(logits, 1)[0];
        var score = ClassScores.Of(_model, logits, index);
        var (rows, columns) = (Places(_height), Places(_width));
        var (logitFall, probabilityFall) = (new float[rows * columns], new float[rows * columns]);
        for (var first = 0; first < logitFall.Length; first += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Math.Min(Batch, logitFall.Length - first);
            probe.Run(Covered(first, count, columns));
            ReadOnlySpan<float> results = probe.Value(node).Span<float>();
            for (var i = 0; i < count; i++)
            {
                var now = ClassScores.Of(_model, results.Slice(i * logits.Length, logits.Length), index);
                logitFall[first + i] = score.Logit - now.Logit;
                probabilityFall[first + i] = score.Probability - now.Probability;
            }
            progress?.Invoke(first + count, logitFall.Length);
        }
        return new OcclusionMap(_model.Name, score, _window, _stride, _height, _width, rows, columns, [.. logitFall], [.. probabilityFall])
        {
            View = PictureView.Of(_model.Preprocessing, _image),
        };
    }

    int Places(int side) => (side - _window + _stride - 1) / _stride + 1;

    Tensor Covered(int first, int count, int columns)
    {
        var result = new Tensor(ElementType.Float32, new Shape(count, _prepared.Shape[1], _height, _width));
        ReadOnlySpan<float> source = _prepared.Span<float>();
        var target = result.Span<float>();
        for (var i = 0; i < count; i++)
        {
            var picture = target.Slice(i * source.Length, source.Length);
            source.CopyTo(picture);
            var (top, left) = (Start((first + i) / columns, _height, _window, _stride),
                Start((first + i) % columns, _width, _window, _stride));
            for (var plane = 0; plane < source.Length; plane += _height * _width)
                for (var y = top; y < top + _window; y++) picture.Slice(plane + y * _width + left, _window).Clear();
        }
        return result;
    }
}
