using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Residuum.PublicApi.Tests;

/// <summary>Types and members as they are written in C#.</summary>
static class CSharp
{
    static readonly NullabilityInfoContext s_nullability = new();

    static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    /// <summary>For example <c>IReadOnlyList&lt;Prediction&gt;</c> or <c>int?</c>.</summary>
    public static string Name(Type type)
    {
        if (s_keywords.TryGetValue(type, out var keyword)) return keyword;
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (System.Nullable.GetUnderlyingType(type) is { } inner) return $"{Name(inner)}?";
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true)
            return $"({string.Join(", ", type.GetGenericArguments().Select(Name))})";
        var name = type.IsGenericType && type.Name.Contains('`', StringComparison.Ordinal)
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
        return type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{name}" : name;
    }

    /// <summary>Where a heading with the type's name is found on its page.</summary>
    public static string Anchor(Type type) => new([.. Name(type).ToLowerInvariant().Where(char.IsLetterOrDigit)]);

    /// <summary>A type's first line.</summary>
    public static string Declaration(Type type)
    {
        var isRecord = type.GetMethod("<Clone>$") is not null || type.IsValueType
            && type.GetMethods(BindingFlags.NonPublic | BindingFlags.Instance).Any(method => method.Name == "PrintMembers");
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? isRecord ? "record struct" : "struct"
            : isRecord ? "record" : "class";
        var modifier = type.IsValueType || type.IsInterface ? "" : type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        var bases = new List<string>();
        if (type.BaseType is { } super && super != typeof(object) && super != typeof(ValueType) && super != typeof(Enum))
            bases.Add(Name(super));
        var inherited = type.BaseType?.GetInterfaces() ?? [];
        bases.AddRange(type.GetInterfaces().Except(inherited)
            .Where(each => each.IsPublic && !type.IsEnum && !each.Name.StartsWith("IEquatable", StringComparison.Ordinal))
            .Select(Name).Order(StringComparer.Ordinal));
        return $"public {modifier}{kind} {Name(type)}{(bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}")}";
    }

    /// <summary>A member's first line, without <c>public</c>.</summary>
    public static string Declaration(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Name(constructor.DeclaringType!)}({Parameters(constructor)})",
        FieldInfo { DeclaringType.IsEnum: true } value => value.Name,
        FieldInfo field =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Nullable(field.FieldType, s_nullability.Create(field))} "
            + $"{field.Name}",
        PropertyInfo property => $"{Modifier(property.GetMethod!)}{Nullable(property.PropertyType, s_nullability.Create(property))} "
            + (property.GetIndexParameters() is { Length: > 0 } indices ? $"this[{string.Join(", ", indices.Select(Parameter))}]"
            : property.Name)
            + $" {{ get; {Setter(property)}}}",
        MethodInfo method => $"{Modifier(method)}{Nullable(method.ReturnType, s_nullability.Create(method.ReturnParameter))} "
            + Operator(method.Name)
            + (method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "")
            + $"({Parameters(method)})",
        _ => member.Name,
    };

    static string Modifier(MethodBase method) => method.IsStatic ? "static " : method.IsFamily ? "protected " : "";

    static string Operator(string name) => name switch { "op_Equality" => "operator ==", "op_Inequality" => "operator !=", _ => name };

    static string Setter(PropertyInfo property) => property.SetMethod is not { IsPublic: true } setter ? ""
        : setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    static string Parameter(ParameterInfo parameter) =>
        $"{(parameter.IsDefined(typeof(ParamCollectionAttribute)) || parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")}"
        + $"{(parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "")}"
        + $"{Nullable(parameter.ParameterType, s_nullability.Create(parameter))} "
        + $"{parameter.Name}{(parameter.HasDefaultValue ? $" = {Default(parameter)}" : "")}";

    static string Nullable(Type type, NullabilityInfo info) =>
        Name(type) + (!type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "");

    static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && System.Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default"
            : "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        Enum value => $"{value.GetType().Name}.{value}",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
