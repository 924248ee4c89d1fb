using System.Text.RegularExpressions;

namespace Residuum.Tests;

/// <summary>
/// Which room may use which, read from the source. A room is a folder of <c>src/Residuum</c> with all folders below it, the files beside
/// those folders (the root), or the project <c>Residuum.Inspection</c>. What a room may use it may use with all that this uses in turn, but
/// for the kernels, which only plans touch. The exception, and mathematics that is the same on every machine
/// (<c>Kernels.DeterministicMath</c>,
/// <c>Philox</c>), are for all.
/// </summary>
public partial class ArchitectureTests
{
    const string Root = "", Inspection = "Inspection";
    const int MostFiles = 26, LongestLine = 140;

    static readonly Dictionary<string, string[]> s_uses = new()
    {
        ["Foundation"] = [],
        ["Tensors"] = ["Foundation"],
        ["Images"] = ["Tensors"],
        ["Graphs"] = ["Tensors"],
        ["Models"] = ["Graphs"],
        ["Gradients"] = ["Graphs"],
        ["Passes"] = ["Graphs"],
        ["Interop"] = ["Graphs"],
        ["Plans"] = ["Graphs", "Gradients", "Passes"],
        ["Inference"] = ["Plans", "Images"],
        ["Data"] = ["Tensors", "Images"],
        ["Training"] = ["Plans", "Data"],
        ["Pictures"] = ["Images"],
        [Root] = ["Models", "Interop", "Inference", "Training"],
        [Inspection] = [Root, "Pictures"],
    };

    // What a room uses beyond that, and why.
    static readonly Dictionary<(string Room, string Used), string> s_exceptions = new()
    {
        [("Plans", "Kernels")] = "plans are made of kernels",
        [("Inference", Root)] = "predictors and extractors are made from a Model",
    };

    [GeneratedRegex(@"^\s*///.*$|//.*$|@?""(?:[^""\\]|\\.)*""", RegexOptions.Multiline)]
    private static partial Regex CommentsAndText();

    [GeneratedRegex(@"\busing\s+(?:static\s+|\w+\s*=\s*)?Residuum\.(\w+)")]
    private static partial Regex Usings();

    [GeneratedRegex(@"(?<![\w.])(?:global::)?(?:Residuum\.)?([A-Z]\w*)\.([A-Z]\w*)")]
    private static partial Regex QualifiedNames();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespaces();

    public static TheoryData<string> Rooms => [.. s_uses.Keys];

    [Theory, MemberData(nameof(Rooms))]
    public void A_room_uses_only_what_the_table_lets_it(string room)
    {
        foreach (var file in Files(room))
            foreach (var used in Forbidden(room, File.ReadAllText(file)))
                Assert.Fail($"{Path.GetRelativePath(Folder(""), file)} in the room '{room}' uses {(used == Root ? "the root" : used)}.");
    }

    [Theory]
    [InlineData("Graphs", "using Residuum.Plans;", "Plans")]
    [InlineData("Graphs", "var plan = Plans.Plan.ForInference(graph, 1);", "Plans")]
    [InlineData("Graphs", "using Vector = Residuum.Kernels.Map;", "Kernels")]
    [InlineData("Plans", "static Model Of(Graph graph) => null!;", Root)]
    [InlineData("Training", "var model = Model.Load(path);", Root)]
    [InlineData("Data", "var spec = Residuum.Networks.ResNet18;", Root)]
    [InlineData(Root, "using Residuum.Inspection;", Inspection)]
    [InlineData(Root, "using Residuum.Web;", "Web")]
    [InlineData(Inspection, "using Residuum.Cli;", "Cli")]
    [InlineData(Inspection, "var explorer = Residuum.Web.Explorer.Start();", "Web")]
    public void A_wrong_dependency_is_seen(string room, string source, string used) => Assert.Equal([used], Forbidden(room, source));

    [Theory]
    [InlineData("Plans", "using Residuum.Kernels;")]
    [InlineData("Tensors", "Kernels.Philox.Block(1, 2); Kernels.DeterministicMath.Exp(1); throw new ResiduumException(text);")]
    [InlineData("Graphs", "// Plans.Plan reads this.")]
    [InlineData("Training", "record MeasuredModel(string Model); string Named(Job job) => job.Model;")]
    public void What_only_looks_like_a_dependency_is_none(string room, string source) => Assert.Empty(Forbidden(room, source));

    [Fact]
    public void Every_folder_is_a_room_and_every_namespace_is_its_room()
    {
        Assert.Equal(s_uses.Keys.Where(name => name is not (Root or Inspection)).Order(StringComparer.Ordinal),
            Directory.GetDirectories(Folder("Residuum")).Select(path => Path.GetFileName(path)).Where(name => name is not ("bin" or "obj"))
                .Order(StringComparer.Ordinal));
        foreach (var room in s_uses.Keys)
            foreach (var file in Files(room))
                Assert.Equal(room == Root ? "Residuum" : $"Residuum.{room}",
                    Namespaces().Match(File.ReadAllText(file)).Groups[1].Value);
    }

    [Fact]
    public void No_folder_holds_more_files_than_one_can_see_at_a_glance()
    {
        foreach (var folder in Directory.GetDirectories(Folder(""), "*", SearchOption.AllDirectories).Where(IsSource))
        {
            var files = Directory.GetFiles(folder, "*.cs").Length;
            Assert.True(files <= MostFiles, $"{folder} has {files} files; give it rooms.");
        }
    }

    [Fact]
    public void No_line_is_longer_than_the_limit()
    {
        foreach (var tree in (string[])["src", "tests", "bench", "samples"])
            foreach (var file in Directory.GetFiles(Path.Combine(Folder(""), "..", tree), "*.cs", SearchOption.AllDirectories))
                if (IsSource(Path.GetDirectoryName(file)!))
                    foreach (var (line, number) in File.ReadLines(file).Select((line, index) => (line, index + 1)))
                        Assert.True(line.Length <= LongestLine,
                            $"{file}, line {number}, has {line.Length} columns; {LongestLine} is the limit.");
    }

    [Fact]
    public void Kernels_know_nothing_of_what_uses_them_and_nothing_knows_the_command() => Assert.All(
        [typeof(Residuum.Kernels.ThreadTeam).Assembly, typeof(ResiduumException).Assembly],
        assembly => Assert.DoesNotContain(assembly.GetReferencedAssemblies(), reference =>
            reference.Name is "Residuum.Cli" or "Residuum.Jpeg" or "Residuum.Web" or "Residuum.Inspection"
            || (assembly.GetName().Name == "Residuum.Kernels" && reference.Name == "Residuum")));

    [Fact]
    public void Exceptions_to_the_table_are_used()
    {
        foreach (var (room, used) in s_exceptions.Keys)
            Assert.Contains(Files(room), file => Used(File.ReadAllText(file)).Contains(used));
    }

    static IEnumerable<string> Forbidden(string room, string source)
    {
        var allowed = Reach(room);
        return Used(source).Where(used => used != room && !allowed.Contains(used) && !s_exceptions.ContainsKey((room, used)));
    }

    // The rooms and projects whose types a source names.
    static HashSet<string> Used(string source)
    {
        var text = CommentsAndText().Replace(source, "");
        var used = Usings().Matches(text).Select(match => match.Groups[1].Value).ToHashSet();
        foreach (Match match in QualifiedNames().Matches(text))
            if (IsRoom(match.Groups[1].Value) && IsType(match.Groups[1].Value, match.Groups[2].Value)) used.Add(match.Groups[1].Value);
        if (RootTypes().IsMatch(text)) used.Add(Root);
        return used;
    }

    static bool IsRoom(string name) => s_uses.ContainsKey(name) || name is "Kernels" or "Cli" or "Jpeg" or "Web";

    // A member may have a room's name, too, but what follows it is no type of that room.
    static bool IsType(string room, string name) => room is "Cli" or "Jpeg" or "Web" or Inspection
        || (room == "Kernels" && name is not (nameof(Kernels.DeterministicMath) or nameof(Kernels.Philox))
            && typeof(Kernels.ThreadTeam).Assembly.GetType($"Residuum.Kernels.{name}") is not null)
        || typeof(ResiduumException).Assembly.GetType($"Residuum.{room}.{name}") is not null;

    // Types of the root need no using, so they are found by name: where a type stands, not where a member or a parameter is called so.
    static Regex RootTypes()
    {
        var names = Files(Root).Select(file => Path.GetFileName(file).Split('.')[0]).Where(name => name != nameof(ResiduumException));
        var name = $"(?:{string.Join('|', names)})";
        return new Regex(
            $@"(?<![\w.])(?:Residuum\.)?{name}\.[A-Z]|(?<![\w.]){name}\??>|new {name}\(|"
                + $@"(?<=[(,]\s*|new |static |public |internal |private |^\s*){name}\?? \w+",
            RegexOptions.Multiline);
    }

    static HashSet<string> Reach(string room)
    {
        var reach = new HashSet<string>();
        void Visit(string name)
        {
            foreach (var used in s_uses[name])
                if (reach.Add(used)) Visit(used);
        }
        Visit(room);
        return reach;
    }

    static IEnumerable<string> Files(string room) => room == Root
        ? Directory.GetFiles(Folder("Residuum"), "*.cs")
        : Directory.GetFiles(Folder(room == Inspection ? "Residuum.Inspection" : $"Residuum/{room}"), "*.cs", SearchOption.AllDirectories)
            .Where(file => IsSource(Path.GetDirectoryName(file)!));

    static bool IsSource(string folder) => !folder.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    static string Folder(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx"))) return Path.Combine(folder.FullName, "src", name);
        throw new InvalidOperationException("The tests do not lie under the repository.");
    }
}
