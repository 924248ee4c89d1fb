// Teaches a trained network new classes: its classifier is replaced, all other weights are where training starts from.
// FOLDER has a folder of pictures for each class, named like it. Every fifth picture is held out.
//   dotnet run -c Release --project samples/SwapHead -- MODEL FOLDER NEW.safetensors
using Residuum;
using Residuum.Data;
using Residuum.Images;
using Residuum.Jpeg;
using Residuum.Training;

const int HeldOut = 5;

if (args is not [var modelPath, var folder, var output])
{
    Console.Error.WriteLine("usage: SwapHead MODEL FOLDER NEW.safetensors");
    return 2;
}

var reader = new ImageReader(new JpegDecoder());
var classes = Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray();

using var trained = Model.Load(modelPath);
using var model = trained.WithHead(classes, seed: 1);

var pictures = classes.SelectMany((name, label) => Directory.EnumerateFiles(Path.Combine(folder, name))
    .Order(StringComparer.Ordinal).Select((path, index) => (Path: path, Label: label, Index: index))).ToArray();
var train = Read("train", pictures.Where(picture => picture.Index % HeldOut != 0));
var validation = Read("validation", pictures.Where(picture => picture.Index % HeldOut == 0));
Console.WriteLine($"{train.Count} pictures to learn from, {validation.Count} held out, {classes.Length} classes");

// A small rate: the weights are good already, and only the classifier is new.
var recipe = new Recipe
{
    Name = "fine-tune",
    Epochs = 5,
    Batch = Math.Min(16, train.Count),
    LearningRate = 0.01f,
    Schedule = new CosineSchedule(),
    Flip = true,
};
using var tuned = model.Train(train, validation, recipe, progress: step =>
{
    if (step.Finished is { } epoch)
        Console.WriteLine($"epoch {epoch.Epoch}: loss {epoch.TrainLoss:F3}, {epoch.ValidationTop1:P0} of those held out");
});
tuned.Save(output);
Console.WriteLine($"saved {output}");
return 0;

// Resized and cropped as the network wants it.
ImageSet Read(string name, IEnumerable<(string Path, int Label, int Index)> files)
{
    var list = files.ToArray();
    var images = list.AsParallel().AsOrdered().Select(file => model.Preprocessing.ApplyGeometry(reader.Read(file.Path))).ToArray();
    return ImageSet.Of(name, classes, images, [.. list.Select(file => file.Label)], model.Preprocessing.Channels);
}
