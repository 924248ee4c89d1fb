using System.CommandLine;
using System.Globalization;
using Residuum.Interop;

namespace Residuum.Cli;

/// <summary>The options of <c>convert</c> that belong to ONNX files.</summary>
sealed class OnnxArguments
{
    // Single precision and sums in another order; networks of a thousand layers stay far below it.
    const double LargestDifference = 1e-4;

    readonly Option<bool> _fold = new("--fold")
    {
        Description = "With .onnx: fold batch normalizations into the convolutions before them; for inference only.",
    };

    readonly Option<int?> _batch = CommonOptions.Batch("With .onnx: the fixed number of images of a run; free by default.");

    readonly Option<int?> _opset = CommonOptions.Whole("--opset", "N",
        $"With .onnx: the version of ONNX's operators; {OnnxWriter.UsualOpset} by default.", OnnxWriter.OldestOpset,
            OnnxWriter.NewestOpset);

    readonly Option<bool> _verify = new("--verify")
    {
        Description = "With .onnx: read the written file back with our own reader, run both on one random image, and fail where they "
            + "differ by more than 1e-4.",
    };

    readonly Option<bool> _externalData = new("--external-data")
    {
        Description = "From .onnx: read numbers that lie in other files in its folder, too.",
    };

    public IReadOnlyList<Option> Options => [_fold, _batch, _opset, _verify, _externalData];

    /// <summary>Refuses options that would do nothing.</summary>
    public void Check(ParseResult result, string from, string to)
    {
        if (!OnnxModelFile.Is(to))
            foreach (var option in new Option[] { _fold, _batch, _opset, _verify })
                if (result.IsGiven(option)) throw new UsageException($"The option {option.Name} belongs to .onnx files, but '{to}' is "
                    + "none; leave it out.");
        if (result.GetValue(_externalData) && !OnnxModelFile.Is(from))
            throw new UsageException($"The option --external-data belongs to .onnx files, but '{from}' is none; leave it out.");
    }

    public bool AllowsExternalData(ParseResult result) => result.GetValue(_externalData);

    /// <summary>Writes the model as it is or folded and, where asked for, reads it back; gives what the file has and what there is to
    /// tell.</summary>
    public (long Parameters, string Message) Write(ParseResult result, string path, Model model)
    {
        var parameters = OnnxModelFile.Write(
            path, model, new OnnxOptions(result.GetValue(_fold), result.GetValue(_batch),
                result.GetValue(_opset) ?? OnnxWriter.UsualOpset));
        if (!result.GetValue(_verify)) return (parameters, "");
        using var read = Model.Load(path);
        var difference = ModelComparison.LargestDifference(model, read);
        var text = difference == 0 ? "0" : difference.ToString("0.0e+0", CultureInfo.InvariantCulture);
        if (difference > LargestDifference)
            throw new ResiduumException($"'{path}' was written, but what it gives for a random image differs by {text} of the largest "
                + "number, more than 1e-4; do not use it.");
        return (parameters, $" Read back by our own reader and run on a random image, the largest difference is {text} of "
            + "the largest number.");
    }
}
