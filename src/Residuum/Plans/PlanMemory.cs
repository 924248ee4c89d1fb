using Residuum.Graphs;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>
/// The memory of a plan in its parts: parameters and their gradients (each one stretch, in the same order, so that an update is one
/// pass), other constants and state, what the caller hands in and out, and one stretch that the values of a run share by lifetime.
/// </summary>
sealed class PlanMemory : IDisposable
{
    readonly Dictionary<Value, Address> _addresses = [];
    readonly Dictionary<Value, Address> _staging = [];
    readonly List<NativeBuffer> _buffers = [];
    readonly bool _isDraft;

    /// <param name="graph">The graph of the plan.</param>
    /// <param name="storage">How its values lie.</param>
    /// <param name="scale">What the plan is made for.</param>
    /// <param name="weights">
    /// The memory of a plan of the same graph, storage and scale whose parameters and constants this one shares; null for its own.
    /// </param>
    public PlanMemory(Graph graph, IReadOnlyDictionary<Value, Storage> storage, PlanScale scale, PlanMemory? weights = null)
    {
        _isDraft = scale.IsDraft;
        var images = scale.Images;
        var handedOut = graph.Outputs.Select(output => output.Value).ToHashSet();
        HashSet<Value> needed = [.. graph.Nodes.Where(node => KernelTable.Has(node.Op.GetType())).SelectMany(node => node.Inputs),
            .. handedOut];
        Ranges = ParameterRanges(graph, storage, needed, out var parameterLength);
        ParameterLength = parameterLength;
        Parameters = weights?.Parameters ?? Allocate(parameterLength);
        foreach (var range in Ranges) _addresses[range.Node.Output()] = Parameters + range.Offset;

        PlaceGradients(graph, storage);
        PlaceConstants(graph, storage, needed, weights);
        AliasUpdates(graph);
        PlaceStaging(graph, storage, handedOut, images);

        var values = storage.Where(pair => !_addresses.ContainsKey(pair.Key) && IsPlaced(graph.Nodes[pair.Key.Node], pair.Key, needed))
            .ToDictionary();
        var placement = MemoryPlanner.Place(graph, values, handedOut, images);
        ActivationLength = placement.Length;
        var activations = Allocate(placement.Length);
        foreach (var (value, offset) in placement.Offsets) _addresses[value] = activations + offset;

        ScratchLength = graph.Nodes.Max(node => KernelTable.Find(node.Op).Scratch?.Invoke(graph, node, storage, scale) ?? 0);
        Scratch = Allocate(ScratchLength);
    }

    /// <summary>Where a parameter lies within <see cref="Parameters"/>, and its gradient, if it has one, within
    /// <see cref="Gradients"/>.</summary>
    public sealed record Range(Node Node, long Offset, long Length, bool HasGradient);

    /// <summary>All parameters that kernels read, in the graph's order.</summary>
    public IReadOnlyList<Range> Ranges { get; }

    /// <summary>The first number of the parameters.</summary>
    public Address Parameters { get; }

    /// <summary>The first number of the parameters' gradients; none where the graph has none.</summary>
    public Address Gradients { get; private set; }

    /// <summary>Floats that parameters take, and gradients if there are any.</summary>
    public long ParameterLength { get; }

    /// <summary>Floats of constants, of folded weights among them, and of state.</summary>
    public long ConstantLength { get; private set; }

    /// <summary>Floats that the values of a run share.</summary>
    public long ActivationLength { get; }

    /// <summary>Floats that kernels may use while they run.</summary>
    public long ScratchLength { get; }

    /// <summary>The memory that kernels may use while they run.</summary>
    public Address Scratch { get; }

    /// <summary>All floats of the plan.</summary>
    public long TotalLength => _buffers.Sum(buffer => buffer.Length);

    /// <summary>Where a value begins; none where nobody reads it.</summary>
    public Address AddressOf(Value value) => _addresses.GetValueOrDefault(value);

    /// <summary>Where the caller's dense numbers of an input or an output lie, or null.</summary>
    public Address? Staging(Value value) => _staging.TryGetValue(value, out var address) ? address : null;

    public void Dispose()
    {
        foreach (var buffer in _buffers) buffer.Dispose();
    }

    // Kernels leave out what nobody needs, but for their first output and the losses of images. What was folded into others is not there.
    static bool IsPlaced(Node node, Value value, HashSet<Value> needed) =>
        !HostValues.Covers(node.Op) && (needed.Contains(value) || value.Output == 0 || node.Op is SoftmaxCrossEntropy or MeanSquaredError);

    static List<Range> ParameterRanges(Graph graph, IReadOnlyDictionary<Value, Storage> storage, HashSet<Value> needed, out long length)
    {
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet();
        var ranges = new List<Range>();
        length = 0;
        foreach (var node in graph.Parameters)
        {
            if (!needed.Contains(node.Output())) continue;
            var size = storage[node.Output()].Length(0);
            ranges.Add(new Range(node, length, size, outputs.Contains(Residuum.Gradients.Backward.OutputName(node.Name))));
            length += size;
        }
        return ranges;
    }

    // A gradient handed out for a parameter lies beside those of the other parameters, packed as the parameter is.
    void PlaceGradients(Graph graph, IReadOnlyDictionary<Value, Storage> storage)
    {
        var outputs = graph.Outputs.ToDictionary(output => output.Name, output => output.Value);
        foreach (var range in Ranges)
        {
            if (!range.HasGradient) continue;
            var gradient = outputs[Residuum.Gradients.Backward.OutputName(range.Node.Name)];
            if (Gradients.IsNone) Gradients = Allocate(ParameterLength);
            if (storage[gradient].Length(0) != range.Length)
                throw new InvalidOperationException($"The gradient of '{range.Node.Name}' is not packed as the parameter is.");
            _addresses[gradient] = Gradients + range.Offset;
        }
    }

    void PlaceConstants(Graph graph, IReadOnlyDictionary<Value, Storage> storage, HashSet<Value> needed, PlanMemory? weights)
    {
        var constants = graph.Nodes.Where(node => HostValues.Covers(node.Op) && node.Op is not Parameter)
            .Where(node => node.Op is State || needed.Contains(node.Output())).Select(node => node.Output()).ToList();
        if (weights is not null)
        {
            foreach (var value in constants) _addresses[value] = weights._addresses[value];
            return;
        }
        ConstantLength = constants.Sum(value => storage[value].Length(0));
        var buffer = Allocate(ConstantLength);
        foreach (var value in constants)
        {
            _addresses[value] = buffer;
            buffer += storage[value].Length(0);
        }
    }

    // A run ends by writing new state: the kernel that makes it writes it in place.
    void AliasUpdates(Graph graph)
    {
        foreach (var update in graph.Updates) _addresses[update.Value] = _addresses[new Value(update.State)];
    }

    void PlaceStaging(Graph graph, IReadOnlyDictionary<Value, Storage> storage, HashSet<Value> handedOut, int images)
    {
        foreach (var node in graph.Inputs)
        {
            var value = node.Output();
            _staging[value] = Allocate(DenseLength(storage[value], images));
            if (storage[value] is not MapStorage) _addresses[value] = _staging[value];
        }
        foreach (var value in handedOut)
            if (storage[value] is MapStorage && !_staging.ContainsKey(value))
                _staging[value] = Allocate(DenseLength(storage[value], images));
    }

    static long DenseLength(Storage storage, int images) =>
        storage is MapStorage map ? (long)map.Layout.Elements * images : storage.Length(images);

    Address Allocate(long length)
    {
        var buffer = _isDraft ? NativeBuffer.WithoutMemory(length) : new NativeBuffer(length);
        _buffers.Add(buffer);
        return buffer.At(0);
    }
}
