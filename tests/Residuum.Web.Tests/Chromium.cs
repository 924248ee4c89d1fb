using Microsoft.Playwright;

namespace Residuum.Web.Tests;

/// <summary>A Chromium that is installed on this machine, without a window. Nothing is fetched.</summary>
public sealed class Chromium : IAsyncLifetime
{
    const string Variable = "RESIDUUM_CHROMIUM";

    static readonly string[] s_places =
        ["/usr/bin/chromium", "/usr/bin/chromium-headless-shell", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    IPlaywright? _playwright;
    IBrowser? _browser;

    /// <summary>Why there is no browser, or null.</summary>
    public static string? Missing =>
        Path is null ? $"No Chromium is installed (Debian: apt-get install chromium); {Variable} may point to one." : null;

    static string? Path { get; } = s_places.Prepend(Environment.GetEnvironmentVariable(Variable)).FirstOrDefault(File.Exists);

    public async Task InitializeAsync()
    {
        if (Path is null) return;
        // A slow machine under load is no failure.
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-first-run"],
        });
    }

    /// <summary>A new window that notes what goes wrong in it.</summary>
    public async Task<Visit> OpenAsync(Uri address, int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
        });
        var visit = new Visit(context, await context.NewPageAsync());
        await visit.Page.GotoAsync(address.ToString());
        return visit;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

/// <summary>A window, with what went wrong in it and all addresses that it asked for.</summary>
public sealed class Visit : IAsyncDisposable
{
    readonly IBrowserContext _context;

    public Visit(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complaints.Add(message.Text);
        };
        page.PageError += (_, error) => Complaints.Add(error);
        page.RequestFailed += (_, request) =>
        {
            // The page itself gives up what is no longer wanted.
            if (request.Failure != "net::ERR_ABORTED") Complaints.Add($"{request.Url}: {request.Failure}");
        };
        page.Request += (_, request) => Requests.Add(new Uri(request.Url));
    }

    public IPage Page { get; }

    /// <summary>Errors and warnings of the console, errors of scripts, and requests that failed.</summary>
    public List<string> Complaints { get; } = [];

    public List<Uri> Requests { get; } = [];

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
