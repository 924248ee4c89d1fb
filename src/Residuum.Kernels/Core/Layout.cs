namespace Residuum.Kernels;

/// <summary>
/// How a batch of images lies in memory: images outermost, then blocks of channels, then rows, then pixels, and the channels of
/// a block innermost (nChw16c). A frame of <see cref="Halo"/> zero pixels surrounds every map, so that a padded convolution
/// reads without asking where the border is; whoever writes a map writes its halo too. Lanes past the last channel are zero.
/// A small number of input channels (colours) may instead be one block of exactly that many (<see cref="Inner"/> = channels, "nHWc"),
/// so that a row of a convolution's window is kernelWidth x channels contiguous numbers in both cases.
/// </summary>
internal readonly record struct Layout(int Channels, int Height, int Width, int Halo = 0, int Inner = Lanes.Block)
{
    /// <summary>Blocks of channels.</summary>
    public int Blocks => (Channels + Inner - 1) / Inner;

    /// <summary>Floats from a pixel to the one below it.</summary>
    public int RowStride => (Width + 2 * Halo) * Inner;

    /// <summary>Floats from a block of channels to the next.</summary>
    public int BlockStride => (Height + 2 * Halo) * RowStride;

    /// <summary>Floats from an image to the next, and so floats of an image, its halo included.</summary>
    public int ImageStride => Blocks * BlockStride;

    /// <summary>Floats from the start of a block to its first pixel inside the halo.</summary>
    public int Interior => Halo * (RowStride + Inner);

    /// <summary>Numbers of an image without halo and without padding lanes.</summary>
    public int Elements => Channels * Height * Width;
}
