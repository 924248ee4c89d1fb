using System.CommandLine;
using System.Text;
using Residuum.Foundation;

namespace Residuum.Cli.Inspections;

/// <summary>The file that a picture goes to: <c>-o FILE</c>, or a name of its own in the current folder. The extension says the
/// format.</summary>
/// <param name="Path">The file.</param>
sealed record PictureFile(string Path)
{
    const int LongestName = 60;

    /// <summary>The option, for pictures of these formats.</summary>
    public static Option<string> Option(params ReadOnlySpan<string> extensions)
    {
        var known = extensions.ToArray();
        var option = CommonOptions.Text("--output", "FILE",
            $"Where the picture goes ({string.Join(", ", known)}); a name of its own in the current folder by default.");
        option.Aliases.Add("-o");
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !known.Contains(Extension(result.Tokens[^1].Value)))
                result.AddError($"The picture's file ends in {Listed(known)}, unlike '{result.Tokens[^1].Value}'");
        });
        return option;
    }

    /// <summary>The extension that says the format, in small letters.</summary>
    public static string Extension(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant();

    /// <summary>What the option says, else the network's name and what is shown of it. Called before the work that the picture is
    /// of.</summary>
    /// <exception cref="ResiduumException">There is no such folder.</exception>
    public static PictureFile Of(ParseResult result, Option<string> option, string network, string subject, string extension)
    {
        var path = result.GetValue(option) ?? $"{Plain(network)}-{Plain(subject)}{extension}";
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path));
        if (folder is not null && !Directory.Exists(folder))
            throw new ResiduumException($"The picture '{path}' cannot be written because there is no folder '{folder}'; create "
                + "it or choose another.");
        return new PictureFile(path);
    }

    /// <summary>Writes the format that the file's extension asks for, as a whole or not at all, and says so.</summary>
    /// <param name="messages">Where it is said.</param>
    /// <param name="svg">Makes the picture as SVG; null where there is none.</param>
    /// <param name="png">Makes the picture as PNG; null where there is none.</param>
    public void Write(Messages messages, Func<string>? svg, Func<byte[]>? png)
    {
        var isSvg = Extension(Path) == ".svg";
        var bytes = isSvg ? Encoding.UTF8.GetBytes(svg!()) : png!();
        AtomicFile.Write(Path, stream => stream.Write(bytes));
        messages.Line($"wrote {Path}");
    }

    static string Listed(string[] names) =>
        names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} or {names[^1]}";

    // A network may be called anything, in a file that somebody else made.
    static string Plain(string name)
    {
        var plain = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '_')
            .Take(LongestName));
        return plain.Trim('.', '_').Length == 0 ? "network" : plain.TrimStart('.', '-');
    }
}
