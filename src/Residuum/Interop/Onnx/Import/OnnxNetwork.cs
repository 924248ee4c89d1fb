using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Interop;

/// <summary>What an ONNX file holds, as we have it: the network as a graph with a free batch, its numbers, and what the file says of
/// itself.</summary>
/// <param name="Graph">
/// One input, <c>image</c>; its first output is <c>logits</c> (rows) or <c>features</c> (a map), others have the file's own names.
/// </param>
/// <param name="Tensors">All parameters and state by the names of their nodes.</param>
/// <param name="Metadata">The file's own free text by key.</param>
/// <param name="File">What the file says without its numbers.</param>
sealed record OnnxNetwork(
    Graph Graph, OrderedDictionary<string, Tensor> Tensors, IReadOnlyDictionary<string, string> Metadata, OnnxFileFacts File);

/// <summary>What an ONNX file says of itself, without its numbers.</summary>
/// <param name="Model">The messages; initializers without data.</param>
/// <param name="Opset">The version of its operators.</param>
/// <param name="Batch">The number of images of a run, or null where that is free.</param>
/// <param name="Initializers">The single-precision numbers under the names that the file has for them.</param>
/// <param name="DroppedSoftmax">Whether a softmax at the end was left out, so that the output is logits.</param>
sealed record OnnxFileFacts(ModelProto Model, int Opset, int? Batch, IReadOnlyDictionary<string, Tensor> Initializers, bool DroppedSoftmax);
