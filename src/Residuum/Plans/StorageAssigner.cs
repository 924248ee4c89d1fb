using Residuum.Graphs;
using Residuum.Kernels;
using Residuum.Tensors;

namespace Residuum.Plans;

/// <summary>
/// Decides for every value how it lies in memory: maps get the halo that their most demanding reader wants, images of few colours
/// keep their channels together, weights are packed as the map that they meet.
/// </summary>
sealed class StorageAssigner
{
    // Up to this many colours are kept side by side; more are padded to a block of channels.
    const int MostColours = 4;

    readonly Graph _graph;
    readonly Dictionary<Value, Storage> _storage = [];

    readonly PlanScale _scale;

    StorageAssigner(Graph graph, PlanScale scale) => (_graph, _scale) = (graph, scale);

    public static IReadOnlyDictionary<Value, Storage> Assign(Graph graph, PlanScale scale)
    {
        var assigner = new StorageAssigner(graph, scale);
        var halos = assigner.Halos();
        var colours = assigner.ColourImages();
        foreach (var node in graph.Nodes)
            for (var output = 0; output < node.Outputs.Length; output++)
            {
                var value = node.Output(output);
                var storage = (node.Op, output) switch
                {
                    (FusedConv2d, FusedConv2d.Moments) => new ChunkStorage(assigner.LayoutOf(node), BatchNormMoments.Sums),
                    (FusedConvInputGradient, FusedConvInputGradient.Sums) =>
                        new ChunkStorage(assigner.LayoutOf(node), BatchNormGradientGather.Sums),
                    _ => Simple(node.Outputs[output].Shape, halos.GetValueOrDefault(value), colours.Contains(value)),
                };
                if (storage is not null) assigner._storage[value] = storage;
            }
        foreach (var output in graph.Outputs)
            if (assigner._storage.GetValueOrDefault(output.Value) is ChunkStorage)
                throw new ResiduumException($"The plan cannot hand out '{output.Name}', whose sums it keeps in parts; sum the map itself.");
        assigner.AssignWeights();
        return assigner._storage;
    }

    Dictionary<Value, int> Halos()
    {
        var halos = new Dictionary<Value, int>();
        foreach (var node in _graph.Nodes)
            for (var input = 0; input < node.Inputs.Length; input++)
            {
                var halo = KernelTable.Find(node.Op).Halo?.Invoke(_graph, node, input) ?? 0;
                var value = node.Inputs[input];
                halos[value] = Math.Max(halo, halos.GetValueOrDefault(value));
            }
        return halos;
    }

    HashSet<Value> ColourImages() =>
    [
        .. _graph.Inputs.Select(node => node.Output())
            .Where(value => _graph.TypeOf(value).Shape is { Rank: 4 } shape && shape[1] <= MostColours)
            .Where(value => _graph.Nodes.Where(node => node.Inputs.Contains(value)).All(node =>
                node.Op is Conv2d or FusedConv2d or ConvWeightGradient && GroupsOf(node.Op) == 1
                    && !node.Inputs.AsSpan()[1..].Contains(value)
                && !(node.Op is Conv2d or FusedConv2d && IsReadByInputGradient(node.Inputs[1])))),
    ];

    // The gradient of an image lies in whole blocks, and one weight is packed in one way for both directions.
    bool IsReadByInputGradient(Value weight) => _graph.Nodes.Any(
        node => node.Op is ConvInputGradient or FusedConvInputGradient or ConvTranspose2d && node.Inputs[1] == weight);

    static Storage? Simple(Shape shape, int halo, bool colours) => (shape.HasFreeBatch, shape.Rank) switch
    {
        (true, 4) => new MapStorage(new Layout(shape[1], shape[2], shape[3], halo, colours ? shape[1] : Lanes.Block)),
        (true, 2) => new RowStorage(shape[1]),
        (true, 1) => new RowStorage(1),
        (false, 4) => null,
        _ => new DenseStorage(shape),
    };

    // A weight's packing follows from the maps of the convolution that reads or makes it, and goes through folding unchanged.
    void AssignWeights()
    {
        foreach (var node in _graph.Nodes.Reverse())
            switch (node.Op)
            {
                case Conv2d or FusedConv2d:
                    if (WinogradWeight(node) is { } winograd) _storage[node.Inputs[1]] = winograd;
                    else AssignWeight(node.Inputs[1], InnerOf(node.Inputs[0]), GroupsOf(node.Op));
                    break;
                case ConvWeightGradient:
                    AssignWeight(node.Output(), InnerOf(node.Inputs[0]), GroupsOf(node.Op));
                    break;
                case ConvInputGradient or FusedConvInputGradient or ConvTranspose2d when !_storage.ContainsKey(node.Inputs[1]):
                    AssignWeight(node.Inputs[1], InnerOfConvolutionThatReads(node.Inputs[1]), GroupsOf(node.Op));
                    break;
                case FoldedWeight:
                    if (_storage[node.Output()] is ConvWeightStorage folded)
                        AssignWeight(node.Inputs[0], folded.Layout.Inner, folded.Layout.Groups);
                    else AssignWeight(node.Inputs[0], Lanes.Block, 1);
                    break;
                case Add or Relu or ReluGradient or Multiply or Affine or Sigmoid or SigmoidGradient or Clip or ClipGradient
                    when !_graph.TypeOf(node.Output()).Shape.HasFreeBatch:
                    throw new ResiduumException($"The plan cannot compute '{node.Name}' ({node.Op.Kind}), which has no batch; give each "
                        + "layer its own parameters.");
            }
        foreach (var node in _graph.Nodes)
            if (node.Op is SourceOp && node.Outputs[0].Shape is { Rank: 4, HasFreeBatch: false } && !_storage.ContainsKey(node.Output()))
                AssignWeight(node.Output(), Lanes.Block, 1);
    }

    static int GroupsOf(Op op) => op switch
    {
        Conv2d conv => conv.Groups,
        FusedConv2d fused => fused.Groups,
        ConvInputGradient gradient => gradient.Groups,
        FusedConvInputGradient fused => fused.Gradient.Groups,
        ConvWeightGradient gradient => gradient.Groups,
        ConvTranspose2d transposed => transposed.Groups,
        _ => 1,
    };

    // What is known before a run and read in one way only is stored as that reader wants it. Parameters that are trained are not such.
    WinogradWeightStorage? WinogradWeight(Node conv)
    {
        var weight = conv.Inputs[1];
        if (!HostValues.Covers(_graph.Nodes[weight.Node].Op)
            || _graph.Nodes.Any(node => node.Op is ConvWeightGradient or ConvInputGradient or FusedConvInputGradient)) return null;
        WinogradSize? size = null;
        foreach (var reader in _graph.Nodes.Where(node => node.Inputs.Contains(weight)))
        {
            var wanted = reader.Op is Conv2d or FusedConv2d ? SizeOf(reader) : null;
            if (wanted is null || (size ?? wanted) != wanted) return null;
            size = wanted;
        }
        var shape = _graph.TypeOf(weight).Shape;
        return size is { } only ? new WinogradWeightStorage(new WeightLayout(shape[0], shape[1], shape[2], shape[3]), only) : null;
    }

    // Null for the definition, and where the kernel takes packed weights.
    WinogradSize? SizeOf(Node conv)
    {
        var (x, y) = (((MapStorage)_storage[conv.Inputs[0]]).Layout, LayoutOf(conv));
        return KernelTable.Algorithm(KernelTable.ForwardShape(_graph, conv), x, _scale) is { } size &&
            !WinogradConv.TakesPacked(size, x, y, _scale.Images, _scale.Threads) ? size : null;
    }

    Layout LayoutOf(Node node) => ((MapStorage)_storage[node.Output()]).Layout;

    int InnerOf(Value map) => ((MapStorage)_storage[map]).Layout.Inner;

    int InnerOfConvolutionThatReads(Value weight)
    {
        foreach (var node in _graph.Nodes)
            if (node.Op is Conv2d or FusedConv2d && node.Inputs[1] == weight) return InnerOf(node.Inputs[0]);
        return Lanes.Block;
    }

    void AssignWeight(Value weight, int inner, int groups)
    {
        var shape = _graph.TypeOf(weight).Shape;
        var storage = new ConvWeightStorage(new WeightLayout(shape[0], shape[1], shape[2], shape[3], inner, groups));
        if (_storage.TryGetValue(weight, out var other) && other != storage)
            throw new ResiduumException($"The plan cannot pack the weight '{_graph.Nodes[weight.Node].Name}' for two kinds of input at "
                + "once; give each convolution its own weight.");
        _storage[weight] = storage;
    }
}
