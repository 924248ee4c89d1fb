using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Residuum.Graphs;
using Residuum.Kernels;
using Residuum.Tensors;

namespace Residuum.Plans;

/// <summary>
/// A graph made ready for this machine: a flat list of kernels with their addresses resolved, and the memory they work in. Running it
/// allocates nothing. It takes any batch up to the size it was made for. Not thread-safe: one caller at a time.
/// </summary>
public sealed class Plan : IDisposable
{
    readonly ImmutableArray<Step> _steps;
    readonly IReadOnlyDictionary<Value, Storage> _storage;
    readonly bool _ownsTeam;
    readonly Strips? _strips;
    readonly Action<int> _runSteps;
    bool _compiled;
    bool _disposed;

    internal Plan(
        Graph graph, IReadOnlyDictionary<Value, Storage> storage, PlanMemory memory, ImmutableArray<Step> steps, int maximumBatch,
            PlanScale scale,
        ThreadTeam team, bool ownsTeam)
    {
        Graph = graph;
        _storage = storage;
        Memory = memory;
        _steps = steps;
        MaximumBatch = maximumBatch;
        Scale = scale;
        if (scale.Images < maximumBatch) _strips = new Strips(graph, scale.Images, maximumBatch, DenseOf, scale.IsDraft);
        Team = team;
        _ownsTeam = ownsTeam;
        _runSteps = RunSteps;
    }

    /// <summary>The graph that runs, after all passes.</summary>
    public Graph Graph { get; }

    /// <summary>The most images of one run.</summary>
    public int MaximumBatch { get; }

    /// <summary>Bytes of memory that the plan holds, weights included.</summary>
    public long MemoryBytes => (Memory.TotalLength + (_strips?.TotalLength ?? 0)) * sizeof(float);

    internal PlanScale Scale { get; }

    internal PlanMemory Memory { get; }

    internal ThreadTeam Team { get; }

    /// <summary>Floats that a value takes as it lies here, with halo and padding, for the largest batch; 0 where it has no place.</summary>
    internal long StoredLength(Value value) => Memory.AddressOf(value).IsNone ? 0 : _storage[value].Length(MaximumBatch);

    /// <summary>How the second input of a node lies, the weight of a convolution; null where there is none.</summary>
    internal Storage? WeightStorage(Node node) => node.Inputs.Length > 1 ? _storage.GetValueOrDefault(node.Inputs[1]) : null;

    internal IEnumerable<(string Node, string Kernel)> Steps => _steps.Select(step => (step.Node, step.Kernel.Name));

    /// <summary>
    /// A plan for inference: batch normalization folded, additions and activations fused. Weights are loaded with <see cref="Load"/>.
    /// </summary>
    /// <param name="graph">The network, with running statistics.</param>
    /// <param name="maximumBatch">The most images of one run; at least 1.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <param name="options">How to compute; the default where absent.</param>
    /// <exception cref="ResiduumException">The graph has an operation that no kernel computes.</exception>
    public static Plan ForInference(Graph graph, int maximumBatch, int threads = 0, PlanOptions? options = null) =>
        PlanCompiler.Compile(Passes.Pipeline.ForInference(graph), maximumBatch, NewTeam(threads), ownsTeam: true,
            options ?? PlanOptions.Default);

    /// <summary>
    /// A plan for a graph to which gradients were appended (<see cref="Gradients.Backward"/>): forward and backward in one run.
    /// </summary>
    /// <inheritdoc cref="ForInference(Graph, int, int, PlanOptions?)" path="/param|/exception"/>
    public static Plan ForGradients(Graph graph, int maximumBatch, int threads = 0, PlanOptions? options = null) =>
        PlanCompiler.Compile(Passes.Pipeline.ForGradients(graph), maximumBatch, NewTeam(threads), ownsTeam: true,
            options ?? PlanOptions.Default);

    /// <summary>
    /// The plan that <see cref="ForInference(Graph, int, int, PlanOptions?)"/> or <see cref="ForGradients"/> would make, without memory and
    /// threads, disposed from the start: it can be asked for its steps and its memory, and nothing else.
    /// </summary>
    internal static Plan Draft(Graph graph, bool gradients, int maximumBatch, int threads = 0, PlanOptions? options = null) =>
        PlanCompiler.Draft(gradients ? Passes.Pipeline.ForGradients(graph) : Passes.Pipeline.ForInference(graph), maximumBatch,
            threads > 0 ? threads : Environment.ProcessorCount, options ?? PlanOptions.Default);

    /// <summary>
    /// A plan for inference that runs on the threads of another plan, which must outlive it and not run at the same time, with its options.
    /// </summary>
    internal static Plan ForInference(Graph graph, int maximumBatch, Plan threadsOf) =>
        PlanCompiler.Compile(Passes.Pipeline.ForInference(graph), maximumBatch, threadsOf.Team, ownsTeam: false, threadsOf.Scale.Options);

    /// <summary>A plan for inference like this one that shares its weights, loaded or yet to be loaded; this one must outlive it.</summary>
    internal Plan Sibling() => PlanCompiler.Sibling(this, _storage);

    /// <summary>Copies parameters and state in, by the names of their nodes, and computes what follows from them.</summary>
    /// <exception cref="ResiduumException">A tensor is missing or has another shape.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var values = new HostValues(Graph, tensors);
        var loading = new Loading();
        if (!_compiled) loading.Compile(_steps.Select(step => step.Kernel));
        foreach (var node in Graph.Nodes)
            if (HostValues.Covers(node.Op) && Memory.AddressOf(node.Output()) is { IsNone: false } address)
                loading.Pack(values.Of(node), _storage[node.Output()], address);
        Team.Run(loading, 1);
        _compiled = true;
    }

    /// <summary>Copies parameters and state out, under the names of their nodes. For plans that were not folded: those for
    /// gradients.</summary>
    /// <exception cref="ResiduumException">A parameter was folded into others, so that it is no longer there.</exception>
    public OrderedDictionary<string, Tensor> Save()
    {
        var tensors = new OrderedDictionary<string, Tensor>();
        foreach (var node in Graph.Nodes)
            if (node.Op is Parameter or State) tensors.Add(node.Name, Read(node.Output()));
        return tensors;
    }

    /// <summary>The gradient of a parameter from the last run, as a dense tensor of the parameter's shape.</summary>
    /// <exception cref="ResiduumException">The graph has no gradient of this name, or it is one for each image.</exception>
    public Tensor Gradient(string parameter) => Read(Graph.Output(Gradients.Backward.OutputName(parameter)));

    /// <summary>
    /// Where the caller writes an input before a run: dense numbers, N x C x H x W for images, room for the largest batch.
    /// </summary>
    /// <exception cref="ResiduumException">The graph has no such input.</exception>
    public Span<float> Input(string name) => StagingOf(InputNode(name).Output());

    /// <summary>Where the caller writes an input of integers before a run: labels, one for each image, or keys, two for each.</summary>
    /// <exception cref="ResiduumException">The graph has no such input.</exception>
    public Span<int> Labels(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var value = InputNode(name).Output();
        return Dense(value).IntegerSpan(checked((int)Graph.TypeOf(value).Shape.WithBatch(MaximumBatch).Count));
    }

    /// <summary>Runs the plan on the first <paramref name="images"/> images of its inputs.</summary>
    public void Run(int images)
    {
        CheckRun(images);
        if (_strips is null) RunSteps(images);
        else _strips.Run(images, _runSteps);
    }

    /// <summary>The same, with the seconds that each of <see cref="Steps"/> took.</summary>
    internal void RunTimed(int images, double[] seconds)
    {
        CheckRun(images);
        Array.Clear(seconds);
        if (_strips is null) Run(images);
        else _strips.Run(images, Run);

        void Run(int count)
        {
            for (var i = 0; i < _steps.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                Team.Run(_steps[i].Kernel, count);
                seconds[i] += Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
    }

    /// <summary>
    /// An output of the last run: dense numbers, as many rows as the run had images and room for the largest batch; valid until the next
    /// run.
    /// </summary>
    /// <exception cref="ResiduumException">The graph has no such output.</exception>
    public ReadOnlySpan<float> Output(string name)
    {
        var value = Graph.Output(name);
        if (_strips is not null || Memory.Staging(value) is not null) return StagingOf(value);
        if (_storage[value] is ConvWeightStorage) return Read(value).Span<float>();
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Memory.AddressOf(value).Span(checked((int)Graph.TypeOf(value).Shape.WithBatch(MaximumBatch).Count));
    }

    /// <summary>A line a step: the node, the kernel; then the memory of each part.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in _steps) text.Append($"{step.Node}: {step.Kernel.Name}\n");
        text.Append($"parameters {Megabytes(Memory.ParameterLength)}, values {Megabytes(Memory.ActivationLength)}, ");
        text.Append($"scratch {Megabytes(Memory.ScratchLength)}, in all {Megabytes(Memory.TotalLength)}\n");
        return text.ToString();
    }

    /// <summary>Frees the memory and, if the plan made it, ends the thread team.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Memory.Dispose();
        _strips?.Dispose();
        if (_ownsTeam) Team.Dispose();
    }

    void CheckRun(int images)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (images < 1 || images > MaximumBatch)
            throw new ResiduumException($"A batch of {images} images does not fit a plan made for 1 to {MaximumBatch}.");
    }

    static ThreadTeam NewTeam(int threads) => new(threads > 0 ? threads : Environment.ProcessorCount);

    Node InputNode(string name) => Graph.Find(name) is { Op: Graphs.Input } node ? node
        : throw new ResiduumException($"The graph has no input '{name}'; it has "
        + $"{string.Join(", ", Graph.Inputs.Select(input => input.Name))}.");

    void RunSteps(int images)
    {
        foreach (var step in _steps) Team.Run(step.Kernel, images);
    }

    // Where the dense numbers of an input or output lie: for the whole batch, and for what goes through the kernels together.
    Address Dense(Value value) => _strips?.Of(value) ?? DenseOf(value);

    Address DenseOf(Value value) => Memory.Staging(value) ?? Memory.AddressOf(value);

    Span<float> StagingOf(Value value)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var length = Graph.TypeOf(value).Shape.WithBatch(MaximumBatch).Count;
        return Dense(value).Span(checked((int)length));
    }

    Tensor Read(Value value)
    {
        var (name, shape) = (Graph.Nodes[value.Node].Name, Graph.TypeOf(value).Shape);
        if (shape.HasFreeBatch) throw new ResiduumException($"'{name}' has the shape {shape}, one for each image; read it as an output.");
        if (Memory.AddressOf(value) is not { IsNone: false } address)
            throw new ResiduumException($"The plan no longer holds '{name}', which was folded into other numbers; keep the weights "
                + "it was loaded with.");
        return Unpack(value, address);
    }

    /// <summary>Copies numbers that lie as a value without batch does out into a dense tensor.</summary>
    internal Tensor Unpack(Value value, Address address)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var tensor = new Tensor(ElementType.Float32, Graph.TypeOf(value).Shape);
        var storage = _storage[value];
        storage.Unpack(address.Span(checked((int)storage.Length(0))), tensor.Span<float>());
        return tensor;
    }

    /// <summary>The reverse of <see cref="Unpack"/>.</summary>
    internal void Pack(Value value, Tensor tensor, Address address)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var storage = _storage[value];
        storage.Pack(tensor.ToFloat32().Span<float>(), address.Span(checked((int)storage.Length(0))));
    }

    static string Megabytes(long floats) => $"{floats * sizeof(float) / 1e6:0.0} MB";
}
