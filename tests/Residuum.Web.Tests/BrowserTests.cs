using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Residuum.Web.Tests;

/// <summary>The page as a person uses it, in Chromium.</summary>
public sealed class BrowserTests(Chromium chromium, SmallRun run) : IClassFixture<Chromium>, IClassFixture<SmallRun>
{
    [SkippableFact]
    public async Task Layers_are_clicked_a_picture_is_dropped_and_a_class_shows_its_heat_map()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var explorer = await Explorer.StartAsync(run.Source());
        await using var visit = await chromium.OpenAsync(explorer.Address);
        var page = visit.Page;
        await Expect(page.Locator("h1")).ToHaveTextAsync("small");
        await Expect(page.Locator("body")).ToHaveAttributeAsync("data-ready", "model");

        foreach (var name in (string[])["stem.conv", "stage1.block2.conv2", "stage2.block1.conv1"])
        {
            await page.Locator($"#paper [data-node='{name}']").First.ClickAsync();
            await Expect(page.Locator("#layer-title")).ToHaveTextAsync(name);
            await Expect(page.Locator(".facts dd").First).Not.ToBeEmptyAsync();
            await Expect(page.Locator($"#tree li[data-layer='{name}']")).ToHaveAttributeAsync("aria-selected", "true");
        }
        await Expect(page.Locator("#layer")).ToContainTextAsync("Give a picture");

        await DropAsync(page, "dropped.png", await File.ReadAllBytesAsync(run.PicturePath));
        await Expect(page.Locator("#classes button")).ToHaveCountAsync(4);
        using (var model = Model.Load(run.ModelPath))
            await Expect(page.Locator("#classes .label").First).ToHaveTextAsync(model.Predict(run.PicturePath)[0].Label);
        await Expect(page.Locator("#layer .maps img")).Not.ToHaveCountAsync(0);

        await page.Locator("#classes button").First.ClickAsync();
        await Expect(page.Locator("#frame img.heat")).ToHaveCountAsync(1);
        Assert.True(await page.Locator("#frame img.heat").EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)") > 0);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#frame img.heat")).ToHaveCountAsync(0);
        await AssertQuietAsync(visit);
    }

    [SkippableFact]
    public async Task The_keyboard_is_enough()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var explorer = await Explorer.StartAsync(run.Source(withPicture: true));
        await using var visit = await chromium.OpenAsync(explorer.Address);
        var (page, keyboard) = (visit.Page, visit.Page.Keyboard);
        await Expect(page.Locator("#classes button")).ToHaveCountAsync(4);

        // The first stop leads to the list, past the picture.
        await keyboard.PressAsync("Tab");
        await Expect(page.Locator(".skip")).ToBeFocusedAsync();
        await page.Locator("#tree li").First.FocusAsync();
        await keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("li[data-layer=stage1]")).ToBeFocusedAsync();
        foreach (var key in (string[])["ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Enter"]) await keyboard.PressAsync(key);
        await Expect(page.Locator("#layer-title")).ToHaveTextAsync("stage1.block1.conv1");
        await Expect(page.Locator("#layer .maps img")).Not.ToHaveCountAsync(0);
        await keyboard.PressAsync("ArrowLeft");
        await keyboard.PressAsync("ArrowLeft");
        await Expect(page.Locator("li[data-layer='stage1.block1']")).ToHaveAttributeAsync("aria-expanded", "false");
        await keyboard.PressAsync("Escape");
        await Expect(page.Locator("#layer-title")).ToHaveTextAsync("Layer");

        await page.Locator("#paper").FocusAsync();
        var whole = await page.Locator("#paper > svg").GetAttributeAsync("viewBox");
        await keyboard.PressAsync("+");
        await keyboard.PressAsync("ArrowRight");
        Assert.NotEqual(whole, await page.Locator("#paper > svg").GetAttributeAsync("viewBox"));
        await keyboard.PressAsync("0");
        Assert.Equal(whole, await page.Locator("#paper > svg").GetAttributeAsync("viewBox"));

        await page.Locator("#epoch").FocusAsync();
        var before = await page.Locator("#classes").InnerTextAsync();
        await keyboard.PressAsync("ArrowLeft");
        await Expect(page.Locator("#epoch-name")).ToHaveTextAsync("after epoch 1");
        await Expect(page.Locator("#epoch-metrics")).ToContainTextAsync("37.5 % right");
        await Expect(page.Locator("#classes")).Not.ToHaveTextAsync(before, new() { UseInnerText = true });

        await page.Locator("#classes button").Nth(1).FocusAsync();
        await keyboard.PressAsync("Enter");
        await Expect(page.Locator("#frame img.heat")).ToHaveCountAsync(1);
        await AssertQuietAsync(visit);
    }

    [SkippableFact]
    public async Task What_is_no_picture_is_told_and_the_page_goes_on()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var explorer = await Explorer.StartAsync(run.Source());
        await using var visit = await chromium.OpenAsync(explorer.Address);
        await Expect(visit.Page.Locator("body")).ToHaveAttributeAsync("data-ready", "model");
        await DropAsync(visit.Page, "notes.txt", "hello"u8.ToArray());
        await Expect(visit.Page.Locator("#alert"))
            .ToHaveTextAsync("notes.txt is not an image in a format that is read here; convert it to PNG or JPEG.");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Expect(visit.Page.Locator("#alert")).ToBeHiddenAsync();
        await DropAsync(visit.Page, "dropped.png", await File.ReadAllBytesAsync(run.PicturePath));
        await Expect(visit.Page.Locator("#classes button")).ToHaveCountAsync(4);
    }

    [SkippableFact]
    public async Task The_exported_page_needs_no_server()
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        var file = Path.Combine(run.Folder, "page.html");
        await File.WriteAllTextAsync(file, ExplorerPage.Export(run.Source(withPicture: true)));
        await using var visit = await chromium.OpenAsync(new Uri(file));
        var page = visit.Page;
        await Expect(page.Locator("h1")).ToHaveTextAsync("small");
        foreach (var name in (string[])["stem.conv", "stage1.block2.conv2", "stage2.block1.conv1"])
        {
            await page.Locator($"#paper [data-node='{name}']").First.ClickAsync();
            await Expect(page.Locator("#layer-title")).ToHaveTextAsync(name);
            await Expect(page.Locator("#layer .maps img")).Not.ToHaveCountAsync(0);
        }
        await page.Locator("#classes button").First.ClickAsync();
        await Expect(page.Locator("#frame img.heat")).ToHaveCountAsync(1);
        await AssertQuietAsync(visit);
    }

    [SkippableTheory]
    [InlineData(1280)]
    [InlineData(390)]
    public async Task Nothing_is_wider_than_the_window(int width)
    {
        Skip.If(Chromium.Missing is not null, Chromium.Missing);
        await using var explorer = await Explorer.StartAsync(run.Source(withPicture: true));
        await using var visit = await chromium.OpenAsync(explorer.Address, width);
        await Expect(visit.Page.Locator("#classes button")).ToHaveCountAsync(4);
        await visit.Page.Locator("li[data-layer=stage1] .title").First.ClickAsync();
        await Expect(visit.Page.Locator("#layer .maps img")).Not.ToHaveCountAsync(0);
        Assert.Equal(width, await visit.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    // What a file manager hands over.
    static async Task DropAsync(IPage page, string name, byte[] file) => await page.EvaluateAsync(
        """
        ([name, content]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(atob(content), letter => letter.charCodeAt(0))], name));
          document.getElementById('drop').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }
        """, new[] { name, Convert.ToBase64String(file) });

    static async Task AssertQuietAsync(Visit visit)
    {
        await visit.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        Assert.Empty(visit.Complaints);
        Assert.All(visit.Requests, request =>
            Assert.True(request.Scheme is "data" or "file" || request.Host == "127.0.0.1", request.ToString()));
    }
}
