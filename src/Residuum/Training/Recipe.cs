using System.Text.Json.Serialization;

namespace Residuum.Training;

/// <summary>
/// How a network is trained: a named, printable record whose every part can be overridden with <c>with</c>. Immutable.
/// </summary>
public sealed record Recipe
{
    /// <summary>The recipe's name.</summary>
    public required string Name { get; init; }

    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Images of a step; the last, incomplete batch of an epoch is left out.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>The peak learning rate.</summary>
    public float LearningRate { get; init; } = 0.1f;

    /// <summary>How the learning rate changes over the run.</summary>
    public Schedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>The optimizer's settings.</summary>
    public Sgd Optimizer { get; init; } = new();

    /// <summary>Pixels of black border added on all sides before an image of the original size is cut out at random; 0 for none.</summary>
    public int PadAndCrop { get; init; }

    /// <summary>Whether every other image, at random, is mirrored left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>Label smoothing, from 0 to below 1 (<see cref="Graphs.SoftmaxCrossEntropy"/>).</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>Whether residual branches start at zero (<see cref="Initialization"/>).</summary>
    public bool ZeroGamma { get; init; }

    /// <summary>
    /// Whether most maps are computed again when gradients need them, rather than kept (<see cref="TrainingGraph.Create"/>): less memory,
    /// more time, the same results.
    /// </summary>
    public bool CheckpointActivations { get; init; }

    /// <summary>
    /// Whether 3x3 convolutions may go by Winograd's filtering (<see cref="Plans.PlanOptions.Winograd"/>). Settings on file that do not say
    /// it are of runs that began without, and go on without.
    /// </summary>
    public bool Winograd { get; init; } = true;

    /// <summary>
    /// Keeps the model as it began and after every so many epochs, to look at how it came to be; 0 for none. It changes no result.
    /// </summary>
    public int Snapshots { get; init; }

    /// <summary>The default for the generated shapes: one cycle, eight epochs, small shifts and mirrored images.</summary>
    public static Recipe Shapes { get; } = new()
    {
        Name = "shapes",
        Epochs = 8,
        Batch = 64,
        LearningRate = 0.1f,
        Schedule = new OneCycleSchedule(),
        Optimizer = new Sgd { Nesterov = true, WeightDecay = 5e-4f },
        PadAndCrop = 2,
        Flip = true,
    };

    /// <summary>A fast recipe for CIFAR: one cycle to 0.2, Nesterov, weight decay 5e-4, pad-and-crop and flip, ten epochs.</summary>
    public static Recipe CifarOneCycle { get; } = new()
    {
        Name = "cifar-onecycle",
        Epochs = 10,
        Batch = 128,
        LearningRate = 0.2f,
        Schedule = new OneCycleSchedule(),
        Optimizer = new Sgd { Nesterov = true, WeightDecay = 5e-4f },
        PadAndCrop = 4,
        Flip = true,
    };

    /// <summary>
    /// The paper's for CIFAR ([He15] 4.2): 64,000 steps of 128 images are 164 epochs of 50,000; 0.1, divided by ten after 32,000 and
    /// 48,000.
    /// </summary>
    public static Recipe CifarHe15 { get; } = new()
    {
        Name = "cifar-he15",
        Epochs = 164,
        Batch = 128,
        LearningRate = 0.1f,
        Schedule = new StepSchedule { Milestones = [0.5, 0.75] },
        PadAndCrop = 4,
        Flip = true,
    };

    /// <summary>For MNIST and Fashion-MNIST: three epochs of one cycle.</summary>
    public static Recipe Mnist { get; } = new()
    {
        Name = "mnist",
        Epochs = 3,
        Batch = 64,
        LearningRate = 0.05f,
        Schedule = new OneCycleSchedule(),
        Optimizer = new Sgd { Nesterov = true, WeightDecay = 1e-4f },
    };

    /// <summary>The recipes that have a name.</summary>
    [JsonIgnore]
    public static IReadOnlyList<Recipe> All { get; } = [Shapes, CifarOneCycle, CifarHe15, Mnist];

    /// <summary>The recipe of this name.</summary>
    /// <exception cref="ResiduumException">There is none.</exception>
    public static Recipe Find(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new ResiduumException($"There is no recipe '{name}'; there are {string.Join(", ", All.Select(recipe => recipe.Name))}.");

    /// <summary>Checks all settings.</summary>
    /// <exception cref="ResiduumException">One of them makes no sense; the sentence says which.</exception>
    public void Check()
    {
        if (Epochs < 1) throw new ResiduumException($"The number of epochs {Epochs} must be at least 1.");
        if (Batch is < 1 or > 65536) throw new ResiduumException($"The batch of {Batch} images must be from 1 to 65536.");
        if (!(LearningRate > 0 && float.IsFinite(LearningRate)))
            throw new ResiduumException($"The learning rate {LearningRate} must be above 0.");
        if (PadAndCrop is < 0 or > 64) throw new ResiduumException($"The border of {PadAndCrop} pixels must be from 0 to 64.");
        if (!(LabelSmoothing >= 0 && LabelSmoothing < 1))
            throw new ResiduumException($"The label smoothing {LabelSmoothing} must be at least 0 and below 1.");
        if (Snapshots < 0) throw new ResiduumException($"The number of epochs {Snapshots} between snapshots must be 0 or more.");
        Optimizer.Check();
        Schedule.Check();
    }
}
