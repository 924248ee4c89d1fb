using System.Text.RegularExpressions;

namespace Residuum.Tests;

/// <summary>
/// Which folder may use which, read from the source. What a folder may use it may use with all that this uses in turn, but for the
/// kernels, which only plans touch. Mathematics that is the same on every machine (<c>Kernels.DeterministicMath</c>, <c>Philox</c>) is for
/// all.
/// </summary>
public partial class ArchitectureTests
{
    static readonly Dictionary<string, string[]> s_uses = new()
    {
        ["Tensors"] = [],
        ["Images"] = ["Tensors"],
        ["Graphs"] = ["Tensors"],
        ["Models"] = ["Graphs"],
        ["Gradients"] = ["Graphs"],
        ["Passes"] = ["Graphs"],
        ["Interop"] = ["Graphs"],
        ["Plans"] = ["Graphs", "Gradients", "Passes"],
        ["Data"] = ["Tensors", "Images"],
        ["Training"] = ["Plans", "Data"],
        ["Pictures"] = ["Images"],
        ["Inspection"] = ["Graphs", "Images", "Pictures", "Training"],
        [""] = ["Images", "Models", "Interop", "Training", "Inspection"],
    };

    // What a folder uses beyond that, and why.
    static readonly Dictionary<(string Folder, string Used), string> s_exceptions = new()
    {
        [("Plans", "Kernels")] = "plans are made of kernels",
    };

    [GeneratedRegex(@"^\s*///.*$|//.*$|@?\$?""(?:[^""\\]|\\.)*""", RegexOptions.Multiline)]
    private static partial Regex CommentsAndText();

    [GeneratedRegex(@"\busing\s+(?:static\s+|\w+\s*=\s*)?Residuum\.(\w+)")]
    private static partial Regex Usings();

    [GeneratedRegex(@"(?<![\w.])(?:global::)?(?:Residuum\.)?(Tensors|Images|Graphs|Models|Gradients|Passes|Interop|Plans|Data|Training|Pictures|Inspection|Kernels|Cli|Jpeg|Web)\.([A-Z]\w*)")]
    private static partial Regex QualifiedNames();

    public static TheoryData<string> Folders => [.. s_uses.Keys];

    [Theory, MemberData(nameof(Folders))]
    public void A_folder_uses_only_what_the_table_lets_it(string folder)
    {
        var allowed = Reach(folder);
        foreach (var file in Files(Path.Combine("src", "Residuum", folder)))
        {
            var text = CommentsAndText().Replace(File.ReadAllText(file), "");
            var qualified = QualifiedNames().Matches(text).Where(match =>
                match.Groups[2].Value is not (nameof(Residuum.Kernels.DeterministicMath) or nameof(Residuum.Kernels.Philox)) && IsType(match.Groups[1].Value, match.Groups[2].Value));
            var used = Usings().Matches(text).Concat(qualified).Select(match => match.Groups[1].Value).ToHashSet();
            used.Remove(folder);
            foreach (var other in used)
                Assert.True(allowed.Contains(other) || s_exceptions.ContainsKey((folder, other)), $"{Path.GetFileName(file)} in '{folder}' uses {other}.");
        }
    }

    [Fact]
    public void Every_folder_is_in_the_table_and_every_namespace_is_its_folder()
    {
        var root = Path.Combine(Root(), "src", "Residuum");
        Assert.Equal(s_uses.Keys.Where(name => name.Length > 0).Order(StringComparer.Ordinal),
            Directory.GetDirectories(root).Select(path => Path.GetFileName(path)).Where(name => name is not ("bin" or "obj")).Order(StringComparer.Ordinal));
        foreach (var folder in s_uses.Keys)
            foreach (var file in Files(Path.Combine("src", "Residuum", folder)))
                Assert.Contains(folder.Length == 0 ? "namespace Residuum;" : $"namespace Residuum.{folder};", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Kernels_know_nothing_of_what_uses_them_and_nothing_knows_the_command() => Assert.All(
        [typeof(Residuum.Kernels.ThreadTeam).Assembly, typeof(ResiduumException).Assembly],
        assembly => Assert.DoesNotContain(assembly.GetReferencedAssemblies(),
            reference => reference.Name is "Residuum.Cli" or "Residuum.Jpeg" or "Residuum.Web" || (assembly.GetName().Name == "Residuum.Kernels" && reference.Name == "Residuum")));

    [Fact]
    public void Exceptions_to_the_table_are_used()
    {
        foreach (var (folder, used) in s_exceptions.Keys)
            Assert.Contains(Files(Path.Combine("src", "Residuum", folder)), file => File.ReadAllText(file).Contains($"{used}", StringComparison.Ordinal));
    }

    // A member may have a folder's name, too, but what follows it is no type of that folder.
    static bool IsType(string folder, string name) =>
        folder is "Cli" or "Jpeg" or "Web" || typeof(ResiduumException).Assembly.GetType($"Residuum.{folder}.{name}") is not null
        || typeof(Residuum.Kernels.ThreadTeam).Assembly.GetType($"Residuum.{folder}.{name}") is not null;

    static HashSet<string> Reach(string folder)
    {
        var reach = new HashSet<string>();
        void Visit(string name)
        {
            foreach (var used in s_uses[name])
                if (reach.Add(used)) Visit(used);
        }
        Visit(folder);
        return reach;
    }

    static string[] Files(string folder) => Directory.GetFiles(Path.Combine(Root(), folder), "*.cs");

    static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx"))) return folder.FullName;
        throw new InvalidOperationException("The tests do not lie under the repository.");
    }
}
