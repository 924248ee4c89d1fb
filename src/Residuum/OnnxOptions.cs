using Residuum.Interop;

namespace Residuum;

/// <summary>How <see cref="Model.SaveOnnx"/> writes a model. Immutable.</summary>
/// <param name="Fold">Whether batch normalizations are folded into the convolutions before them: fewer nodes, for inference only.</param>
/// <param name="Batch">The number of images of a run, at least 1; null leaves it free.</param>
/// <param name="Opset">The version of ONNX's operators, 13 to 21.</param>
public sealed record OnnxOptions(bool Fold = false, int? Batch = null, int Opset = OnnxWriter.UsualOpset);
