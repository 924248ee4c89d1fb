using System.Buffers.Binary;

namespace Residuum.Data;

/// <summary>
/// MNIST (Y. LeCun, C. Cortes, C. Burges) and Fashion-MNIST (H. Xiao, K. Rasul, R. Vollgraf, 2017) in the IDX layout, gzipped
/// (<c>.gz</c>) or not: <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c>,
/// <c>t10k-labels-idx1-ubyte</c>. An image file is, in big-endian 32-bit numbers, 2051, count, height, width, then a byte for each pixel;
/// a label file is 2049, count, then a byte for each label.
/// </summary>
public static class Mnist
{
    const uint ImageMagic = 0x00000803;
    const uint LabelMagic = 0x00000801;
    const uint LargestSide = 1024;

    /// <summary>The names of MNIST's classes: the digits.</summary>
    public static IReadOnlyList<string> DigitClasses { get; } = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    /// <summary>The names of Fashion-MNIST's classes.</summary>
    public static IReadOnlyList<string> FashionClasses { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Reads a split into memory: grey images, usually 28x28.</summary>
    /// <param name="directory">The folder of the files.</param>
    /// <param name="split">Which images.</param>
    /// <param name="fashion">Whether the classes are Fashion-MNIST's; the files have the same names and layout.</param>
    /// <exception cref="ResiduumException">
    /// A file is missing, unreadable or not IDX, has too few or too many bytes, the counts disagree, or a label is above 9.
    /// </exception>
    public static ImageSet Load(string directory, Split split, bool fashion = false)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var prefix = split == Split.Train ? "train" : "t10k";
        var set = $"{(fashion ? "Fashion-MNIST" : "MNIST")}'s {(split == Split.Train ? "training" : "test")}";
        var imagePath = Find(directory, $"{set} images", $"{prefix}-images-idx3-ubyte");
        var labelPath = Find(directory, $"{set} labels", $"{prefix}-labels-idx1-ubyte");
        var (imageSizes, pixels) = ReadIdx(imagePath, ImageMagic, 3);
        var (labelSizes, labels) = ReadIdx(labelPath, LabelMagic, 1);
        if (imageSizes[0] != labelSizes[0])
            throw new ResiduumException($"The file '{imagePath}' has {imageSizes[0]} images, but '{labelPath}' has {labelSizes[0]} labels; "
                + "use two files of one set.");
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] > 9)
                throw new ResiduumException($"Label {i} of '{labelPath}' is {labels[i]}, but labels go from 0 to 9; check the file.");
        var name = $"{(fashion ? "fashion-mnist" : "mnist")} {(split == Split.Train ? "train" : "test")}";
        return new ImageSet(name, 1, imageSizes[1], imageSizes[2], fashion ? FashionClasses : DigitClasses, pixels, labels);
    }

    static string Find(string directory, string what, string name) => DataFile.Find(directory, what, name, name + ".gz");

    static (int[] Sizes, byte[] Bytes) ReadIdx(string path, uint magic, int rank)
    {
        var sizes = new int[rank];
        byte[] bytes = [];
        DataFile.Read(path, stream =>
        {
            Span<byte> header = stackalloc byte[4 + 4 * rank];
            stream.ReadExactly(header);
            var found = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (found != magic)
                throw new ResiduumException($"The file '{path}' begins with 0x{found:x8} where IDX {(rank == 3 ? "images" : "labels")} "
                    + $"begin with 0x{magic:x8}; check that it is the right file"
                    + $"{(path.EndsWith(".gz", StringComparison.Ordinal) ? "" : " and not compressed")}.");
            long total = 1;
            for (var i = 0; i < rank; i++)
            {
                var size = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + 4 * i)..]);
                if (size == 0 || size > (i == 0 ? DataFile.LargestSet : LargestSide))
                    throw new ResiduumException($"The file '{path}' says that its {(i == 0 ? "count" : i == 1 ? "height" : "width")} "
                        + $"is {size}; it must be between 1 and {(i == 0 ? DataFile.LargestSet : LargestSide)}.");
                sizes[i] = (int)size;
                total *= size;
            }
            // The header alone decides how much memory is taken, so it is held against what the file can contain.
            if (total > DataFile.LargestSet || total + header.Length > DataFile.Capacity(path))
                throw new ResiduumException($"The file '{path}' says that it holds {total} bytes of data, more than "
                    + (total > DataFile.LargestSet ? $"the {DataFile.LargestSet} that are read into memory"
                    : "a file of its length can hold")
                    + "; it is truncated or damaged.");
            bytes = new byte[total];
            stream.ReadExactly(bytes);
            if (stream.ReadByte() >= 0)
                throw new ResiduumException(
                    $"The file '{path}' goes on after the {total} bytes of data that its header announces; fetch it again.");
        });
        return (sizes, bytes);
    }
}
