using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>ONNX's operators on single elements, and those that do nothing at inference.</summary>
static class OnnxElementwise
{
    // ONNX's numbers of the types of floating-point numbers.
    static readonly long[] s_floatingPoint = [1, 10, 11, 16];

    public static OnnxValue Relu(OnnxStep step)
    {
        step.Expect(1, 1);
        return Unary(step, new Relu());
    }

    public static OnnxValue Sigmoid(OnnxStep step)
    {
        step.Expect(1, 1);
        return Unary(step, new Sigmoid());
    }

    public static OnnxValue Clip(OnnxStep step)
    {
        step.Expect(1, 3);
        var node = step.Node;
        var least = node.Opset < 11 ? node.Float("min", float.NegativeInfinity) : step.Number(1, float.NegativeInfinity);
        var greatest = node.Opset < 11 ? node.Float("max", float.PositiveInfinity) : step.Number(2, float.PositiveInfinity);
        // What PyTorch writes for no bound is the largest number.
        if (least <= float.MinValue) least = float.NegativeInfinity;
        if (greatest >= float.MaxValue) greatest = float.PositiveInfinity;
        if (float.IsNegativeInfinity(least) && float.IsPositiveInfinity(greatest)) return step.Same(step.Activation(0));
        return Unary(step, least == 0 && float.IsPositiveInfinity(greatest) ? new Relu() : new Clip(least, greatest));
    }

    public static OnnxValue Softmax(OnnxStep step)
    {
        step.Expect(1, 1);
        var (node, x) = (step.Node, step.Activation(0));
        if (x.Form != OnnxForm.Rows || node.SoftmaxAxis is not (1 or -1))
            throw node.Refuse("only a softmax over rows of logits is supported");
        return step.Emit(OnnxForm.Rows, new Softmax(), x.Value);
    }

    public static OnnxValue Identity(OnnxStep step)
    {
        step.Expect(1, 1);
        return step.Same(step.Activation(0));
    }

    public static OnnxValue Dropout(OnnxStep step)
    {
        step.Expect(1, 3);
        step.Node.Float("ratio", 0.5f);
        step.Node.Int("seed", 0);
        if (step.Has(2) && step.Inputs[2] is not OnnxConstant { Integers: [0] })
            throw step.Node.Refuse("it is in training mode; export the network for inference (model.eval() in PyTorch)");
        return step.Same(step.Activation(0));
    }

    public static OnnxValue Cast(OnnxStep step)
    {
        step.Expect(1, 1);
        var type = step.Node.Int("to", 0);
        step.Node.Int("saturate", 1);
        if (!s_floatingPoint.Contains(type))
            throw step.Node.Refuse("it makes whole numbers of what follows from the image, and only floating-point numbers are supported");
        return step.Same(step.Activation(0));
    }

    static OnnxActivation Unary(OnnxStep step, Op op)
    {
        var x = step.Settled(step.Activation(0));
        return step.Emit(x.Form, op, x.Value);
    }
}
