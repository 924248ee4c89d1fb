using Residuum.Graphs;

namespace Residuum.Testing;

/// <summary>What passes make of several operations: the parts one after the other.</summary>
static class ReferenceFused
{
    public static void Convolution(ReferenceStep step)
    {
        var op = (FusedConv2d)step.Op;
        ReferenceConvolutions.Convolve(op.Window, op.Groups, step.Inputs[0], step.Inputs[1], step.Output);
        if (op.HasBias) ReferenceConvolutions.AddBias(step.Output, step.Inputs[2]);
        AddAndClamp(step, op.HasResidual ? step.Inputs[^1] : null, op.HasRelu);
        if (op.HasMoments) ReferenceNormalizations.Moments(step.Output, step.Outputs[FusedConv2d.Moments]);
    }

    public static void ConvolutionInputGradient(ReferenceStep step)
    {
        var op = (FusedConvInputGradient)step.Op;
        var dx = step.Output;
        ReferenceConvolutions.InputGradient(step with { Op = op.Gradient, Outputs = [dx] });
        AddAndClamp(step, op.HasResidual ? step.Inputs[2] : null, relu: false);
        if (!op.HasSums) return;
        var (x, mean, y, sums) = (step.Inputs[^3], step.Inputs[^2], step.Inputs[^1], step.Outputs[FusedConvInputGradient.Sums]);
        var pixels = dx.Shape[2] * dx.Shape[3];
        for (var i = 0; i < dx.Data.Length; i++)
        {
            if (!(y[i] > 0)) dx[i] = 0;
            var map = i / pixels;
            sums[2 * map] += dx[i];
            sums[2 * map + 1] += dx[i] * (x[i] - mean[map % dx.Shape[1]]);
        }
    }

    public static void Normalization(ReferenceStep step)
    {
        var op = (FusedBatchNorm)step.Op;
        ReferenceNormalizations.Normalize(op.Norm, step, op.HasMoments ? step.Inputs[^1] : null);
        AddAndClamp(step, op.HasResidual ? step.Inputs[5] : null, op.HasRelu);
    }

    public static void ScaleShift(ReferenceStep step)
    {
        var op = (FusedScaleShift)step.Op;
        ReferenceNormalizations.ScaleShift(step);
        AddAndClamp(step, op.HasResidual ? step.Inputs[3] : null, op.HasRelu);
    }

    public static void ScaledChannels(ReferenceStep step)
    {
        ReferenceChannels.Scale(step);
        AddAndClamp(step, step.Inputs[2], ((FusedScaleChannels)step.Op).HasRelu);
    }

    public static void NormalizationGradient(ReferenceStep step)
    {
        var (dy, y, dz) = (step.Inputs[1], step.Inputs[5], step.Outputs[FusedBatchNormGradient.Masked]);
        for (var i = 0; i < dz.Data.Length; i++) dz[i] = y[i] > 0 ? dy[i] : 0;
        ReferenceNormalizations.Differentiate(((FusedBatchNormGradient)step.Op).Statistics, step.Inputs, step.Outputs, dz);
    }

    public static void SummedNormalizationGradient(ReferenceStep step) => ReferenceNormalizations.Differentiate(
        ((SummedBatchNormGradient)step.Op).Statistics, step.Inputs, step.Outputs, step.Inputs[1], step.Inputs[5]);

    public static void FoldedWeight(ReferenceStep step)
    {
        var (w, gamma, variance, epsilon) = (step.Inputs[0], step.Inputs[1], step.Inputs[2], ((FoldedWeight)step.Op).Epsilon);
        var size = w.Data.Length / w.Shape[0];
        for (var i = 0; i < w.Data.Length; i++) step.Output[i] = w[i] * gamma[i / size] / Math.Sqrt(variance[i / size] + epsilon);
    }

    public static void FoldedBias(ReferenceStep step)
    {
        var (gamma, beta, mean, variance) = (step.Inputs[0], step.Inputs[1], step.Inputs[2], step.Inputs[3]);
        var epsilon = ((FoldedBias)step.Op).Epsilon;
        for (var o = 0; o < gamma.Data.Length; o++)
        {
            var bias = step.Inputs.Length > 4 ? step.Inputs[4][o] : 0;
            step.Output[o] = beta[o] + (bias - mean[o]) * gamma[o] / Math.Sqrt(variance[o] + epsilon);
        }
    }

    static void AddAndClamp(ReferenceStep step, ReferenceTensor? residual, bool relu)
    {
        for (var i = 0; i < step.Output.Data.Length; i++)
        {
            if (residual is not null) step.Output[i] += residual[i];
            if (relu) step.Output[i] = Math.Max(step.Output[i], 0);
        }
    }
}
