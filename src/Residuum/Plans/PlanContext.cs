using Residuum.Graphs;
using Residuum.Kernels;

namespace Residuum.Plans;

/// <summary>What the kernel table needs to know to make the kernels of a node: where its values are and how they lie.</summary>
sealed class PlanContext(
    Graph graph, IReadOnlyDictionary<Value, Storage> storage, Func<Value, Address> addressOf, Address scratch, PlanScale scale)
{
    /// <summary>The graph that is planned.</summary>
    public Graph Graph => graph;

    /// <summary>What the plan is made for.</summary>
    public PlanScale Scale => scale;

    /// <summary>Memory that every kernel may use while it runs, as much as its table entry asked for.</summary>
    public Address Scratch => scratch;

    /// <summary>Where a value begins; no address for an output that nobody reads.</summary>
    public Address Address(Value value) => addressOf(value);

    /// <summary>A map and where it begins; no map for an output that nobody reads.</summary>
    public Map Map(Value value) => addressOf(value) is { IsNone: false } address ? new Map(Layout(value), address) : Kernels.Map.None;

    /// <summary>How a map lies.</summary>
    public Layout Layout(Value value) => ((MapStorage)storage[value]).Layout;

    /// <summary>How a value lies.</summary>
    public Storage Storage(Value value) => storage[value];

    /// <summary>The features of a batch of rows.</summary>
    public int Features(Value value) => ((RowStorage)storage[value]).Features;

    /// <summary>Whether a value is a batch of maps; else it is rows, or has no batch.</summary>
    public bool IsMap(Value value) => storage[value] is MapStorage;
}
