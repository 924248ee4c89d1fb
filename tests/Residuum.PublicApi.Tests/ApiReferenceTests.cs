using System.Globalization;
using System.Reflection;
using System.Text;
using Residuum.Models;

namespace Residuum.PublicApi.Tests;

/// <summary>
/// <c>docs/api</c>, held against the documentation comments, so that it is never out of date. Run with RESIDUUM_APPROVE=1 to write it.
/// </summary>
public class ApiReferenceTests
{
    const string Index = "README.md";

    [Fact]
    public void The_reference_is_what_the_comments_say()
    {
        var pages = Pages();
        var folder = Path.Combine(Repository.Root, "docs", "api");
        if (Environment.GetEnvironmentVariable("RESIDUUM_APPROVE") == "1")
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, true);
            Directory.CreateDirectory(folder);
            foreach (var (name, text) in pages) File.WriteAllText(Path.Combine(folder, name), text);
        }
        Assert.Equal(pages.Keys, Directory.GetFiles(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        foreach (var (name, text) in pages)
            Assert.True(text == File.ReadAllText(Path.Combine(folder, name)),
                $"docs/api/{name} is out of date; run this test with RESIDUUM_APPROVE=1.");
    }

    [Fact]
    public void Comments_become_readable_pages()
    {
        var text = Pages()["Residuum.md"];
        Assert.Contains("\n## Model\n\n`public sealed class Model : IDisposable`\n", text, StringComparison.Ordinal);
        Assert.Contains("- `IReadOnlyList<Prediction> Predict(string path, int top = 5)`  \n  Classifies a picture in a file", text,
            StringComparison.Ordinal);
        Assert.Contains("  - `top`: How many classes at most; at least 1.\n", text, StringComparison.Ordinal);
        Assert.Contains("```csharp\nusing var model = Model.Load(\"model.safetensors\");\n", text, StringComparison.Ordinal);
        Assert.Contains("- `static Model Load(string path, NetworkSpec? network = null)`", text, StringComparison.Ordinal);
        Assert.Contains("- `int Index { get; init; }`  \n  The class, from 0.\n", Pages()["Residuum.Inference.md"],
            StringComparison.Ordinal);
        Assert.All(Pages().Values, page => Assert.DoesNotContain("<see", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_networks_have_the_parameters_that_their_comments_say()
    {
        var docs = XmlDocs.Of(typeof(Networks).Assembly);
        foreach (var property in typeof(Networks).GetProperties())
        {
            var parameters = ((NetworkSpec)property.GetValue(null)!).Build().ParameterCount;
            Assert.Contains($"{parameters.ToString("N0", CultureInfo.InvariantCulture)} parameters.",
                XmlDocs.Text(docs.Find(property)?.Element("summary")), StringComparison.Ordinal);
        }
    }

    static SortedDictionary<string, string> Pages()
    {
        var pages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in PublicSurfaceTests.AssemblyNames)
            foreach (var (@namespace, text) in new ApiReference(Assembly.Load(name)).Pages()) pages.Add($"{@namespace}.md", text);
        var index = new StringBuilder("# API reference\n\nMade of the documentation comments, a page for each namespace. Begin with "
            + "[Residuum](Residuum.md).\n\n");
        foreach (var page in pages.Keys) index.Append($"- [{Path.GetFileNameWithoutExtension(page)}]({page})\n");
        pages.Add(Index, index.ToString());
        return pages;
    }
}
