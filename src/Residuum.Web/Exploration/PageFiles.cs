using System.Collections.Frozen;

namespace Residuum.Web.Exploration;

/// <summary>The files of the page, which are part of this assembly.</summary>
static class PageFiles
{
    /// <summary>Each file by its name, with its type.</summary>
    public static FrozenDictionary<string, (string Type, byte[] Content)> All { get; } = Read().ToFrozenDictionary(StringComparer.Ordinal);

    static IEnumerable<KeyValuePair<string, (string, byte[])>> Read()
    {
        var assembly = typeof(PageFiles).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return KeyValuePair.Create(name, (TypeOf(name), content));
        }
    }

    static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"The page has a file '{name}' of an unknown type."),
    };
}
