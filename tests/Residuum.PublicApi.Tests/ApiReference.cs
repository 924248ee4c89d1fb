using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Residuum.PublicApi.Tests;

/// <summary>The reference of an assembly's public types in Markdown, a page for each namespace, made of the documentation
/// comments.</summary>
sealed class ApiReference(Assembly assembly)
{
    readonly XmlDocs _docs = XmlDocs.Of(assembly);

    /// <summary>The pages by the names of their namespaces.</summary>
    public IEnumerable<(string Namespace, string Text)> Pages() => assembly.GetExportedTypes().Where(type => !type.IsNested)
        .GroupBy(type => type.Namespace!)
        .Select(group => (group.Key, Page(group.Key, [.. group.OrderBy(type => type.Name, StringComparer.Ordinal)])));

    string Page(string name, Type[] types)
    {
        var text = new StringBuilder($"# {name}\n\nMade of the documentation comments; [all namespaces](README.md).\n\n| Type | What "
            + "it is |\n|---|---|\n");
        foreach (var type in types)
            text.Append($"| [{CSharp.Name(type)}](#{CSharp.Anchor(type)}) | "
                + $"{FirstSentence(XmlDocs.Text(_docs.Find(type)?.Element("summary")))} |\n");
        foreach (var type in types) Append(text, type);
        return text.ToString();
    }

    void Append(StringBuilder text, Type type)
    {
        var doc = _docs.Find(type);
        text.Append($"\n## {CSharp.Name(type)}\n\n`{CSharp.Declaration(type)}`\n\n{XmlDocs.Text(doc?.Element("summary"))}\n");
        if (doc?.Element("example") is { } example) text.Append($"\n{XmlDocs.Text(example)}\n");
        var members = PublicSurface.VisibleMembers(type).OrderBy(Rank).ThenBy(member => member.Name, StringComparer.Ordinal)
            .ThenBy(member => XmlDocs.IdOf(member), StringComparer.Ordinal).ToList();
        if (members.Count > 0) text.Append('\n');
        foreach (var member in members) Append(text, member, doc);
    }

    void Append(StringBuilder text, MemberInfo member, XElement? type)
    {
        var doc = _docs.Find(member);
        // What a record's parameters mean stands with the type.
        var summary = XmlDocs.Text(doc?.Element("summary") ?? Parameter(type, member.Name));
        if (summary.Length == 0 && member is ConstructorInfo) doc = type;
        text.Append($"- `{CSharp.Declaration(member)}`{(summary.Length == 0 ? "" : $"  \n  {Indented(summary)}")}\n");
        if (member is MethodBase method)
            foreach (var parameter in method.GetParameters())
                if (XmlDocs.Text(Parameter(doc, parameter.Name!)) is { Length: > 0 } meaning)
                    text.Append($"  - `{parameter.Name}`: {Indented(meaning)}\n");
        if (member is not MethodBase) return;
        if (XmlDocs.Text(doc?.Element("returns")) is { Length: > 0 } returns) text.Append($"  - Returns: {Indented(returns)}\n");
        foreach (var exception in doc?.Elements("exception") ?? [])
            text.Append($"  - Throws `{exception.Attribute("cref")!.Value.Split('.')[^1]}`: {Indented(XmlDocs.Text(exception))}\n");
    }

    static XElement? Parameter(XElement? doc, string name) =>
        doc?.Elements("param").FirstOrDefault(parameter => parameter.Attribute("name")?.Value == name);

    static int Rank(MemberInfo member) => member switch
    {
        ConstructorInfo => 0,
        FieldInfo => 1,
        PropertyInfo => 2,
        _ => 3,
    };

    static string Indented(string text) =>
        text.Replace("\n", "\n  ", StringComparison.Ordinal).Replace("\n  \n", "\n\n", StringComparison.Ordinal);

    static string FirstSentence(string text)
    {
        var line = text.Split("\n\n")[0];
        var end = line.Replace("et al.", "et al,", StringComparison.Ordinal).IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? line : line[..(end + 1)]).Replace("|", "\\|", StringComparison.Ordinal);
    }
}
