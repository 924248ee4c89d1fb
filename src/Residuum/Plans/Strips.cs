using Residuum.Graphs;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>
/// Large batches go through a plan in strips of a few images, so that what one kernel writes is still in the cache when the next reads it,
/// and maps take less memory. Only where images have nothing to do with one another, so that it changes no result.
/// </summary>
sealed class Strips : IDisposable
{
    // What a kernel reads and writes of a strip: 64 MB, about what a last-level cache holds.
    const long MostFloats = 16 * 1024 * 1024;

    readonly List<Whole> _wholes = [];
    readonly int _images;

    /// <param name="graph">The graph of the plan.</param>
    /// <param name="images">Images of a strip.</param>
    /// <param name="maximumBatch">The most images of a run.</param>
    /// <param name="strip">Where the dense numbers of a strip's inputs and outputs are.</param>
    /// <param name="isDraft">Whether the plan is only looked at.</param>
    public Strips(Graph graph, int images, int maximumBatch, Func<Value, Address> strip, bool isDraft)
    {
        _images = images;
        foreach (var value in graph.Inputs.Select(node => node.Output()).Concat(graph.Outputs.Select(output => output.Value)).Distinct())
        {
            var length = checked((int)graph.TypeOf(value).Shape.WithBatch(1).Count);
            _wholes.Add(new Whole(value, graph.Nodes[value.Node].Op is Input, strip(value), length,
                isDraft ? NativeBuffer.WithoutMemory((long)length * maximumBatch) : new NativeBuffer((long)length * maximumBatch)));
        }
    }

    /// <summary>The even share of a batch that goes through the plan together: all of it where it is small or images are not
    /// independent.</summary>
    public static int Images(Graph graph, IReadOnlyDictionary<Value, Storage> storage, int maximumBatch)
    {
        if (graph.Updates.Any() || graph.Outputs.Any(output => !graph.TypeOf(output.Value).Shape.HasFreeBatch)
            || graph.Inputs.Any(input => !input.Outputs[0].Shape.HasFreeBatch)
            || graph.Nodes.Any(
            node => node.Op is BatchNorm { Statistics: Statistics.Batch } or FusedBatchNorm { Norm.Statistics: Statistics.Batch }))
            return maximumBatch;
        long Floats(Value value) => storage.TryGetValue(value, out var stored) ? stored.ImageLength : 0;
        var most = 0L;
        foreach (var node in graph.Nodes)
        {
            var floats = 0L;
            foreach (var value in node.Inputs) floats += Floats(value);
            for (var output = 0; output < node.Outputs.Length; output++) floats += Floats(node.Output(output));
            most = Math.Max(most, floats);
        }
        var strips = (maximumBatch * most + MostFloats - 1) / MostFloats;
        return strips <= 1 ? maximumBatch : (int)Math.Max(1, (maximumBatch + strips - 1) / strips);
    }

    /// <summary>The dense numbers of an input or an output for a whole batch.</summary>
    public Address Of(Value value) => _wholes.First(whole => whole.Value == value).Numbers.At(0);

    /// <summary>Floats for whole batches.</summary>
    public long TotalLength => _wholes.Sum(whole => whole.Numbers.Length);

    /// <summary>Runs a batch strip by strip.</summary>
    public void Run(int images, Action<int> run)
    {
        for (var first = 0; first < images; first += _images)
        {
            var count = Math.Min(_images, images - first);
            foreach (var whole in _wholes)
                if (whole.IsInput) whole.Part(first, count).CopyTo(whole.Strip.Span(count * whole.Length));
            run(count);
            foreach (var whole in _wholes)
                if (!whole.IsInput) whole.Strip.Span(count * whole.Length).CopyTo(whole.Part(first, count));
        }
    }

    public void Dispose()
    {
        foreach (var whole in _wholes) whole.Numbers.Dispose();
    }

    sealed record Whole(Value Value, bool IsInput, Address Strip, int Length, NativeBuffer Numbers)
    {
        public Span<float> Part(int first, int count) => Numbers.At((long)first * Length).Span(count * Length);
    }
}
