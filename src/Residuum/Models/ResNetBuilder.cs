using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>
/// Builds the graph of a <see cref="ResNetSpec"/>. Its nodes are named <c>stem.*</c>, <c>stageS.blockB.*</c> and <c>head.*</c>,
/// counted from 1; weights are saved under these names, so they never change.
/// </summary>
sealed class ResNetBuilder(ResNetSpec spec)
{
    readonly NetworkBuilder _network = new(spec.Epsilon, spec.Momentum);
    readonly PreActivationSpec? _preActivation = spec.Block.PreActivation;

    public Graph Build()
    {
        var x = Stem(_network.Image(spec.Input));
        for (var stage = 0; stage < spec.Stages.Length; stage++)
            for (var block = 0; block < spec.Stages[stage].Blocks; block++)
            {
                var name = $"stage{stage + 1}.block{block + 1}";
                var stride = block == 0 ? spec.Stages[stage].Stride : 1;
                var isFirst = stage == 0 && block == 0;
                x = _preActivation is null
                    ? PostActivationBlock(name, x, spec.Stages[stage].Width, stride)
                    : PreActivationBlock(name, x, spec.Stages[stage].Width, stride, isFirst);
            }
        return Head(x);
    }

    Value Stem(Value x)
    {
        var convolutions = spec.Stem.Convolutions;
        for (var i = 0; i < convolutions.Length; i++)
        {
            var number = convolutions.Length == 1 ? "" : $"{i + 1}";
            var (width, kernel, stride, bias) = convolutions[i];
            x = _network.Convolution($"stem.conv{number}", x, width, Window.Square(kernel, stride, (kernel - 1) / 2), bias);
            if (i == convolutions.Length - 1 && _preActivation is { First: FirstActivation.Block }) break;
            x = Activation("stem.", number, x);
        }
        return spec.Stem.MaxPool ? _network.Add("stem.pool", new MaxPool(Window.Square(3, 2, 1)), x) : x;
    }

    // [He15] figure 2 and 5: y = relu(branch(x) + shortcut(x)), every convolution normalized.
    Value PostActivationBlock(string name, Value input, int width, int stride)
    {
        var convolutions = spec.Block.Convolutions(width, stride);
        var last = convolutions.Length;
        var x = input;
        for (var i = 1; i <= last; i++)
        {
            x = BranchConvolution(name, i, x, convolutions[i - 1]);
            var scale = i == last && spec.Shortcut != ShortcutKind.None ? ParameterRole.LastNormScale : ParameterRole.NormScale;
            x = _network.Normalization($"{name}.norm{i}", x, scale);
            if (i < last) x = _network.Add($"{name}.relu{i}", new Relu(), x);
        }
        if (spec.Shortcut != ShortcutKind.None) x = _network.Add($"{name}.add", new Add(), x, Shortcut(name, input, input, width, stride));
        return _network.Add($"{name}.relu{last}", new Relu(), x);
    }

    // [He16] figure 4e: y = branch(x) + shortcut(x), every convolution preceded by normalization and ReLU. No scale here may start at
    // zero: behind it stands a ReLU, which would pass no gradient back to it.
    Value PreActivationBlock(string name, Value input, int width, int stride, bool isFirst)
    {
        var convolutions = spec.Block.Convolutions(width, stride);
        var (x, activated) = (input, input);
        for (var i = 1; i <= convolutions.Length; i++)
        {
            if (!(isFirst && i == 1 && _preActivation!.First == FirstActivation.Stem)) x = Activation($"{name}.", $"{i}", x);
            if (i == 1) activated = x;
            x = BranchConvolution(name, i, x, convolutions[i - 1]);
        }
        if (spec.Shortcut == ShortcutKind.None) return x;
        var projected = _preActivation!.Projection == ProjectionInput.Activated ? activated : input;
        return _network.Add($"{name}.add", new Add(), x, Shortcut(name, input, projected, width, stride));
    }

    Value BranchConvolution(string name, int number, Value x, (int Width, int Kernel, int Stride) convolution) =>
        _network.Convolution($"{name}.conv{number}", x, convolution.Width,
            Window.Square(convolution.Kernel, convolution.Stride, (convolution.Kernel - 1) / 2));

    Value Shortcut(string name, Value x, Value projected, int width, int stride)
    {
        var channels = _network.Channels(x);
        var changes = stride != 1 || channels != width;
        if (spec.Shortcut == ShortcutKind.ProjectionEverywhere || (changes && spec.Shortcut == ShortcutKind.Projection))
        {
            var y = _network.Convolution($"{name}.shortcut.conv", projected, width, Window.Square(1, stride));
            return _preActivation is null ? _network.Normalization($"{name}.shortcut.norm", y) : y;
        }
        if (stride != 1) x = _network.Add($"{name}.shortcut.subsample", new Subsample(stride, stride), x);
        if (channels == width) return x;
        if (channels > width)
            throw SpecLimits.Refusal(spec,
                $"'{name}' narrows {channels} channels to {width}, which a zero-padded shortcut cannot; use a projection");
        var before = spec.Shortcut == ShortcutKind.ZeroPadSplit ? (width - channels) / 2 : 0;
        return _network.Add($"{name}.shortcut.pad", new PadChannels(before, width - channels - before), x);
    }

    Graph Head(Value x)
    {
        if (_preActivation is { Final: true }) x = Activation("head.", "", x);
        if (spec.Classes is not { } classes) return _network.Build(NetworkSpec.FeaturesOutput, x);
        x = _network.Add("head.pool", new GlobalAveragePool(), x);
        return _network.Build(NetworkSpec.LogitsOutput, _network.Linear("head.linear", x, classes));
    }

    Value Activation(string prefix, string number, Value x) =>
        _network.Add($"{prefix}relu{number}", new Relu(), _network.Normalization($"{prefix}norm{number}", x));
}
