using System.Reflection;
using System.Text.RegularExpressions;

namespace Residuum.Tests;

/// <summary>The table of attacks in docs/untrusted-files.md: every test that it names exists, and no case of an attack is left
/// out.</summary>
public partial class AttackTableTests
{
    [GeneratedRegex(@"`(?<class>\w+)(?:\.(?<method>\w+)|: (?<cases>[^`]+))`")]
    private static partial Regex Tests();

    static readonly Type[] s_types = typeof(AttackTableTests).Assembly.GetTypes();

    [Fact]
    public void Every_test_that_the_table_names_exists()
    {
        foreach (var match in Rows().SelectMany(row => Tests().Matches(row[3])))
        {
            var type = s_types.SingleOrDefault(type => type.Name == match.Groups["class"].Value);
            Assert.True(type is not null, $"There is no class {match.Groups["class"].Value}.");
            if (match.Groups["method"] is { Success: true, Value: var name })
                Assert.True(type.GetMethod(name)?.GetCustomAttributes<FactAttribute>().Any() == true,
                    $"There is no test {type.Name}.{name}.");
            else
                Assert.All(Cases(match), each => Assert.True(Known(type).Contains(each), $"{type.Name} has no case '{each}'."));
        }
    }

    [Fact]
    public void Every_row_has_a_test_and_a_class_whose_cases_are_named_has_all_of_them_in_a_row()
    {
        var rows = Rows();
        Assert.InRange(rows.Length, 30, 200);
        Assert.All(rows, row => Assert.NotEmpty(Tests().Matches(row[3])));
        var named = rows.SelectMany(row => Tests().Matches(row[3])).Where(match => match.Groups["cases"].Success)
            .ToLookup(match => match.Groups["class"].Value, Cases);
        var attacks = s_types.Where(type => named.Contains(type.Name)).ToArray();
        Assert.InRange(attacks.Length, 3, 20);
        foreach (var type in attacks) Assert.Equal(
            Known(type).Order(StringComparer.Ordinal), named[type.Name].SelectMany(each => each).Order(StringComparer.Ordinal));
    }

    static string[] Cases(Match match) => match.Groups["cases"].Value.Split("; ");

    // What the class calls the cases of its table.
    static string[] Known(Type type) =>
        [.. ((IEnumerable<object[]>)type.GetProperty("Names")!.GetValue(null)!).Select(row => (string)row[0])];

    static string[][] Rows()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Residuum.slnx"))) folder = folder.Parent;
        return [.. File.ReadLines(Path.Combine(folder.FullName, "docs", "untrusted-files.md"))
            .Where(line => line.StartsWith('|')).Skip(2).Select(line => line.Trim('|', ' ').Split(" | "))];
    }
}
