using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Residuum.Foundation;

namespace Residuum.Models;

/// <summary>The descriptions' JSON, with code generated at build time: no reflection when the program runs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowOutOfOrderMetadataProperties = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(NetworkSpec))]
sealed partial class SpecJsonContext : JsonSerializerContext;

/// <summary>Reads and writes descriptions as JSON, and turns what is wrong with a text into one sentence.</summary>
static class SpecJson
{
    const int LargestText = 16 << 20;

    static readonly SpecJsonContext s_indented =
        new(new JsonSerializerOptions(SpecJsonContext.Default.Options) { WriteIndented = true, NewLine = "\n" });

    public static string Write(NetworkSpec spec, bool indented) =>
        JsonSerializer.Serialize(spec, indented ? s_indented.NetworkSpec : SpecJsonContext.Default.NetworkSpec);

    public static NetworkSpec ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            // Bounded whatever the file claims to be: a device has no length.
            using var bytes = new MemoryStream();
            var buffer = new byte[1 << 16];
            for (int count; (count = file.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, count);
                if (bytes.Length > LargestText) throw TooLarge(path);
            }
            ReadOnlySpan<byte> text = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
            if (text.StartsWith(Encoding.UTF8.Preamble)) text = text[Encoding.UTF8.Preamble.Length..];
            return Read(Encoding.UTF8.GetString(text), path);
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ResiduumException($"The network description '{path}' cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    public static NetworkSpec Read(string json, string source)
    {
        if (json.Length > LargestText) throw TooLarge(source);
        NetworkSpec? spec;
        try
        {
            spec = QuickSpec.Read(json) ?? JsonSerializer.Deserialize(json, SpecJsonContext.Default.NetworkSpec);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new ResiduumException($"The network description '{source}' is wrong{Printable.Line(Place(exception))}: "
                + $"{Printable.Line(Reason(exception))}.", exception);
        }
        if (spec is null) throw new ResiduumException($"The network description '{source}' is wrong: it is null and must be an object.");
        try
        {
            SpecLimits.CheckText(spec);
            spec.Check();
        }
        catch (ResiduumException exception)
        {
            throw new ResiduumException($"The network description '{source}' is wrong: {exception.Message}", exception);
        }
        return spec;
    }

    static ResiduumException TooLarge(string source) =>
        new($"The network description '{source}' is larger than {LargestText:N0} bytes; check that it is the right file.");

    static string Place(Exception exception) => exception switch
    {
        JsonException { Path: { } path } when path != "$" => $" at {path}",
        JsonException { LineNumber: { } line } => $" at line {line + 1}",
        _ => "",
    };

    // The library speaks of .NET types to programmers; whoever wrote the file wants to know which member should hold what.
    static string Reason(Exception exception)
    {
        var path = (exception as JsonException)?.Path ?? "$";
        var text = exception.Message;
        var end = text.IndexOf(" Path: ", StringComparison.Ordinal);
        if (end >= 0) text = text[..end];
        text = text.TrimEnd('.', ' ').Replace(". ", "; ");
        if (exception is NotSupportedException || text.Contains("discriminator"))
            return "its \"kind\" is missing or unknown; a network is \"resnet\", \"plainCnn\" or \"graph\", a block \"basic\", "
                + "\"bottleneck\" or \"inverted\", "
                + "a shortcutModifier \"scaled\", \"gated\" or \"dropped\"";
        if (text.Contains("could not be mapped to any .NET member")) return $"there is no member '{LastMember(path)}'";
        if (text.StartsWith("Duplicate property", StringComparison.Ordinal)) return $"the member '{LastMember(path)}' is given twice";
        if (text.Contains("was missing required properties"))
            return $"members are missing: {text[(text.IndexOf(": ", StringComparison.Ordinal) + 2)..]}";
        return text.Contains("could not be converted to") || text.Contains("doesn't allow null values")
            ? $"the value must be {Expected(path)}"
            : text;
    }

    static string LastMember(string path) => path[(path.LastIndexOf('.') + 1)..];

    static string Expected(string path) => LastMember(path) switch
    {
        "name" => "text",
        "epsilon" or "momentum" or "stochasticDepth" or "dropout" or "rate" or "branch" => "a number",
        "bias" or "shortcut" when path.Contains(".shortcutModifier.") => "a number",
        "bias" or "maxPool" or "final" or "normalizedInput" or "linear" or "reluOnly" or "exclusive" or "pooledProjection"
            or "bareProjection" or "batchNorm" or "oneDimensional" => "true or false",
        "stages" or "convolutions" or "hidden" => "a list",
        "$" or "input" or "stem" or "block" or "preActivation" or "squeezeExcitation" or "shortcutModifier" or "head" or "decoder" =>
            "an object",
        var item when item.EndsWith(']') => item.StartsWith("hidden[", StringComparison.Ordinal) ? "a whole number" : "an object",
        _ => "a whole number",
    };
}
