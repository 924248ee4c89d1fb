using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>
/// Builds the graph of a <see cref="ResNetSpec"/>. Its nodes are named <c>stem.*</c>, <c>stageS.blockB.*</c>, <c>head.*</c> and, behind
/// them, a decoder's, counted from 1; weights are saved under these names, so they never change.
/// </summary>
sealed class ResNetBuilder(ResNetSpec spec)
{
    readonly NetworkBuilder _network = new(LayerRules.Of(spec));
    readonly PreActivationSpec? _preActivation = spec.Block.PreActivation;
    readonly HeadSpec _head = spec.Head ?? HeadSpec.Default;

    public Graph Build()
    {
        var blocks = new BlockBuilder(_network, spec);
        // What each part of the network reads, for a decoder to come back to.
        var decoder = new DecoderBuilder(_network, spec, blocks);
        var x = Stem(_network.Image(spec.Input), decoder);
        var (number, count) = (0, spec.Stages.Sum(stage => stage.Blocks));
        for (var stage = 0; stage < spec.Stages.Length; stage++)
        {
            var (description, input) = (spec.Stages[stage], x);
            decoder.StageInputs.Add(_network.ShapeOf(x));
            for (var block = 0; block < description.Blocks; block++)
            {
                var strides = block == (description.StrideIn == StridingBlock.First ? 0 : description.Blocks - 1);
                var place = new BlockPlace(
                    description.Width, strides ? description.Stride : 1, IsFirst: stage == 0 && block == 0,
                    Subsamples: description.StrideIn == StridingBlock.Last, spec.StochasticDepth * ++number / count);
                x = blocks.Build($"stage{stage + 1}.block{block + 1}", x, description.Block ?? spec.Block, place);
            }
            if (description.Bridge is { } bridge) x = blocks.Bridge($"stage{stage + 1}", input, x, description, bridge);
        }
        return Head(x, decoder);
    }

    Value Stem(Value x, DecoderBuilder decoder)
    {
        var (convolutions, last) = (spec.Stem.Convolutions, spec.Stem.Convolutions.Length - 1);
        if (spec.Stem.NormalizedInput) x = _network.FixedNormalization("stem.norm0", x);
        for (var i = 0; i <= last; i++)
        {
            decoder.StemInputs.Add(_network.ShapeOf(x));
            var number = last == 0 ? "" : $"{i + 1}";
            var (width, kernel, stride, bias) = convolutions[i];
            x = _network.Convolution($"stem.conv{number}", x, width, kernel, stride, bias);
            var byBlock = i == last && _preActivation is { First: FirstActivation.Block };
            if (byBlock && !_preActivation!.ReluOnly) break;
            x = _network.Normalization($"stem.norm{number}", x);
            if (!byBlock && !(i == last && spec.Stem.Linear)) x = _network.Activation($"stem.relu{number}", x);
        }
        if (!spec.Stem.MaxPool) return x;
        decoder.PoolInput = _network.ShapeOf(x);
        if (spec.Stem.Pool == PoolBorder.Zeros)
        {
            var sides = spec.OneDimensional ? 0 : 1;
            x = _network.Add("stem.pad", new PadPixels(sides, 1, sides, 1), x);
        }
        return _network.Add("stem.pool", new MaxPool(PoolWindow(_network.ShapeOf(x))), x);
    }

    Window PoolWindow(Tensors.Shape map)
    {
        var window = _network.Square(3, 2, spec.Stem.Pool == PoolBorder.Padded ? 1 : 0);
        // The size is rounded up where a window that starts inside reaches over the far border.
        return spec.Stem.Pool != PoolBorder.Ceiling ? window : window with
        {
            PadBottom = spec.OneDimensional ? 0 : (map[2] - 3) & 1,
            PadRight = (map[3] - 3) & 1,
        };
    }

    Graph Head(Value x, DecoderBuilder decoder)
    {
        if (_preActivation is { Final: true })
        {
            if (!_preActivation.ReluOnly) x = _network.Normalization("head.norm", x);
            x = _network.Activation("head.relu", x);
        }
        if (_head.Width is { } width)
        {
            x = _network.Convolution("head.conv", x, width, 1);
            x = _network.Activation("head.relu1", _network.Normalization("head.norm1", x));
        }
        if (spec.Classes is { } classes)
        {
            x = _network.Add("head.pool", new GlobalAveragePool(), x);
            if (_head.Dropout > 0) x = _network.Dropout("head.dropout", x, _head.Dropout);
            return _network.Build(NetworkSpec.LogitsOutput, _network.Linear("head.linear", x, classes));
        }
        var map = _network.ShapeOf(x);
        if (_head.Latent is { } latent)
        {
            SpecLimits.CheckFlattens(spec, map);
            x = _network.Linear("head.latent", _network.Add("head.flatten", new Flatten(), x), latent);
        }
        if (spec.Decoder is not null) return _network.Build(NetworkSpec.ReconstructionOutput, decoder.Build(x, map));
        return _network.Build(_head.Latent is null ? NetworkSpec.FeaturesOutput : NetworkSpec.LatentOutput, x);
    }
}
