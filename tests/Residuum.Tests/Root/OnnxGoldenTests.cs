using System.Runtime.InteropServices;
using Residuum.Graphs;
using Residuum.Tests.Interop;

namespace Residuum.Tests.Root;

/// <summary>Small networks that PyTorch exported (tests/golden/onnx_models.py), against PyTorch's own answers.</summary>
public class OnnxGoldenTests
{
    // Single precision on both sides, sums in different orders.
    const double Tolerance = 1e-5;

    [Theory]
    [InlineData("narrow-11-folded-free", 0)]
    [InlineData("narrow-13-unfolded-chains", 10)]
    [InlineData("narrow-17-unfolded-fixed", 10)]
    public void A_narrow_residual_network_gives_PyTorchs_logits(string name, int normalizations)
    {
        using var model = Model.Load(Golden.Path($"{name}.onnx"));
        Assert.Equal(normalizations, model.Graph.Nodes.Count(node => node.Op is BatchNorm));
        Assert.Equal(10, model.Classes);
        var actual = OnnxRuns.FirstOutput(model, Numbers($"{name}.image"));
        Assert.True(OnnxRuns.Difference(actual, Numbers($"{name}.logits")) <= Tolerance);
    }

    [Theory]
    [InlineData("idioms-11-chains-free")]
    [InlineData("idioms-17-fixed")]
    public void What_else_people_write_gives_PyTorchs_probabilities(string name)
    {
        using var model = Model.Load(Golden.Path($"{name}.onnx"));
        var logits = OnnxRuns.FirstOutput(model, Numbers($"{name}.image"));
        var shares = Array.ConvertAll(logits, logit => Math.Exp(logit));
        var sum = shares.Sum();
        Assert.True(OnnxRuns.Difference(Array.ConvertAll(shares, share => (float)(share / sum)), Numbers($"{name}.logits")) <= Tolerance);
    }

    static float[] Numbers(string name) => MemoryMarshal.Cast<byte, float>(Golden.Bytes(name)).ToArray();
}
