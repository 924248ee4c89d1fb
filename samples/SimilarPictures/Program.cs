// Finds the pictures of a folder that are most like another one, by what the network's classifier would read of them.
//   dotnet run -c Release --project samples/SimilarPictures -- MODEL PICTURE FOLDER
using Residuum;
using Residuum.Images;
using Residuum.Inference;
using Residuum.Jpeg;

const int Batch = 16;
const int Shown = 5;

if (args is not [var modelPath, var picture, var folder])
{
    Console.Error.WriteLine("usage: SimilarPictures MODEL PICTURE FOLDER");
    return 2;
}

var reader = new ImageReader(new JpegDecoder());
using var model = Model.Load(modelPath);

// "embedding" is the value before the classifier; "stage3" or any of model.FeatureNames would do as well.
using var extractor = new FeatureExtractor(model, "embedding", batch: Batch);

var wanted = extractor.Extract(reader.Read(picture)).Span<float>().ToArray();
var found = new List<(string Path, double Similarity)>();
foreach (var paths in Directory.EnumerateFiles(folder, "*.*").Where(IsPicture).Order(StringComparer.Ordinal).Chunk(Batch))
{
    var embeddings = extractor.Extract([.. paths.AsParallel().AsOrdered().Select(reader.Read)]).Span<float>();
    for (var i = 0; i < paths.Length; i++)
    {
        var embedding = embeddings.Slice(i * wanted.Length, wanted.Length);
        found.Add((paths[i], Cosine(embedding, wanted)));
    }
}

foreach (var (path, similarity) in found.OrderByDescending(each => each.Similarity).Take(Shown))
    Console.WriteLine($"{similarity:F4} {Path.GetFileName(path)}");
return 0;

// 1 for the same direction, 0 for nothing in common.
static double Cosine(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
{
    double product = 0, leftSquares = 0, rightSquares = 0;
    for (var i = 0; i < left.Length; i++)
    {
        product += left[i] * right[i];
        leftSquares += left[i] * left[i];
        rightSquares += right[i] * right[i];
    }
    return product / Math.Sqrt(leftSquares * rightSquares);
}

static bool IsPicture(string path) => Path.GetExtension(path).ToLowerInvariant() is ".png" or ".jpg" or ".jpeg";
