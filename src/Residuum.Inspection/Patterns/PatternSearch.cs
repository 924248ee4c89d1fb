using System.Collections.Immutable;
using Residuum.Foundation;
using Residuum.Gradients;
using Residuum.Graphs;
using Residuum.Inference;
using Residuum.Plans;

namespace Residuum.Inspection;

/// <summary>
/// Gradient ascent on the input of a network for some maps of a layer: one plan, compiled once, whose input says which map counts for which
/// picture of a batch.
/// </summary>
sealed class PatternSearch : IDisposable
{
    const string ResponseOutput = "response";
    const int MostAtOnce = 8;
    const double NoiseDeviation = 0.3;
    const double LastRate = 0.1;

    // Beyond the indices of pixels.
    const ulong FirstMove = 1UL << 40;

    readonly InspectedModel _model;
    readonly PatternOptions _options;
    readonly Plan _plan;
    readonly string _image;
    readonly string _seed;
    readonly string _gradient;
    readonly int _channels;
    readonly int _height;
    readonly int _width;
    readonly int _maps;
    readonly int _mapPixels;
    readonly bool _isOfClasses;

    public PatternSearch(InspectedModel model, PatternOptions options)
    {
        (_model, _options) = (model, options);
        var graph = model.Graph;
        var value = NamedFeatures.Find(graph, options.Layer, model.Name);
        var shape = graph.TypeOf(value).Shape;
        (_maps, _mapPixels) = (shape[1], shape.Rank == 4 ? shape[2] * shape[3] : 1);
        _isOfClasses = value == graph.Outputs[0].Value && model.Labels.Count == _maps;
        foreach (var map in options.Maps)
            if (map < 0 || map >= _maps)
                throw new ResiduumException($"'{options.Layer}' of {model.Name} has no map {map}; its maps are numbered "
                    + $"from 0 to {_maps - 1}.");

        var builder = new GraphBuilder();
        foreach (var node in graph.Nodes) builder.Add(node.Name, node.Op, node.Inputs.AsSpan());
        _seed = builder.Unused("response/seed");
        var seed = builder.Input(_seed, graph.TypeOf(value));
        var image = graph.Inputs.First();
        _image = image.Name;
        _gradient = Backward.OutputName(_image);
        var input = image.Outputs[0].Shape;
        (_channels, _height, _width) = (input[1], input[2], input[3]);
        if (_channels != model.Preprocessing.Channels)
            throw new ResiduumException($"The network {model.Name} takes images of {_channels} channels, which are no pictures "
                + "that could be shown.");
        var whole = Backward.Append(builder.Output(ResponseOutput, value).Build(), [new Seed(value, seed)], [image.Output()]);
        _plan = Plan.ForGradients(whole, Math.Min(options.Maps.Count, MostAtOnce), options.Threads);
        try
        {
            _plan.Load(model.Weights);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    int Pixels => _channels * _height * _width;

    public Patterns Run(Action<int, int>? progress, CancellationToken cancellation)
    {
        var patterns = ImmutableArray.CreateBuilder<Pattern>();
        var groups = _options.Maps.Chunk(_plan.MaximumBatch).ToArray();
        foreach (var maps in groups)
        {
            var before = patterns.Count / _plan.MaximumBatch * _options.Steps;
            patterns.AddRange(Search(maps, step => progress?.Invoke(before + step, groups.Length * _options.Steps), cancellation));
        }
        return new Patterns(_model.Name, _options.Layer, _options.Steps, _options.Seed, patterns.ToImmutable());
    }

    public void Dispose() => _plan.Dispose();

    Pattern[] Search(int[] maps, Action<int> progress, CancellationToken cancellation)
    {
        var pictures = maps.Select(Start).ToArray();
        var start = Responses(maps, pictures);
        var jitter = _options.Jitter ?? Math.Min(_height, _width) / 16;
        var gradient = new float[Pixels];
        for (var step = 0; step < _options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var share = (double)step / _options.Steps;
            foreach (var (picture, map) in pictures.Zip(maps)) picture.Move(Moved(map, step, jitter));
            Feed(maps, pictures);
            for (var i = 0; i < maps.Length; i++)
            {
                _plan.Output(_gradient).Slice(i * Pixels, Pixels).CopyTo(gradient);
                pictures[i].Climb(gradient, _options.Rate * (1 - (1 - LastRate) * share), _options.TotalVariation);
                pictures[i].Blur(_options.Blur * (1 - share));
                pictures[i].Clip(_model.Preprocessing);
                pictures[i].MoveBack();
            }
            progress(step + 1);
        }
        var reached = Responses(maps, pictures);
        return [.. maps.Select((map, i) =>
            new Pattern(map, _isOfClasses ? _model.Labels[map] : null, start[i],
                reached[i]) { Picture = pictures[i].ToImage(_model.Preprocessing) })];
    }

    PatternPicture Start(int map)
    {
        var picture = new PatternPicture(_channels, _height, _width);
        if (_options.From is { } image) _model.Prepare(image).Span<float>().CopyTo(picture.Numbers);
        else
        {
            var random = CounterRandom.For(RandomUse.Patterns, _options.Seed, (uint)map);
            for (var i = 0; i < Pixels; i++) picture.Numbers[i] = (float)(NoiseDeviation * random.Normal((ulong)i));
            picture.Clip(_model.Preprocessing);
        }
        return picture;
    }

    (int Down, int Right) Moved(int map, int step, int jitter)
    {
        var (first, second, _, _) = CounterRandom.For(RandomUse.Patterns, _options.Seed, (uint)map).Block(FirstMove + (ulong)step);
        return (CounterRandom.ToInt(first, 2 * jitter + 1) - jitter, CounterRandom.ToInt(second, 2 * jitter + 1) - jitter);
    }

    // Forward and back: the gradient of each picture's own map.
    void Feed(int[] maps, PatternPicture[] pictures)
    {
        var images = _plan.Input(_image);
        for (var i = 0; i < pictures.Length; i++) pictures[i].Numbers.CopyTo(images[(i * Pixels)..]);
        var seed = _plan.Input(_seed);
        seed.Clear();
        for (var i = 0; i < maps.Length; i++) seed.Slice((i * _maps + maps[i]) * _mapPixels, _mapPixels).Fill(1f / _mapPixels);
        _plan.Run(maps.Length);
    }

    double[] Responses(int[] maps, PatternPicture[] pictures)
    {
        Feed(maps, pictures);
        var values = _plan.Output(ResponseOutput);
        var responses = new double[maps.Length];
        for (var i = 0; i < maps.Length; i++)
        {
            foreach (var value in values.Slice((i * _maps + maps[i]) * _mapPixels, _mapPixels)) responses[i] += value;
            responses[i] /= _mapPixels;
        }
        return responses;
    }
}
