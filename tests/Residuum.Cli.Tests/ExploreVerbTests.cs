using System.Text.RegularExpressions;

namespace Residuum.Cli.Tests;

public sealed partial class ExploreVerbTests
{
    [GeneratedRegex(@"^tiny is at http://127\.0\.0\.1:\d+/ \(Ctrl-C ends\)\n$")]
    private static partial Regex Served();

    [Fact]
    public void The_page_is_served_until_it_is_interrupted()
    {
        using var shop = new Workshop();
        foreach (var network in (string[])[shop.ModelFile(), shop.Network()])
        {
            var run = CommandRun.Interrupted("explore", network, shop.Picture());
            Assert.Equal(0, run.Status);
            Assert.Matches(Served(), run.Output);
        }
    }

    [Fact]
    public void The_page_is_written_to_one_file_that_asks_nobody_for_anything()
    {
        using var shop = new Workshop();
        var run = CommandRun.Done("explore", shop.ModelFile(), shop.Picture(), "--export", shop["page.html"]);
        Assert.StartsWith($"{shop["page.html"]}: tiny, ", run.Output, StringComparison.Ordinal);
        var page = File.ReadAllText(shop["page.html"]);
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"/", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_verbs_do_not_load_what_the_page_needs()
    {
        // The program itself starts without ASP.NET Core; only explore looks for it.
        var settings = File.ReadAllText(Path.Combine(CommandFolder(), "Residuum.Cli.runtimeconfig.json"));
        Assert.DoesNotContain("AspNetCore", settings, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_finds_its_framework_beside_the_runtime_or_says_what_is_missing()
    {
        using var shop = new Workshop();
        var runtime = Directory.CreateDirectory(shop["shared/Microsoft.NETCore.App/10.0.5"]).FullName;
        Assert.Null(SharedFramework.Find(runtime));
        Directory.CreateDirectory(shop["shared/Microsoft.AspNetCore.App/9.0.9"]);
        Assert.Null(SharedFramework.Find(runtime));
        Directory.CreateDirectory(shop["shared/Microsoft.AspNetCore.App/10.0.2"]);
        Directory.CreateDirectory(shop["shared/Microsoft.AspNetCore.App/10.0.11"]);
        Assert.EndsWith("10.0.11", SharedFramework.Find(runtime), StringComparison.Ordinal);
        Directory.CreateDirectory(shop["shared/Microsoft.AspNetCore.App/10.0.5"]);
        Assert.EndsWith("10.0.5", SharedFramework.Find(runtime + "/"), StringComparison.Ordinal);
    }

    // The command's own output lies beside that of the tests, whose copy has settings of their own.
    static string CommandFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Residuum.slnx")))
                return Path.Combine(folder.FullName, "src", "Residuum.Cli", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
                    new DirectoryInfo(AppContext.BaseDirectory).Name);
        throw new InvalidOperationException("The tests do not lie under the repository.");
    }
}
