using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace DecodeAlign.Tests;

/// <summary>A page under test: its errors, what it asks of the network, and axe's verdict.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _wrong = [];
    private readonly List<string> _requests = [];

    public BrowserPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _wrong.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _wrong.Add(message.Text);
        };
        page.Request += (_, request) => _requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Every address that was asked for, the page's own first.</summary>
    public IReadOnlyList<string> Requests => _requests;

    public ILocator this[string selector] => Page.Locator(selector);

    public ILocator this[string selector, string text] => Page.Locator(selector, new() { HasText = text });

    /// <summary>What a card of a trace's summary says.</summary>
    public Task<string> CardAsync(string title) => this[$".card:has(b:text-is(\"{title}\")) span"].First.InnerTextAsync();

    public void AssertNothingWentWrong() => Assert.Empty(_wrong);

    /// <summary>Nothing lies beyond the window's right edge but what scrolls by itself.</summary>
    public async Task AssertFitsAsync() => Assert.True(await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "the page is wider than its window");

    /// <summary>axe finds no fault that it calls serious or critical.</summary>
    public async Task AssertAccessibleAsync()
    {
        var result = await Page.RunAxe();
        Assert.Empty(result.Violations.Where(fault => fault.Impact is "serious" or "critical").Select(fault => $"{fault.Id}: {fault.Help}: {string.Join(" | ", fault.Nodes.Take(3).Select(node => node.Html))}"));
    }

    /// <summary>A picture for people to look at, in the folder that DECODEALIGN_PICTURES names; none without.</summary>
    public async Task PictureAsync(string name, bool whole = false)
    {
        if (Environment.GetEnvironmentVariable("DECODEALIGN_PICTURES") is not { Length: > 0 } folder) return;
        await Page.EvaluateAsync("window.scrollTo(0, 0)");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = whole });
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
