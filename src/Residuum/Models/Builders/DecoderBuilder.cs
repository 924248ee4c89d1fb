using Residuum.Graphs;
using Residuum.Tensors;

namespace Residuum.Models;

/// <summary>
/// Builds the mirror of an encoder: <c>decoderS.*</c> for its stages, the last first, then <c>image.*</c> for its stem. Each part comes
/// back to the size of what the encoder's part read.
/// </summary>
sealed class DecoderBuilder(NetworkBuilder network, ResNetSpec spec, BlockBuilder blocks)
{
    /// <summary>What each stage of the encoder read.</summary>
    public List<Shape> StageInputs { get; } = [];

    /// <summary>What each convolution of the stem read.</summary>
    public List<Shape> StemInputs { get; } = [];

    /// <summary>What the stem's pooling read, or null if there is none.</summary>
    public Shape? PoolInput { get; set; }

    /// <summary>The image behind the encoder's last map of this shape, or behind the features made of it.</summary>
    public Value Build(Value x, Shape map)
    {
        if (network.ShapeOf(x).Rank == 2)
        {
            x = network.Linear("decoder.linear", x, map[1] * map[2] * map[3]);
            x = network.Add("decoder.map", new Unflatten(map[1], map[2], map[3]), x);
        }
        for (var stage = spec.Stages.Length - 1; stage >= 0; stage--)
            x = Stage($"decoder{stage + 1}", x, spec.Stages[stage], StageInputs[stage]);
        if (PoolInput is { } pooled) x = Enlarged("image.pool", x, 2, pooled);
        for (var i = spec.Stem.Convolutions.Length - 1; i >= 0; i--)
        {
            var (_, kernel, stride, _) = spec.Stem.Convolutions[i];
            x = Enlarged($"image.enlarge{i + 1}", x, stride, StemInputs[i]);
            if (i == spec.Stem.Convolutions.Length - 1 && spec.Block.PreActivation is { Final: true })
                x = network.Activation("image.relu", network.Normalization("image.norm", x));
            // The last one makes the image itself.
            x = network.Convolution($"image.conv{i + 1}", x, StemInputs[i][1], kernel, bias: i == 0);
            if (i > 0) x = network.Activation($"image.relu{i + 1}", network.Normalization($"image.norm{i + 1}", x));
        }
        return x;
    }

    Value Stage(string name, Value x, StageSpec stage, Shape target)
    {
        x = Enlarged($"{name}.enlarge", x, stage.Stride, target);
        var block = stage.Block ?? spec.Block;
        block.CheckWidth(spec, $"the mirror of {name["decoder".Length..]}", target[1]);
        for (var i = 1; i <= stage.Blocks; i++) x = blocks.Build($"{name}.block{i}", x, block, new BlockPlace(target[1], 1));
        return x;
    }

    // By a whole factor, then without the rows and columns that the encoder's rounding up would have added.
    Value Enlarged(string name, Value x, int factor, Shape target)
    {
        if (factor > 1)
        {
            var (rows, columns) = network.Factors(factor);
            x = spec.Decoder!.Enlarging switch
            {
                Enlarging.Transposed => network.TransposedConvolution(name, x, network.Channels(x), factor),
                Enlarging.Bilinear => network.Add(name, new Upsample(rows, columns, UpsampleMode.Bilinear), x),
                _ => network.Add(name, new Upsample(rows, columns, UpsampleMode.Nearest), x),
            };
        }
        var map = network.ShapeOf(x);
        var (bottom, right) = (map[2] - target[2], map[3] - target[3]);
        if (bottom < 0 || right < 0)
            throw SpecLimits.Refusal(spec,
                $"'{name}' of {map[2]}x{map[3]} does not reach the encoder's {target[2]}x{target[3]}; use padded layers");
        return bottom + right == 0 ? x : network.Add($"{name}.crop", new CropPixels(0, 0, bottom, right), x);
    }
}
