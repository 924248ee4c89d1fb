using Residuum.Graphs;

namespace Residuum.Interop;

/// <summary>ONNX's batch normalization, and scales and shifts of channels, which are the same without statistics.</summary>
static class OnnxNormalizations
{
    // What a scale and a shift of channels are written as: a normalization of statistics that change nothing.
    const float NoEpsilon = 1e-12f;

    public static OnnxValue BatchNormalization(OnnxStep step)
    {
        step.Expect(5, 5);
        var (node, x) = (step.Node, step.Settled(step.Activation(0)));
        node.Expect("training_mode", node.Int("training_mode", 0), 0, "export the network for inference (model.eval() in PyTorch)");
        if (node.Opset < 7 || node.Has("spatial")) node.Expect("spatial", node.Int("spatial", 1), 1, "export it with a later opset");
        var epsilon = node.Float("epsilon", 1e-5f);
        var momentum = 1 - node.Float("momentum", 0.9f);
        if (!(epsilon >= 0) || !float.IsFinite(epsilon) || !(momentum is >= 0 and <= 1))
            throw node.Refuse($"its epsilon is {epsilon} and its momentum {1 - momentum}");
        // 1 - 0.9 is not quite 0.1 in single precision.
        momentum = MathF.Round(momentum, 6);
        var vectors = new OnnxConstant[5];
        for (var i = 1; i < 5; i++) vectors[i] = step.Weight(i, 1);
        var import = step.Import;
        var op = new BatchNorm(Math.Max(epsilon, NoEpsilon), momentum);
        var map = x.Form == OnnxForm.Rows ? import.Emit($"{x.Name}/map", new Unflatten(import.ShapeOf(x.Value)[1], 1, 1), x.Value)
            : x.Form == OnnxForm.Map || x.Form == OnnxForm.Pixel ? import.Map(x)
            : throw node.Refuse("its input is not a map with channels before rows and columns");
        var y = step.Emit(op, map,
            import.Weight(import.Written(vectors[1]), ParameterRole.NormScale),
                import.Weight(import.Written(vectors[2]), ParameterRole.NormShift),
            import.Statistic(vectors[3], 0), import.Statistic(vectors[4], 1));
        return x.Form == OnnxForm.Rows ? step.As(import.Emit($"{node.Name}/rows", new Flatten(), y), OnnxForm.Rows)
            : step.As(y, OnnxForm.Map);
    }

    /// <summary>Each channel of a value times its own number, plus its own number.</summary>
    public static OnnxActivation Channels(OnnxStep step, OnnxActivation x, OnnxConstant? scale, OnnxConstant? shift)
    {
        var import = step.Import;
        var rows = x.Form is OnnxForm.Rows or OnnxForm.Pixel or OnnxForm.LastPixel;
        var channels = import.ShapeOf(x.Value)[1];
        var map = rows ? import.Emit($"{x.Name}/map", new Unflatten(channels, 1, 1), x.Value) : import.Map(x);
        var name = step.Node.Name;
        var y = step.Emit(new BatchNorm(NoEpsilon, 0), map,
            import.Weight(scale ?? All($"{name}.weight", 1), ParameterRole.NormScale),
                import.Weight(shift ?? All($"{name}.bias", 0), ParameterRole.NormShift),
            import.Statistic(All($"{name}.running_mean", 0), 0), import.Statistic(All($"{name}.running_var", 1), 1));
        return step.As(rows ? import.Emit($"{name}/rows", new Flatten(), y) : y, x.Form);

        OnnxConstant All(string called, float value) => import.Written(OnnxConstant.Filled(called, [channels], value));
    }
}
