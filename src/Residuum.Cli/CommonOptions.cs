using System.CommandLine;
using System.Globalization;
using Residuum.Data;
using Residuum.Images;
using Residuum.Models;
using Residuum.Plans;

namespace Residuum.Cli;

/// <summary>Arguments and options that several verbs share; each call makes a new one.</summary>
static class CommonOptions
{
    const int MostThreads = 256, LargestSide = 65536;

    public static Argument<string> Model() =>
        new("MODEL") { Description = "A catalogue name, a model file, or a network's description in JSON." };

    public static Option<string> Weights() =>
        Text("--weights", "FILE", "Weights for the named network: safetensors or a PyTorch checkpoint.");

    public static Option<string> Normalize(string otherwise = "the model file's own, else the data's, by default") => Text(
        "--normalize", "NAME",
        $"How bytes become numbers: {string.Join(", ", Normalization.Names)} (caffe: blue first, less the mean; tf: -1 "
            + $"to 1); {otherwise}.");

    public static Option<string> Data() =>
        Text("--data", "DATA", $"The data: {string.Join(", ", DataSources.Names)}.");

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document." };

    public static Option<int?> Threads() =>
        Whole("--threads", "N", "Threads that share the work; by default one for each core. Results do not depend on it.", 1, MostThreads);

    public static Option<bool> NoWinograd() => new("--no-winograd")
    {
        Description = "Compute every convolution by its definition: slower, and results differ in their last digits. "
            + "By default 3x3 convolutions of stride 1 go by Winograd's filtering where that should be faster.",
    };

    /// <summary>How plans compute, with or without <c>--no-winograd</c>.</summary>
    public static PlanOptions PlanOptions(ParseResult result, Option<bool> noWinograd) =>
        new() { Winograd = !result.GetValue(noWinograd) };

    public static Option<int?> Batch(string description) => Whole("--batch", "N", description, 1, 65536);

    /// <summary>Another size of images than the network's own.</summary>
    public static Option<string> Input() => Text("--input", "CxHxW", "Another size of images, such as 3x97x131.");

    /// <summary>The size that <c>--input</c> gives, or null.</summary>
    public static ImageSize? Input(ParseResult result, Option<string> input)
    {
        if (result.GetValue(input) is not { } text) return null;
        return text.Split('x').Select(Side).ToArray() is [> 0 and var channels, > 0 and var height, > 0 and var width]
            ? new ImageSize(channels, height, width)
            : throw new UsageException($"The option --input takes channels, height and width such as 3x224x224, each at most "
            + $"{LargestSide}, not '{text}'.");

        static int Side(string part) =>
            int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side <= LargestSide ? side : 0;
    }

    /// <summary>An option that takes text which is not empty.</summary>
    public static Option<string> Text(string name, string unit, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = unit };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && string.IsNullOrWhiteSpace(result.Tokens[^1].Value))
                result.AddError($"The option {name} is empty");
        });
        return option;
    }

    /// <summary>An option that takes a whole number between two bounds.</summary>
    public static Option<int?> Whole(string name, string unit, string description, int least, int greatest) => new(name)
    {
        Description = description,
        HelpName = unit,
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
                && number <= greatest)
                return number;
            result.AddError($"The option {name} takes a whole number from {least} to {greatest}, not '{text}'");
            return null;
        },
    };

    /// <summary>An option that takes a number: at least, or above, a lower bound and below, or up to, an upper one.</summary>
    public static Option<double?> Real(string name, string description, Func<double, bool> isFit, string range) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                && isFit(number))
                return number;
            result.AddError($"The option {name} takes a number {range}, not '{text}'");
            return null;
        },
    };

    /// <summary>The seed of random numbers.</summary>
    public static Option<ulong?> Seed(string description) => new("--seed")
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
            result.AddError($"The option --seed takes a whole number from 0 to {ulong.MaxValue}, not '{text}'");
            return null;
        },
    };

    /// <summary>An option that takes one of some words.</summary>
    public static Option<string> OneOf(string name, string unit, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = $"{description}: {string.Join(", ", words)}.", HelpName = unit };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !words.Contains(result.Tokens[^1].Value))
                result.AddError($"The option {name} takes {string.Join(", ", words)}, not '{result.Tokens[^1].Value}'");
        });
        return option;
    }

    /// <summary>Whether an option was written on the command line.</summary>
    public static bool IsGiven(this ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
