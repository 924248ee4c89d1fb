// Classifies every picture of a folder, as many at a time as there are cores, and counts the classes.
//   dotnet run -c Release --project samples/ClassifyFolder -- MODEL FOLDER
using Residuum;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Jpeg;

if (args is not [var modelPath, var folder])
{
    Console.Error.WriteLine("usage: ClassifyFolder MODEL FOLDER");
    return 2;
}

ImageReader.Default = new ImageReader(new JpegDecoder());
using var model = Model.Load(modelPath);

// One thread for each picture: while some are read and resized, others are in the network. The weights are in memory once.
using var predictor = new Predictor(model, threads: 1, concurrency: Environment.ProcessorCount);

string[] extensions = [".png", ".jpg", ".jpeg"];
var pictures = Directory.EnumerateFiles(folder)
    .Where(path => extensions.Contains(Path.GetExtension(path).ToLowerInvariant()))
    .Order(StringComparer.Ordinal);

var counts = new SortedDictionary<string, int>();
foreach (var (path, best, error) in pictures.AsParallel().AsOrdered().Select(Classify))
{
    var name = Path.GetFileName(path);
    if (error is not null)
    {
        Console.WriteLine($"{name}: {error}");
        continue;
    }
    Console.WriteLine($"{name}: {best.Label} ({best.Probability:P1})");
    counts[best.Label] = counts.GetValueOrDefault(best.Label) + 1;
}
foreach (var (label, count) in counts) Console.WriteLine($"{count} x {label}");
return 0;

// A picture that cannot be read must not end the others.
(string Path, Prediction Best, string? Error) Classify(string path)
{
    try
    {
        return (path, predictor.Predict(path, top: 1)[0], null);
    }
    catch (ResiduumException exception)
    {
        return (path, default, exception.Message);
    }
}
