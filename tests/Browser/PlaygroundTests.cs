using Microsoft.Playwright;

namespace DecodeAlign.Tests;

/// <summary>The playground that the server serves, in a browser.</summary>
public class PlaygroundTests(Chromium chromium, PlaygroundServer server)
{
    private static readonly LocatorAssertionsToHaveCountOptions Patient = new() { Timeout = 240_000 };

    [Fact]
    public async Task Walk_OfANewcomer_WordsRewardPreferenceAndTwoDecoders()
    {
        await using var page = await chromium.OpenAsync(server.Address, width: 1180, height: 860);
        await page["#prompt"].WaitForAsync();
        await page.PictureAsync("playground-start");

        // two words required
        await page["#prompt"].FillAsync("Once upon a time");
        await page["#tokens"].FillAsync("60");
        await page["#decoder0"].SelectOptionAsync("grid-beam");
        await page["#addRequirement"].SelectOptionAsync("must-include");
        await page["#require0"].FillAsync("fox, river");
        await page["#addRequirement"].SelectOptionAsync("whole-sentences");
        await WriteAsync(page);
        var text = await page[".words"].InnerTextAsync();
        Assert.Contains("fox", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("river", text, StringComparison.OrdinalIgnoreCase);
        Assert.True(await page[".bandLabel"].CountAsync() > 3);
        await page[".token", "river"].First.ClickAsync();
        Assert.Contains("in bank 'progress", await page[".why"].InnerTextAsync(), StringComparison.Ordinal);
        await page.PictureAsync("playground-words");

        // DeAL with a reward
        while (await page[".remove"].CountAsync() > 0) await page[".remove"].First.ClickAsync();
        await page["#decoder0"].SelectOptionAsync("deal");
        await page["#addHeuristic"].SelectOptionAsync("positivity");
        await page["#tokens"].FillAsync("40");
        await page["#weight0"].FillAsync("2");
        await page["#lambda0"].FillAsync("5");
        await page["details:has(#lookahead0) summary"].ClickAsync();
        await page["#lookahead0"].FillAsync("8");
        await WriteAsync(page);
        Assert.Equal("40", await page.CardAsync("tokens written"));
        Assert.True(double.Parse(await page.CardAsync("positivity × 2"), System.Globalization.CultureInfo.InvariantCulture) > 1);
        Assert.Contains("λ·2·positivity", await page[".parts"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("λ = 5", await page[".step .title"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await page[".candidate .lookahead"].IsVisibleAsync());
        await page.PictureAsync("playground-reward");

        // RPS by the dial
        await page[".remove"].ClickAsync();
        await page["#decoder0"].SelectOptionAsync("sample");
        await page["#usePreference"].CheckAsync();
        await page[".dialBox input"].FillAsync("20");
        Assert.Equal("positivity 0.940 · brevity 0.342", await page[".told"].InnerTextAsync());
        var box = (await page[".dial"].BoundingBoxAsync())!;
        await page.Page.Mouse.ClickAsync(box.X + 70, box.Y + 80);
        Assert.NotEqual("positivity 0.940 · brevity 0.342", await page[".told"].InnerTextAsync());
        await page[".dialBox input"].FillAsync("30");
        await WriteAsync(page);
        Assert.Equal(5, await page[".front .ray"].CountAsync());
        Assert.Equal(1, await page[".front .ray.path"].CountAsync());
        Assert.Equal(5, await page[".selection tbody tr"].CountAsync());
        await page.PictureAsync("playground-preference");

        // two decoders beside each other
        await page["#usePreference"].UncheckAsync();
        await page["#decoder0"].SelectOptionAsync("deal");
        await page["#addHeuristic"].SelectOptionAsync("positivity");
        await page["#beside"].CheckAsync();
        Assert.Equal("best-of", await page["#decoder1"].InputValueAsync());
        await WriteAsync(page);
        Assert.Equal(2, await page[".lane"].CountAsync());
        Assert.Equal(["", "A: deal", "B: best-of"], (await page["#comparison thead tr > *"].AllInnerTextsAsync()).Select(name => name.Trim()));
        Assert.Contains("reward", await page["#comparison tbody"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("tokens evaluated", await page["#comparison tbody"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.True(await page["#comparison .better"].CountAsync() >= 2);
        await page.PictureAsync("playground-beside");
        await page.AssertAccessibleAsync();

        page.AssertNothingWentWrong();
        Assert.All(page.Requests, address => Assert.StartsWith(server.Address, address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIf_OfACandidateThatWasNotKept_GoesOnFromIt()
    {
        await using var page = await chromium.OpenAsync(server.Address + "#prompt=Once+upon+a+time&tokens=16&heuristic=positivity%3Ddefault%401&a=deal");
        await DoneAsync(page);
        await page.Page.Keyboard.PressAsync("Home");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page["tr.pruned"].First.ClickAsync();
        var (before, token) = (await page.Page.EvaluateAsync<string>("playground.lanes[0].view.current.before"), await page.Page.EvaluateAsync<string>("playground.lanes[0].view.current.text"));
        await page[".whatIf"].ClickAsync();
        await DoneAsync(page);
        Assert.StartsWith("Once upon a time" + before + token, await page[".words"].TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains(before + token, await page[".given q"].TextContentAsync(), StringComparison.Ordinal);
        Assert.Equal("16", await page.CardAsync("tokens written"));
        await page.Page.GetByText("back to the whole search").ClickAsync();
        await DoneAsync(page);
        Assert.True(await page[".given"].IsHiddenAsync());
        page.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Link_OpenedElsewhere_HasTheSettingsAndTheText()
    {
        await using var page = await chromium.OpenAsync(server.Address);
        await page["#prompt"].FillAsync("The \"weather\" & more #1");
        await page["#tokens"].FillAsync("12");
        await page["#seed"].FillAsync("7");
        await page["#decoder0"].SelectOptionAsync("sample");
        await page.Page.GetByText("settings", new() { Exact = true }).First.ClickAsync();
        await page["#temperature0"].FillAsync("0.9");
        await page["#addRequirement"].SelectOptionAsync("must-not-include");
        await page["#require0"].FillAsync("rain, snow");
        await WriteAsync(page);
        await using var other = await chromium.OpenAsync(page.Page.Url);
        await DoneAsync(other);
        Assert.Equal("The \"weather\" & more #1", await other["#prompt"].InputValueAsync());
        Assert.Equal("rain, snow", await other["#require0"].InputValueAsync());
        Assert.Equal("0.9", await other["#temperature0"].InputValueAsync());
        Assert.Equal(await page[".words"].TextContentAsync(), await other[".words"].TextContentAsync());
        Assert.Equal(await page.Page.EvaluateAsync<string>("playground.lanes[0].view.trace.end.text"), await other.Page.EvaluateAsync<string>("playground.lanes[0].view.trace.end.text"));
        page.AssertNothingWentWrong();
        other.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Keyboard_Alone_WritesGrowsATreeAndStops()
    {
        await using var page = await chromium.OpenAsync(server.Address + "#prompt=Once+upon+a+time&tokens=400&a=deal&a.beam=12&a.lookahead=16&heuristic=positivity%3Ddefault%401");
        // the tree grows and the text comes while the search goes on
        await page[".lane[aria-busy] .node.path"].First.WaitForAsync();
        Assert.True(await page["#stop"].IsEnabledAsync());
        await page.Page.Keyboard.PressAsync("Escape");
        await DoneAsync(page);
        Assert.Equal("stopped", await page[".state"].InnerTextAsync());
        Assert.False(await page["#stop"].IsEnabledAsync());

        await page["#prompt"].FocusAsync();
        await page.Page.Keyboard.PressAsync("Control+A");
        await page.Page.Keyboard.TypeAsync("The dog");
        await page["#tokens"].FillAsync("8");
        await page["#beam0"].FillAsync("1");
        await page.Page.Keyboard.PressAsync("Control+Enter");
        await DoneAsync(page);
        Assert.StartsWith("The dog", await page[".words"].TextContentAsync(), StringComparison.Ordinal);
        await page[".scroll"].FocusAsync();
        await page.Page.Keyboard.PressAsync("Home");
        var rank = await page.Page.EvaluateAsync<int>("playground.lanes[0].view.current.rank");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal(rank + 1, await page.Page.EvaluateAsync<int>("playground.lanes[0].view.current.rank"));
        Assert.Equal(1, await page["tr.chosen"].CountAsync());
        page.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Refusal_OfTheServer_IsToldWithItsField()
    {
        await using var page = await chromium.OpenAsync(server.Address + "#prompt=x&tokens=8&require=regex%3D%28&a=deal");
        await page[".state.fault"].WaitForAsync();
        Assert.Contains("regex=(", await page[".state.fault"].InnerTextAsync(), StringComparison.Ordinal);
        await page.Page.GetByText("JSON schema").ClickAsync();
        await page["#schema"].FillAsync("{");
        await page["#run"].ClickAsync();
        Assert.StartsWith("The JSON schema is no JSON", await page[".state.fault"].InnerTextAsync(), StringComparison.Ordinal);
        await page["#schema"].FillAsync("""{"type":"object","properties":{"name":{"enum":["Tim"]}},"required":["name"],"additionalProperties":false}""");
        await page["#tokens"].FillAsync("40");
        await page[".remove"].ClickAsync();
        await WriteAsync(page);
        Assert.Equal("""{"name":"Tim"}""", (await page.Page.EvaluateAsync<string>("playground.lanes[0].view.trace.end.text")).Replace(" ", ""));
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(400, ColorScheme.Light)]
    public async Task Page_LightDarkAndNarrow_IsAccessibleAndFits(int width, ColorScheme scheme)
    {
        await using var page = await chromium.OpenAsync(server.Address + "#prompt=Once+upon+a+time&tokens=24&heuristic=positivity%3Ddefault%401&heuristic=brevity%3Ddefault%401&a=best-of&a.answers=5&preference=positivity%3D0.866%2Cbrevity%3D0.500", width, scheme: scheme);
        await DoneAsync(page);
        Assert.Equal(5, await page[".front .ray"].CountAsync());
        await page.PictureAsync($"playground-{width}-{scheme}", whole: true);
        await page.AssertFitsAsync();
        await page.AssertAccessibleAsync();
    }

    private static async Task WriteAsync(BrowserPage page)
    {
        await page["#run"].ClickAsync();
        await DoneAsync(page);
        Assert.Equal(0, await page[".state.fault"].CountAsync());
    }

    private static async Task DoneAsync(BrowserPage page)
    {
        await page[".lane .laneTitle"].First.WaitForAsync();
        await Assertions.Expect(page[".lane[aria-busy]"]).ToHaveCountAsync(0, Patient);
    }
}
