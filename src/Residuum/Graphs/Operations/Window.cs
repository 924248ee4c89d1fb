namespace Residuum.Graphs;

/// <summary>
/// The window that a convolution or a pooling slides over a map: kernel, stride and padding in pixels. Output size =
/// floor((size + both paddings - kernel) / stride) + 1.
/// </summary>
public readonly record struct Window(
    int KernelHeight, int KernelWidth, int StrideHeight, int StrideWidth, int PadTop, int PadLeft, int PadBottom, int PadRight)
{
    /// <summary>A square window with the same stride and padding on all sides.</summary>
    public static Window Square(int kernel, int stride = 1, int padding = 0) =>
        new(kernel, kernel, stride, stride, padding, padding, padding, padding);

    /// <summary>Rows of the output for an input of this many rows.</summary>
    public int OutputHeight(int height) => (height + PadTop + PadBottom - KernelHeight) / StrideHeight + 1;

    /// <summary>Columns of the output for an input of this many columns.</summary>
    public int OutputWidth(int width) => (width + PadLeft + PadRight - KernelWidth) / StrideWidth + 1;

    /// <summary>The largest of the four paddings.</summary>
    public int LargestPadding => Math.Max(Math.Max(PadTop, PadLeft), Math.Max(PadBottom, PadRight));

    /// <summary>Why this window cannot slide over maps of this size, or null if it can.</summary>
    public string? Complaint(int height, int width)
    {
        if (KernelHeight < 1 || KernelWidth < 1) return $"a kernel of {KernelHeight}x{KernelWidth} must be at least 1x1";
        if (StrideHeight < 1 || StrideWidth < 1) return $"a stride of {StrideHeight}x{StrideWidth} must be at least 1";
        if (Math.Min(Math.Min(PadTop, PadLeft), Math.Min(PadBottom, PadRight)) < 0) return "a padding is negative";
        if (Math.Max(PadTop, PadBottom) >= KernelHeight || Math.Max(PadLeft, PadRight) >= KernelWidth)
            return $"a padding must be smaller than the kernel of {KernelHeight}x{KernelWidth}";
        if (height + PadTop + PadBottom < KernelHeight || width + PadLeft + PadRight < KernelWidth)
            return $"a map of {height}x{width} is smaller than the kernel of {KernelHeight}x{KernelWidth}";
        return null;
    }

    /// <summary>For example <c>3x3/2 p1</c>.</summary>
    public override string ToString()
    {
        var stride = StrideHeight == StrideWidth ? StrideHeight == 1 ? "" : $"/{StrideHeight}" : $"/{StrideHeight}x{StrideWidth}";
        var padding = PadTop == PadLeft && PadTop == PadBottom && PadTop == PadRight
            ? PadTop == 0 ? "" : $" p{PadTop}"
            : $" p{PadTop},{PadLeft},{PadBottom},{PadRight}";
        return $"{KernelHeight}x{KernelWidth}{stride}{padding}";
    }
}
