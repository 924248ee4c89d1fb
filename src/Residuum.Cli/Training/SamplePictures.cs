using Residuum.Data;
using Residuum.Images;

namespace Residuum.Cli.Training;

/// <summary>Writes a few held-out pictures beside a trained model, so that there is something to predict.</summary>
static class SamplePictures
{
    const int MostClasses = 10;

    /// <summary>Writes the first held-out picture of each class and returns the files.</summary>
    public static IReadOnlyList<string> Write(string runFolder, ImageSet held)
    {
        var folder = Path.Combine(runFolder, RunFolder.SampleFolder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ResiduumException(
                $"The folder '{folder}' cannot be made: {exception.Message.TrimEnd('.')}; make room for sample pictures there.", exception);
        }
        var files = new List<string>();
        for (var label = 0; label < Math.Min(held.Classes.Count, MostClasses); label++)
        {
            var index = Enumerable.Range(0, held.Count).FirstOrDefault(i => held.Label(i) == label, -1);
            if (index < 0) continue;
            var path = Path.Combine(folder, $"{FileName(held.Classes[label], label)}.png");
            Png.Write(path, ToImage(held, index));
            files.Add(path);
        }
        return files;
    }

    static RgbImage ToImage(ImageSet set, int index)
    {
        var image = new RgbImage(set.Width, set.Height);
        var plane = set.Width * set.Height;
        var pixels = set.Pixels(index);
        for (var i = 0; i < plane; i++)
            for (var colour = 0; colour < 3; colour++)
                image.Pixels[3 * i + colour] = pixels[Math.Min(colour, set.Channels - 1) * plane + i];
        return image;
    }

    // A class may be called anything, in a file that somebody else made.
    static string FileName(string name, int label)
    {
        var safe = string.Concat(name.Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_').Take(40));
        return safe.Length == 0 ? $"class{label}" : safe;
    }
}
