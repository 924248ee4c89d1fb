using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Residuum.Graphs;

namespace Residuum.Models;

/// <summary>
/// A plain convolutional network: convolutions with bias, each with ReLU and perhaps normalization and max pooling; flatten; dense layers,
/// all but the last with ReLU and perhaps dropout. Nodes are named <c>conv1</c>, <c>norm1</c>, <c>relu1</c>, <c>pool1</c>, ...,
/// <c>flatten</c>, <c>linear1</c>, ... Immutable; compares by content.
/// </summary>
/// <param name="Name">What the network is called.</param>
/// <param name="Input">The size of its images, which also decides the size of the first dense layer.</param>
/// <param name="Convolutions">The convolutions in order, 0 to 256; with none, and no hidden layers, it is a linear classifier.</param>
/// <param name="Hidden">Widths of the dense layers before the last, 256 at most; may be empty.</param>
/// <param name="Classes">Outputs of the last dense layer.</param>
/// <param name="BatchNorm">Whether every convolution is normalized before its ReLU (epsilon 1e-5, momentum 0.1); false by default.</param>
/// <param name="Dropout">The share of a hidden dense layer's outputs that is dropped in training; 0 by default.</param>
public sealed record PlainCnnSpec(
    string Name, ImageSize Input, ImmutableArray<PlainConvolutionSpec> Convolutions, ImmutableArray<int> Hidden, int Classes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool BatchNorm = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] float Dropout = 0)
    : NetworkSpec(Name, Input)
{
    /// <inheritdoc/>
    public bool Equals(PlainCnnSpec? other) =>
        base.Equals(other) && Convolutions.AsSpan().SequenceEqual(other.Convolutions.AsSpan())
        && Hidden.AsSpan().SequenceEqual(other.Hidden.AsSpan()) && Classes == other.Classes && BatchNorm == other.BatchNorm
        && Dropout.Equals(other.Dropout);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Convolutions.IsDefault ? 0 : Convolutions.Length, Classes);

    /// <inheritdoc/>
    public override PlainCnnSpec WithClasses(int classes) => this with { Classes = classes };

    internal override void Check()
    {
        if (Convolutions.IsDefault) throw SpecLimits.Refusal(this, "convolutions is missing");
        SpecLimits.CheckRange(this, "the number of convolutions", Convolutions.Length, 0, SpecLimits.PlainLayers);
        for (var i = 0; i < Convolutions.Length; i++)
        {
            if (Convolutions[i] is not { } convolution) throw SpecLimits.Refusal(this, $"convolutions[{i}] is missing");
            SpecLimits.CheckRange(this, $"convolutions[{i}].width", convolution.Width, 1, SpecLimits.Width);
            SpecLimits.CheckRange(this, $"convolutions[{i}].kernel", convolution.Kernel, 1, SpecLimits.Kernel);
            SpecLimits.CheckRange(this, $"convolutions[{i}].stride", convolution.Stride, 1, SpecLimits.Stride);
            SpecLimits.CheckRange(this, $"convolutions[{i}].padding", convolution.Padding, 0, convolution.Kernel - 1);
            SpecLimits.CheckRange(this, $"convolutions[{i}].pool", convolution.Pool, 1, SpecLimits.Kernel);
        }
        if (Hidden.IsDefault) throw SpecLimits.Refusal(this, "hidden is missing");
        SpecLimits.CheckRange(this, "the number of hidden layers", Hidden.Length, 0, SpecLimits.PlainLayers);
        for (var i = 0; i < Hidden.Length; i++) SpecLimits.CheckRange(this, $"hidden[{i}]", Hidden[i], 1, SpecLimits.Width);
        SpecLimits.CheckRange(this, "classes", Classes, 1, SpecLimits.Width);
        SpecLimits.CheckRate(this, "dropout", Dropout);
    }

    internal override Graph BuildGraph()
    {
        var network = new NetworkBuilder(LayerRules.Default);
        var x = network.Image(Input);
        var number = 0;
        foreach (var convolution in Convolutions)
        {
            number++;
            var window = Window.Square(convolution.Kernel, convolution.Stride, convolution.Padding);
            x = network.Convolution($"conv{number}", x, convolution.Width, window, bias: true);
            if (BatchNorm) x = network.Normalization($"norm{number}", x);
            x = network.Activation($"relu{number}", x);
            if (convolution.Pool > 1) x = network.Add($"pool{number}", new MaxPool(Window.Square(convolution.Pool, convolution.Pool)), x);
        }
        SpecLimits.CheckFlattens(this, network.ShapeOf(x));
        x = network.Add("flatten", new Flatten(), x);
        for (var i = 0; i < Hidden.Length; i++)
        {
            x = network.Activation($"relu{++number}", network.Linear($"linear{i + 1}", x, Hidden[i]));
            if (Dropout > 0) x = network.Dropout($"dropout{i + 1}", x, Dropout);
        }
        return network.Build(LogitsOutput, network.Linear($"linear{Hidden.Length + 1}", x, Classes));
    }
}

/// <summary>One convolution of a plain network, with bias and ReLU, and the max pooling behind it.</summary>
/// <param name="Width">Its output channels.</param>
/// <param name="Kernel">Side of its square kernel in pixels; 3 by default.</param>
/// <param name="Stride">Its stride in pixels; 1 by default.</param>
/// <param name="Padding">Zeros on every side; 0 (the default) makes it a valid convolution, which shrinks the map.</param>
/// <param name="Pool">Side and stride of the max pooling that follows; 1 (the default) for none.</param>
public sealed record PlainConvolutionSpec(int Width, int Kernel = 3, int Stride = 1, int Padding = 0, int Pool = 1);
