using System.CommandLine;
using Residuum.Data;
using Residuum.Images;
using Residuum.Inspection;

namespace Residuum.Cli.Inspections;

/// <summary>What subjects take that are measured on images of a data set: the set, how many of its test images, the seed.</summary>
/// <param name="usual">How many images by default.</param>
/// <param name="least">How many at least.</param>
sealed class SampleOptions(int usual, int least)
{
    readonly Option<string> _data = Required(CommonOptions.Data());
    readonly Option<int?> _images =
        CommonOptions.Whole("--images", "N", $"How many test images, drawn by the seed; {usual} by default.", least, 10_000_000);
    readonly Option<ulong?> _seed =
        CommonOptions.Seed("The seed of the draw, and of the weights of a network that has none; 0 by default.");

    /// <summary>The options, for a command's list.</summary>
    public IEnumerable<Symbol> All => [_data, _images, _seed];

    /// <summary>The seed.</summary>
    public ulong Seed(ParseResult result) => result.GetValue(_seed) ?? 0;

    /// <summary>Draws the images; also tells how the data are usually normalized.</summary>
    public (ImageSample Images, Normalization Usual) Draw(ParseResult result)
    {
        var source = DataSources.Open(result.GetRequiredValue(_data));
        return (ImageSample.Draw(source.Test, result.GetValue(_images) ?? usual, Seed(result)), source.Normalization);
    }

    static Option<string> Required(Option<string> option)
    {
        option.Required = true;
        return option;
    }
}
