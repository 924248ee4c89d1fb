using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>
/// Named tensors in an order, with a string map beside them: what a weight file holds, whatever its format.
/// Names are compared byte for byte. Reading from several threads is safe; changing it needs the caller's own order.
/// </summary>
public sealed class TensorFile
{
    /// <summary>The tensors by name, in the order of the file they came from (or in the order they were added).</summary>
    public OrderedDictionary<string, Tensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Free text by key, such as a description of the network; empty where the format has no place for it.</summary>
    public SortedDictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);
}
