using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Residuum.PublicApi.Tests;

/// <summary>What the compiler wrote down of an assembly's documentation comments, as Markdown.</summary>
sealed partial class XmlDocs
{
    readonly Dictionary<string, XElement> _members;

    XmlDocs(Dictionary<string, XElement> members) => _members = members;

    /// <summary>The documentation beside an assembly.</summary>
    public static XmlDocs Of(Assembly assembly) =>
        new(XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"), LoadOptions.PreserveWhitespace)
        .Descendants("member").ToDictionary(member => member.Attribute("name")!.Value));

    /// <summary>The comment of a type or member, or of what it inherits it from; null where there is none.</summary>
    public XElement? Find(MemberInfo member)
    {
        var element = _members.GetValueOrDefault(IdOf(member));
        if (element?.Element("inheritdoc") is not { } inherited) return element;
        return inherited.Attribute("cref") is { } source ? _members.GetValueOrDefault(source.Value) : Inherited(member);
    }

    /// <summary>The text of one part of a comment, such as its summary, as Markdown.</summary>
    public static string Text(XElement? part) => part is null ? "" : Tidy(string.Concat(part.Nodes().Select(Render)));

    /// <summary>The name under which the compiler files a type or member.</summary>
    public static string IdOf(MemberInfo member) => member switch
    {
        Type type => $"T:{TypeId(type)}",
        PropertyInfo property => $"P:{TypeId(property.DeclaringType!)}.{property.Name}{Parameters(property.GetIndexParameters())}",
        FieldInfo field => $"F:{TypeId(field.DeclaringType!)}.{field.Name}",
        ConstructorInfo constructor => $"M:{TypeId(constructor.DeclaringType!)}.#ctor{Parameters(constructor.GetParameters())}",
        MethodInfo method => $"M:{TypeId(method.DeclaringType!)}.{method.Name}"
            + (method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "") + Parameters(method.GetParameters())
            + (method.Name is "op_Implicit" or "op_Explicit" ? $"~{TypeId(method.ReturnType)}" : ""),
        _ => $"?:{member.Name}",
    };

    XElement? Inherited(MemberInfo member)
    {
        var type = member as Type ?? member.DeclaringType!;
        for (var super = type.BaseType; super is not null; super = super.BaseType)
            if (Same(super, member) is { } found && Find(found) is { } element) return element;
        return type.GetInterfaces().Select(each => Same(each, member)).OfType<MemberInfo>().Select(Find).OfType<XElement>()
            .FirstOrDefault();
    }

    static MemberInfo? Same(Type other, MemberInfo member) => member is Type ? other : other
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .FirstOrDefault(each => each.Name == member.Name && IdOf(each).Split('(').Skip(1).SequenceEqual(IdOf(member).Split('(').Skip(1)));

    static string Parameters(ParameterInfo[] parameters) =>
        parameters.Length == 0 ? "" : $"({string.Join(",", parameters.Select(parameter => TypeId(parameter.ParameterType)))})";

    static string TypeId(Type type)
    {
        if (type.IsByRef) return $"{TypeId(type.GetElementType()!)}@";
        if (type.IsArray) return $"{TypeId(type.GetElementType()!)}[]";
        if (type.IsGenericParameter) return $"{(type.DeclaringMethod is null ? "`" : "``")}{type.GenericParameterPosition}";
        var name = (type.IsNested ? TypeId(type.DeclaringType!) : type.Namespace) + "." + type.Name;
        return type.IsConstructedGenericType
            ? $"{name[..name.LastIndexOf('`')]}{{{string.Join(",", type.GetGenericArguments().Select(TypeId))}}}" : name;
    }

    static string Render(XNode node) => node switch
    {
        XText text => Whitespace().Replace(text.Value, " "),
        XElement { Name.LocalName: "see" or "seealso" } see =>
            "`" + (see.Attribute("cref") is { } cref ? Short(cref.Value) : (see.Attribute("langword") ?? see.Attribute("href"))?.Value)
                + "`",
        XElement { Name.LocalName: "paramref" or "typeparamref" } reference => $"`{reference.Attribute("name")?.Value}`",
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "code" } code => $"\n\n```csharp\n{Unindented(code.Value)}\n```\n\n",
        XElement { Name.LocalName: "para" } paragraph => $"\n\n{string.Concat(paragraph.Nodes().Select(Render))}\n\n",
        XElement other => string.Concat(other.Nodes().Select(Render)),
        _ => "",
    };

    // M:Residuum.Model.Predict(System.String,System.Int32) is Model.Predict here, T:Residuum.Model is Model.
    static string Short(string id)
    {
        var parts = id[2..].Split('(')[0].Split('.');
        var name = parts[^1] == "#ctor" ? parts[^2] : id[0] == 'T' ? parts[^1] : $"{parts[^2]}.{parts[^1]}";
        return Arity().Replace(name, "");
    }

    static string Unindented(string code)
    {
        var lines = code.Trim('\n', '\r').TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty()
            .Min();
        return string.Join('\n', lines.Select(line => line.Length >= indent ? line[indent..].TrimEnd() : ""));
    }

    static string Tidy(string text)
    {
        var blocks = BlankLines().Split(text.Trim())
            .Select(block => block.StartsWith("```", StringComparison.Ordinal) ? block : block.Trim());
        return string.Join("\n\n", blocks.Where(block => block.Length > 0));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();

    [GeneratedRegex(@"`+\d+")]
    private static partial Regex Arity();

    [GeneratedRegex(@"\s*\n\s*\n\s*(?!\s)")]
    private static partial Regex BlankLines();
}
