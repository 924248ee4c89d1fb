using System.CommandLine;
using System.Globalization;
using Residuum.Images;
using Residuum.Jpeg;

namespace Residuum.Cli.Inspections;

/// <summary>What every subject of <c>inspect</c> takes: MODEL, where its weights come from, threads, where the picture goes,
/// JSON.</summary>
/// <param name="subject">The subject's name, which the picture's file is called after.</param>
/// <param name="extensions">The formats of its picture; the first is the usual one.</param>
sealed class InspectionOptions(string subject, params string[] extensions)
{
    readonly Option<string> _weights = CommonOptions.Weights();
    readonly Option<string> _normalize = CommonOptions.Normalize();
    readonly Option<int?> _threads = CommonOptions.Threads();
    readonly Option<string> _output = PictureFile.Option(extensions);
    readonly Option<bool> _json = CommonOptions.Json();

    /// <summary>The argument MODEL.</summary>
    public Argument<string> Model { get; } = CommonOptions.Model();

    /// <summary>The options, for the end of a command's list.</summary>
    public IEnumerable<Symbol> All => [_weights, .. OfRuns, _output, _json];

    /// <summary>Those of <see cref="All"/> for a subject that looks at weights alone: nothing runs.</summary>
    public IEnumerable<Symbol> OfWeights => [_weights, _output, _json];

    /// <summary>Those that say how images run through the network.</summary>
    public IReadOnlyList<Option> OfRuns => [_normalize, _threads];

    /// <summary>An argument that names a picture.</summary>
    public static Argument<string> Image() => new("IMAGE") { Description = "A picture: PNG or JPEG, of any size." };

    /// <summary>The option <c>--class</c>.</summary>
    public static Option<string> Class() =>
        CommonOptions.Text("--class", "N|LABEL", "The class, by its number from 0 or its name; by default the most probable one.");

    /// <summary>Reads the picture that an argument names.</summary>
    public static RgbImage Read(string path) => new ImageReader(new JpegDecoder()).Read(path);

    /// <summary>The names that a list with commas holds; none where it is not given.</summary>
    /// <exception cref="UsageException">It is given and holds none.</exception>
    public static string[] Names(string option, string? list)
    {
        var names = list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        return list is null || names.Length > 0 ? names
            : throw new UsageException($"The option {option} holds nothing but '{list}'; name something, with commas between "
            + "several, or leave it out.");
    }

    /// <summary>The whole numbers from 0 that a list with commas holds; none where it is not given.</summary>
    /// <exception cref="UsageException">Something else is among them, or it is given and holds none.</exception>
    public static int[] Numbers(string option, string? list) =>
    [
        .. Names(option, list).Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new UsageException($"The option {option} takes whole numbers from 0 with commas between them, such as "
            + $"3,17, not '{text}'.")),
    ];

    /// <summary>Opens the model, and says so where its weights are random. The caller disposes it.</summary>
    public Model Open(ParseResult result, Terminal terminal)
    {
        var opened = ModelSource.Open(result.GetRequiredValue(Model), result.GetValue(_weights), result.GetValue(_normalize));
        opened.WarnOfRandomWeights(terminal);
        return opened.Model;
    }

    /// <summary>Opens another model than MODEL, which reads images as its file says, else as is usual for the data, unless the user says
    /// how.</summary>
    public ModelSource Open(ParseResult result, string nameOrPath, Normalization usual, ulong seed, string? weights)
    {
        var opened = ModelSource.Open(nameOrPath, weights, result.GetValue(_normalize), seed);
        return opened.SaysPreprocessing || result.GetValue(_normalize) is not null ? opened
            : opened with { Model = opened.Model.With(ModelSource.Normalized(opened.Model.Preprocessing, usual)) };
    }

    /// <summary>The file of <c>--weights</c>, or null.</summary>
    public string? Weights(ParseResult result) => result.GetValue(_weights);

    /// <summary>Threads that share the work; 0 for one for each core.</summary>
    public int Threads(ParseResult result) => result.GetValue(_threads) ?? 0;

    /// <summary>Where the picture goes; asked for before the work, so that a wrong folder is told at once.</summary>
    public PictureFile File(ParseResult result, Model model) => File(result, model.Network.Name);

    /// <summary>The same for a picture of one layer, which then stands in the usual name: a second layer's does not replace it.</summary>
    public PictureFile File(ParseResult result, Model model, string layer) =>
        PictureFile.Of(result, _output, model.Network.Name, $"{subject}-{layer}", extensions[0]);

    /// <summary>The same for a picture of something else than one model.</summary>
    public PictureFile File(ParseResult result, string name) => PictureFile.Of(result, _output, name, subject, extensions[0]);

    /// <summary>Messages and progress.</summary>
    public Messages Messages(ParseResult result, Terminal terminal) => terminal.Messages(result.GetValue(_json));

    /// <summary>Whether numbers are wanted as JSON.</summary>
    public bool IsJson(ParseResult result) => result.GetValue(_json);

    /// <summary>Writes the picture, and the numbers to the output: as JSON, or as text for people.</summary>
    public void Write(
        ParseResult result, Terminal terminal, PictureFile file,
            Func<string> json, Func<string> text, Func<string>? svg, Func<byte[]>? png = null)
    {
        file.Write(Messages(result, terminal), svg, png);
        terminal.Output.Write(IsJson(result) ? json() + "\n" : text());
    }
}
