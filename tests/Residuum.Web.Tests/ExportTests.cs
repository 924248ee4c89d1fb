using System.Text.Json;

namespace Residuum.Web.Tests;

/// <summary>The page as one file.</summary>
public sealed class ExportTests(SmallRun run) : IClassFixture<SmallRun>
{
    [Fact]
    public void It_holds_an_answer_for_every_layer()
    {
        var answers = Answers(ExplorerPage.Export(run.Source(withPicture: true)));
        using var model = Model.Load(run.ModelPath);
        foreach (var name in model.FeatureNames) Assert.True(answers.TryGetProperty($"maps|{name}||1|", out _), name);
        Assert.True(answers.TryGetProperty("filters|stem.conv|||", out var filters));
        Assert.Equal(16, filters.GetProperty("filters").GetArrayLength());
        Assert.Equal(4, answers.GetProperty("classes|||1|").GetProperty("classes").GetArrayLength());
    }

    [Fact]
    public void Without_a_picture_it_has_what_needs_none()
    {
        var answers = Answers(ExplorerPage.Export(run.Source()));
        Assert.True(answers.TryGetProperty("statistics||||", out _));
        Assert.DoesNotContain(answers.EnumerateObject(), answer => answer.Name.StartsWith("maps", StringComparison.Ordinal));
    }

    [Fact]
    public void No_label_ends_a_script()
    {
        var source = run.Source(withPicture: true);
        string[] labels = ["</script><script>alert(1)</script>", "<!--", "\u2028", "\""];
        var page = ExplorerPage.Export(source with { Open = () => Model.Load(run.ModelPath).With(labels: labels) });
        Assert.Equal(2, page.Split("</script>").Length - 1);
        var told = Answers(page).GetProperty("classes|||1|").GetProperty("classes").EnumerateArray()
            .Select(each => each.GetProperty("label").GetString()!);
        Assert.Equal(labels.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_same_model_gives_the_same_file() =>
        Assert.Equal(ExplorerPage.Export(run.Source(withPicture: true)), ExplorerPage.Export(run.Source(withPicture: true)));

    static JsonElement Answers(string page)
    {
        const string Start = "id=\"answers\">";
        var begin = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        using var document = JsonDocument.Parse(page[begin..page.IndexOf("</script>", begin, StringComparison.Ordinal)]);
        return document.RootElement.Clone();
    }
}
