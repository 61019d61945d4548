using Microsoft.Playwright;

namespace DecodeAlign.Tests;

/// <summary>The page of a front, in a browser.</summary>
public class FrontPageTests(Chromium chromium, TracePages pages)
{
    [Theory]
    [InlineData(TracePages.Front, 1280, ColorScheme.Light)]
    [InlineData(TracePages.Front, 400, ColorScheme.Dark)]
    [InlineData(TracePages.FrontOfFour, 400, ColorScheme.Light)]
    [InlineData(TracePages.FrontOfFour, 1280, ColorScheme.Dark)]
    public async Task Page_AnyWidthAndScheme_FitsReadsAndAsksForNothing(string front, int width, ColorScheme scheme)
    {
        await using var page = await chromium.OpenAsync(pages.Address(front), width: width, scheme: scheme);
        await page.PictureAsync($"{front}-{width}-{scheme}", whole: true);
        Assert.Single(page.Requests);
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
        page.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Number_Followed_LeadsToItsText()
    {
        await using var page = await chromium.OpenAsync(pages.Address(TracePages.Front), width: 400, height: 500);
        var number = page["svg .number a"].Last;
        var told = await number.TextContentAsync();
        await number.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        Assert.StartsWith($"{told}", await page["section:target h3"].InnerTextAsync(), StringComparison.Ordinal);
        await Assertions.Expect(page["section:target"]).ToBeInViewportAsync();
    }
}
