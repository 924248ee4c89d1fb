namespace Residuum.Data;

/// <summary>
/// CIFAR-10 (A. Krizhevsky, 2009) in its binary layout: files of records, each one byte of label and 3072 bytes of pixels (red, green,
/// blue planes of 32x32, rows from the top). Training reads <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c>, testing
/// <c>test_batch.bin</c>; a file may hold any number of records. Class names come from <c>batches.meta.txt</c> where it exists.
/// </summary>
public static class Cifar10
{
    const int ImageBytes = 3 * 32 * 32;
    const int RecordBytes = 1 + ImageBytes;

    /// <summary>The classes' usual names, in the order of their labels.</summary>
    public static IReadOnlyList<string> DefaultClasses { get; } =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Reads a split into memory.</summary>
    /// <param name="directory">The folder of the files.</param>
    /// <param name="split">Which images.</param>
    /// <exception cref="ResiduumException">A file is missing, unreadable, empty, of a wrong size, or has a label above 9.</exception>
    public static ImageSet Load(string directory, Split split)
    {
        ArgumentNullException.ThrowIfNull(directory);
        string[] names = split == Split.Train ? [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")] : ["test_batch.bin"];
        var paths = Array.ConvertAll(names, name =>
            DataFile.Find(directory, $"CIFAR-10's {(split == Split.Train ? "training" : "test")} images", name));
        var counts = Array.ConvertAll(paths, Records);
        var total = counts.Sum(count => (long)count);
        if (total * ImageBytes > DataFile.LargestSet)
            throw new ResiduumException($"The CIFAR-10 files in '{directory}' hold {total} images, more than the "
                + $"{DataFile.LargestSet / ImageBytes} that are read into memory; split the set.");
        var pixels = new byte[total * ImageBytes];
        var labels = new byte[total];
        var image = 0;
        for (var i = 0; i < paths.Length; i++)
        {
            var (path, count) = (paths[i], counts[i]);
            DataFile.Read(path, stream =>
            {
                for (var record = 0; record < count; record++, image++)
                {
                    stream.ReadExactly(labels, image, 1);
                    if (labels[image] > 9)
                        throw new ResiduumException($"Record {record} of '{path}' has label {labels[image]}, but CIFAR-10's labels go from "
                            + "0 to 9; check that the file is in CIFAR-10's binary layout.");
                    stream.ReadExactly(pixels, image * ImageBytes, ImageBytes);
                }
            });
        }
        var set = split == Split.Train ? "cifar10 train" : "cifar10 test";
        return new ImageSet(set, 3, 32, 32, Classes(directory), pixels, labels);
    }

    static int Records(string path)
    {
        var length = DataFile.Length(path);
        if (length == 0 || length % RecordBytes != 0)
            throw new ResiduumException($"The file '{path}' has {length} bytes, which is not a whole number of records of "
                + $"{RecordBytes} bytes "
                + "(a label and 3072 pixels); it is truncated or not in CIFAR-10's binary layout.");
        // Longer files are refused by their sum; the cap only keeps the cast sound.
        return (int)Math.Min(length / RecordBytes, int.MaxValue);
    }

    static IReadOnlyList<string> Classes(string directory)
    {
        var path = Path.Combine(directory, "batches.meta.txt");
        if (!File.Exists(path)) return DefaultClasses;
        if (DataFile.Length(path) > 10000)
            throw new ResiduumException($"The file '{path}' is too long for ten class names; delete it to use the usual names.");
        var names = Array.Empty<string>();
        DataFile.Read(path, stream =>
        {
            using var reader = new StreamReader(stream);
            names = reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        });
        return names.Length == 10 ? names : throw new ResiduumException($"The file '{path}' has {names.Length} class names where "
            + "CIFAR-10 has 10; write one name a line, or delete it to use the usual names.");
    }
}
