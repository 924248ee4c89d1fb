using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>Where a block stands.</summary>
/// <param name="Width">Channels of its branch.</param>
/// <param name="Stride">Its stride.</param>
/// <param name="IsFirst">Whether it is the network's first.</param>
/// <param name="Subsamples">Whether a shortcut that only strides takes every stride-th pixel in place of a projection.</param>
/// <param name="DropRate">The rate at which its branch is dropped in training.</param>
readonly record struct BlockPlace(int Width, int Stride, bool IsFirst = false, bool Subsamples = false, float DropRate = 0);

/// <summary>Builds the residual blocks of a network: branch, shortcut, and how the two meet.</summary>
sealed class BlockBuilder(NetworkBuilder network, ResNetSpec spec)
{
    readonly ShortcutBuilder _shortcuts = new(network, spec);

    public Value Build(string name, Value input, BlockSpec block, BlockPlace place)
    {
        var convolutions = block.Convolutions(network.Channels(input), place.Width, place.Stride);
        var meets = spec.Shortcut switch
        {
            ShortcutKind.None => false,
            ShortcutKind.Identity => place.Stride == 1 && network.Channels(input) == place.Width,
            _ => true,
        };
        var (branch, activated) = block.PreActivation is { } preActivation
            ? PreActivationBranch(name, input, convolutions, preActivation,
            leads: !(place.IsFirst && preActivation.First == FirstActivation.Stem))
            : (PostActivationBranch(name, input, convolutions, block, meets), input);
        if (block.SqueezeExcitation is { } squeeze) branch = SqueezeExcitation($"{name}.squeeze", branch, squeeze);
        if (meets)
        {
            if (place.DropRate > 0) branch = network.StochasticDepth($"{name}.drop", branch, place.DropRate);
            var projected = block.PreActivation is not { Projection: ProjectionInput.Raw } ? activated : input;
            branch = _shortcuts.Join(name, input, projected, branch, place, IsNormalized(block));
        }
        if (block.PreActivation is not null || block.EndsLinear || block.PostActivation == PostActivation.ReluBeforeAddition) return branch;
        if (block.PostActivation == PostActivation.NormalizationAfterAddition)
            branch = network.Normalization($"{name}.norm{convolutions.Length}", branch);
        return network.Activation($"{name}.relu{convolutions.Length}", branch);
    }

    /// <summary>A shortcut over a whole stage, added to what the stage hands on.</summary>
    public Value Bridge(string name, Value input, Value output, StageSpec stage, ShortcutKind kind)
    {
        var block = stage.Block ?? spec.Block;
        var place = new BlockPlace(network.Channels(output), stage.Stride);
        var shortcut = _shortcuts.Path(name, input, input, place, kind, IsNormalized(block));
        var sum = network.Add($"{name}.add", new Add(), output, shortcut);
        return block.PreActivation is not null || block.EndsLinear || block.PostActivation == PostActivation.ReluBeforeAddition
            ? sum
            : network.Activation($"{name}.relu", sum);
    }

    bool IsNormalized(BlockSpec block) => !spec.BareProjection && block.PreActivation is null or { ReluOnly: true };

    // [He15] figures 2 and 5: every convolution normalized.
    Value PostActivationBranch(string name, Value x, BlockConvolution[] convolutions, BlockSpec block, bool meets)
    {
        var last = convolutions.Length;
        for (var i = 1; i <= last; i++)
        {
            x = BranchConvolution(name, i, last, x, convolutions[i - 1]);
            if (i == last && block.PostActivation == PostActivation.NormalizationAfterAddition) break;
            // A scale behind which a ReLU stands must not start at zero, since the ReLU would pass no gradient back to it.
            var mayStartAtZero = i == last && meets && block.PostActivation == PostActivation.Original;
            x = network.Normalization($"{name}.norm{i}", x, mayStartAtZero ? ParameterRole.LastNormScale : ParameterRole.NormScale);
            if (i < last || block.PostActivation == PostActivation.ReluBeforeAddition) x = network.Activation($"{name}.relu{i}", x);
        }
        return x;
    }

    // [He16] figure 4e and 4d: every convolution preceded by normalization and ReLU, or by ReLU alone and followed by normalization.
    (Value Branch, Value Activated) PreActivationBranch(
        string name, Value x, BlockConvolution[] convolutions, PreActivationSpec preActivation, bool leads)
    {
        var (activated, last) = (x, convolutions.Length);
        for (var i = 1; i <= last; i++)
        {
            if (i > 1 || leads)
            {
                if (!preActivation.ReluOnly) x = network.Normalization($"{name}.norm{i}", x);
                x = network.Activation($"{name}.relu{i}", x);
            }
            if (i == 1) activated = x;
            x = BranchConvolution(name, i, last, x, convolutions[i - 1]);
            if (preActivation.ReluOnly)
                x = network.Normalization($"{name}.norm{i}", x, i == last ? ParameterRole.LastNormScale : ParameterRole.NormScale);
        }
        return (x, activated);
    }

    Value BranchConvolution(string name, int number, int last, Value x, BlockConvolution convolution)
    {
        var bias = spec.Biases switch
        {
            BiasPlacement.All => true,
            BiasPlacement.Outer => last > 2 && (number == 1 || number == last),
            BiasPlacement.LastAndProjection => number == last,
            _ => false,
        };
        var (width, kernel, stride, groups) = convolution;
        return network.Convolution($"{name}.conv{number}", x, width, kernel, stride, bias, groups);
    }

    Value SqueezeExcitation(string name, Value x, SqueezeExcitationSpec squeeze)
    {
        var width = network.Channels(x);
        var means = network.Add($"{name}.pool", new GlobalAveragePool(), x);
        var inner = network.Add($"{name}.relu", new Relu(), network.Linear($"{name}.reduce", means, squeeze.InnerWidth(width)));
        var scales = network.Add($"{name}.sigmoid", new Sigmoid(), network.Linear($"{name}.expand", inner, width));
        return network.Add($"{name}.scale", new ScaleChannels(), x, scales);
    }
}
