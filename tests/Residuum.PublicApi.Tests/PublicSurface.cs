using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Residuum.PublicApi.Tests;

/// <summary>The public types and members of an assembly as text, a line each, in alphabetical order.</summary>
static class PublicSurface
{
    const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append($"{Kind(type)} {type.FullName}{Bases(type)}\n");
            foreach (var member in Members(type).Order(StringComparer.Ordinal)) text.Append($"    {member}\n");
        }
        return text.ToString();
    }

    /// <summary>The members of a type that users see, but for what says no more than that it compares by content.</summary>
    public static IEnumerable<MemberInfo> VisibleMembers(Type type) => type.IsEnum
        ? type.GetFields(BindingFlags.Public | BindingFlags.Static)
        : type.GetMembers(Declared).Where(
        member => !IsGenerated(member) && Describe(member) is not null && member.Name is not ("Equals" or "GetHashCode"));

    static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsValueType
            ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed
        ? "sealed class" : "class";

    static string Bases(Type type)
    {
        var bases = new List<string>();
        if (type.BaseType is { } super && super != typeof(object) && super != typeof(ValueType) && super != typeof(Enum))
            bases.Add(Name(super));
        bases.AddRange(type.GetInterfaces().Where(each => each.IsPublic && each != typeof(IFormattable) && !type.IsEnum).Select(Name)
            .Order(StringComparer.Ordinal));
        return bases.Count == 0 ? "" : $" : {string.Join(", ", bases)}";
    }

    static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum) return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), null)}");
        return type.GetMembers(Declared).Where(member => !IsGenerated(member)).Select(Describe).OfType<string>();
    }

    // What the compiler makes for records, and the halves of properties.
    static bool IsGenerated(MemberInfo member) =>
        member.Name is "PrintMembers" or "<Clone>$" or "EqualityContract" or "Deconstruct" or "op_Equality" or "op_Inequality"
        || member.IsDefined(typeof(CompilerGeneratedAttribute)) || member is MethodInfo { IsSpecialName: true } method
        && !method.Name.StartsWith("op_", StringComparison.Ordinal)
        || member is ConstructorInfo constructor && constructor.GetParameters() is [{ } only]
        && only.ParameterType == constructor.DeclaringType;

    static string? Describe(MemberInfo member) => member switch
    {
        FieldInfo field when IsSeen(field.IsPublic, field.IsFamily) =>
            $"{Static(field.IsStatic)}{(field.IsLiteral ? "const " : "")}{Name(field.FieldType)} {field.Name}",
        ConstructorInfo constructor when IsSeen(constructor.IsPublic, constructor.IsFamily) => $"new({Parameters(constructor)})",
        MethodInfo method when IsSeen(method.IsPublic, method.IsFamily) =>
            $"{Static(method.IsStatic)}{Name(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})",
        PropertyInfo property when (property.GetMethod ?? property.SetMethod) is { } accessor
            && IsSeen(accessor.IsPublic, accessor.IsFamily) =>
            $"{Static(accessor.IsStatic)}{Name(property.PropertyType)} {property.Name} {{ get;{Setter(property)} }}",
        EventInfo @event => $"event {Name(@event.EventHandlerType!)} {@event.Name}",
        _ => null,
    };

    static bool IsSeen(bool isPublic, bool isFamily) => isPublic || isFamily;

    static string Static(bool isStatic) => isStatic ? "static " : "";

    static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    static string Setter(PropertyInfo property) => property.SetMethod is not { IsPublic: true } setter ? ""
        : setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";

    static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "")}{Name(parameter.ParameterType)} "
            + $"{parameter.Name}{(parameter.HasDefaultValue ? " = " + Default(parameter) : "")}"));

    static string Default(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null ? "default" : "null",
        string text => $"\"{text}\"",
        var value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };

    static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return $"{Name(inner)}?";
        var name = !type.IsGenericType ? type.Name
            : type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]
                + $"<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
        return type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{name}" : name;
    }
}
