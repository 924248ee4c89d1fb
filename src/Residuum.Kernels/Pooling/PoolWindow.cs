namespace Residuum.Kernels;

/// <summary>Pooling windows along one side of a map: their length, how far apart they lie, how far outside the first begins.</summary>
internal readonly record struct PoolSide(int Kernel, int Stride, int Padding)
{
    /// <summary>Where a window begins, perhaps before 0.</summary>
    public int Start(int output) => output * Stride - Padding;

    /// <summary>The places of a window that lie inside: from first to end, counted within the window.</summary>
    public (int First, int End) Inside(int output, int inputLength)
    {
        var start = Start(output);
        return (Math.Max(0, -start), Math.Min(Kernel, inputLength - start));
    }

    /// <summary>The windows that cover a place of the input: from first to end.</summary>
    public (int First, int End) Covering(int input, int outputLength)
    {
        var reach = input + Padding;
        var first = reach < Kernel ? 0 : (reach - Kernel) / Stride + 1;
        return (first, Math.Min(outputLength, reach / Stride + 1));
    }

    /// <summary>Throws unless every window has at least one place inside.</summary>
    public void Check(int inputLength, int outputLength)
    {
        if (Kernel < 1 || Stride < 1 || Padding < 0 || outputLength < 1
            || Padding >= Kernel || Start(outputLength - 1) >= inputLength)
            throw new ArgumentException($"Windows {this} over {inputLength} giving {outputLength}: some lie wholly outside.");
    }
}

/// <summary>A pooling window: its two sides.</summary>
internal readonly record struct PoolWindow(PoolSide Vertical, PoolSide Horizontal)
{
    /// <summary>A square window, the same both ways.</summary>
    public static PoolWindow Square(int kernel, int stride, int padding) =>
        new(new PoolSide(kernel, stride, padding), new PoolSide(kernel, stride, padding));

    /// <summary>Throws unless windows, input and output fit one another.</summary>
    public void Check(Layout input, Layout output)
    {
        if (input.Channels != output.Channels) throw new ArgumentException($"Pooling keeps the channels: {input} to {output}.");
        Vertical.Check(input.Height, output.Height);
        Horizontal.Check(input.Width, output.Width);
    }
}
