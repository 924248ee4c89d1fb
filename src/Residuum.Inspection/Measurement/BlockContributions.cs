using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Pictures;
using Residuum.Training;

namespace Residuum.Inspection;

/// <summary>
/// What each block of a network adds: how large its residual branch is against its shortcut, and, where asked for, how many images a
/// network gets wrong that it had right when the block is taken away alone, as Veit et al. (2016) do. Running statistics, as in inference.
/// Immutable, safe to share among threads.
/// </summary>
/// <param name="Origin">Which model it is.</param>
/// <param name="Data">The set of the images.</param>
/// <param name="Images">Which images of the set.</param>
/// <param name="Correct">Images that the whole network gets right; null where no blocks were taken away.</param>
/// <param name="Loss">The whole network's mean cross-entropy; null where no blocks were taken away.</param>
/// <param name="Blocks">The blocks in order.</param>
public sealed record BlockContributions(
    ModelOrigin Origin, string Data, ImmutableArray<int> Images, int? Correct, double? Loss, ImmutableArray<BlockContribution> Blocks)
{
    const int Batch = 64;

    /// <summary>What the figures are.</summary>
    public ContributionDefinitions Definitions { get; } = new();

    /// <summary>Measures the blocks of a model.</summary>
    /// <param name="model">The model; for <paramref name="lesions"/> with a classifier.</param>
    /// <param name="images">The images.</param>
    /// <param name="lesions">Whether each block is taken away in turn and the accuracy measured: as many evaluations as blocks, and one
    /// more.</param>
    /// <param name="threads">Threads that share the work; 0 for one for each core. Results do not depend on it.</param>
    /// <param name="progress">Called with the share of the work that is done, from 0 to 1; may be absent.</param>
    /// <param name="cancellation">Ends the measurement early.</param>
    /// <exception cref="ResiduumException">The network has no blocks, or does not take such images.</exception>
    public static BlockContributions Of(
        MeasuredModel model, ImageSample images, bool lesions = false, int threads = 0, Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        images.CheckFit(model.Model, hasClasses: lesions);
        var blocks = NetworkOutline.Of(model.Model.Graph).Blocks.ToArray();
        if (blocks.Length == 0)
            throw new ResiduumException($"The network {model.Model.Name} has no blocks to measure; choose a residual network or a "
                + "plain one in blocks.");
        var runs = lesions ? blocks.Length + 2.0 : 1.0;
        var norms = BranchNorms.Measure(model.Model, blocks, images, Batch, threads, done => progress?.Invoke(done / runs), cancellation);
        var evaluations = lesions ? Evaluate() : [];
        return new BlockContributions(model.Origin, images.Name, images.Indices, lesions ? evaluations[0]!.Correct : null,
            lesions ? evaluations[0]!.Loss : null,
            [.. blocks.Select((block, i) =>
                new BlockContribution(block.Name, block.Shortcut, norms[i].Branch, norms[i].Shortcut, norms[i].Ratio,
                lesions ? Lesions.Kind(model.Model.Graph, block) : null, lesions ? evaluations[i + 1]?.Correct : null,
                    lesions ? evaluations[i + 1]?.Loss : null))]);

        // The whole network, then the network without each block; null where the block cannot be taken away.
        Evaluation?[] Evaluate()
        {
            var results = new Evaluation?[blocks.Length + 1];
            for (var i = 0; i <= blocks.Length; i++)
            {
                var (graph, before) = (i == 0 ? model.Model.Graph : Lesions.Without(model.Model.Graph, blocks[i - 1]), 1 + i);
                if (graph is null) continue;
                using var evaluator = new Evaluator(graph, Math.Min(Batch, images.Count), threads);
                evaluator.Load(model.Model.Weights);
                results[i] = evaluator.Run(images, ImageSample.NormalizationOf(model.Model.Preprocessing), null,
                    done => progress?.Invoke((before + (double)done / images.Count) / runs), cancellation);
            }
            return results;
        }
    }

    /// <summary>One JSON object with these members in camel case: the figures, and what it takes to measure them again.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ContributionJsonContext.Default.BlockContributions);

    /// <summary>A row for each block.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        if (Correct is { } correct)
            text.Append(CultureInfo.InvariantCulture, $"{Origin.Name}: {correct} of {Images.Length} images right, loss {Loss:0.0000}\n\n");
        PlainTable.Write(text,
            [("Block", false), ("Shortcut", false), ("Branch", true), ("Shortcut's norm", true), ("Branch / shortcut", true),
                .. Correct is null ? ((string, bool)[])[]
                : [("Taken away", false), ("Right", true), ("Points lost", true), ("Loss", true)]],
            [.. Blocks.Select(block => (string[])
                [block.Name, block.Shortcut.ToString(), Figure(block.BranchNorm, "0.00"), Figure(block.ShortcutNorm, "0.00"),
                    Figure(block.Ratio, "0.000"),
                    .. Correct is null ? (string[])[] :
                        [Words(block.Removal), Figure(block.Correct, "0"), Figure(PointsLost(block), "0.0"),
                            Figure(block.Loss, "0.0000")]])]);
        return text.ToString();
    }

    /// <summary>Bars: each branch's norm against its shortcut's, and the percentage points lost without each block.</summary>
    public string ToSvg() => Draw().ToString();

    internal SvgCanvas Draw()
    {
        const double Width = 860;
        var stages = Blocks.Select(block => block.Name.Split('.')[0]).Distinct().ToList();
        var sizes = new BarChart($"{Origin.Name}: norm of the branch against the shortcut", "branch / shortcut",
            Bars(block => block.Ratio, false));
        if (Correct is null) return sizes.Draw(Width, 340);
        var lost = new BarChart($"Accuracy lost without each block (hollow: without its branch), of "
            + $"{Figure(100.0 * Correct / Images.Length, "0.0")} %",
            "percentage points", Bars(PointsLost, true));
        return Plot.Stack(sizes.Title, Width, (340, sizes.Draw), (340, lost.Draw));

        ImmutableArray<Bar> Bars(Func<BlockContribution, double?> value, bool ofLesions) =>
        [
            .. Blocks.Select(block => new Bar(block.Name, value(block) ?? double.NaN, stages.IndexOf(block.Name.Split('.')[0]),
                ofLesions && block.Removal == BlockRemoval.Branch)),
        ];
    }

    double? PointsLost(BlockContribution block) => 100.0 * (Correct - block.Correct) / Images.Length;

    static string Words(BlockRemoval? removal) => removal switch
    {
        BlockRemoval.Block => "the block",
        BlockRemoval.Branch => "its branch",
        _ => "cannot be",
    };

    static string Figure(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}

/// <summary>How a block was taken away.</summary>
public enum BlockRemoval
{
    /// <summary>Not at all: its input has another shape than its output, and there is no shortcut to stand in.</summary>
    None,

    /// <summary>The whole block: its input goes on as its output.</summary>
    Block,

    /// <summary>Its residual branch alone, which is zero: what the shortcut makes of the input goes on, since its shape changes.</summary>
    Branch,
}

/// <summary>What a block adds.</summary>
/// <param name="Name">For example <c>stage1.block2</c>.</param>
/// <param name="Shortcut">How its shortcut goes.</param>
/// <param name="BranchNorm">The residual branch's norm where it meets the shortcut, mean over images; null without a shortcut.</param>
/// <param name="ShortcutNorm">The shortcut's norm there, mean over images; null without a shortcut.</param>
/// <param name="Ratio">Branch's norm / shortcut's norm, mean over images; null where a shortcut's norm is zero or there is none.</param>
/// <param name="Removal">How it was taken away; null where that was not asked for.</param>
/// <param name="Correct">Images that are right without it; null where it was not taken away.</param>
/// <param name="Loss">The mean cross-entropy without it; null where it was not taken away.</param>
public sealed record BlockContribution(
    string Name, OutlineShortcut Shortcut, double? BranchNorm, double? ShortcutNorm, double? Ratio, BlockRemoval? Removal, int? Correct,
        double? Loss);

/// <summary>What the figures are, for those who compute them again.</summary>
public sealed record ContributionDefinitions
{
    /// <summary>Norms and their ratio.</summary>
    public string Norms { get; } =
        "square root of the sum of squares over channels and pixels of an image, where branch and shortcut are added; means over "
        + "images of the norms and of their ratio; running statistics";

    /// <summary>How blocks are taken away.</summary>
    public string Removal { get; } =
        "one block at a time, without training again: block - its output is its input; branch - what is added to the shortcut "
        + "is zero and what follows the sum stays";
}

/// <summary>The JSON, with code generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n",
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BlockContributions))]
sealed partial class ContributionJsonContext : JsonSerializerContext;
