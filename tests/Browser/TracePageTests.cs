using System.Text.Json;
using Microsoft.Playwright;

namespace DecodeAlign.Tests;

/// <summary>The page of a trace, in a browser.</summary>
public class TracePageTests(Chromium chromium, TracePages traces)
{
    [Fact]
    public async Task GridBeam_AHundredTokens_AtMostAMegabyteWithoutTheNetwork()
    {
        await using var page = await chromium.OpenAsync(traces.Address(TracePages.GridBeam));
        Assert.InRange(new FileInfo(traces.File(TracePages.GridBeam)).Length, 1, 1_000_000);
        Assert.Single(page.Requests);
        page.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData(TracePages.GridBeam)]
    [InlineData(TracePages.Deal)]
    [InlineData(TracePages.BestOf)]
    public async Task Page_OfATrace_KnowsWhatJsonLinesTell(string trace)
    {
        await using var page = await chromium.OpenAsync(traces.Address(trace));
        using var shown = JsonDocument.Parse(await page.Page.EvaluateAsync<string>("""
            JSON.stringify([...view.trace.answers.values()].flat().flatMap(step => step.candidates).map(one => [one.id, one.parent, one.ids, one.text, one.isSpecial, one.tokenLogProbability, one.logProbability, one.logProposal, one.score, one.scoreIsBound,
              one.heuristics, one.logWeight, one.bank, one.copies, one.outcome, one.finishReason, one.lookaheadText, one.lookaheadTokens, one.lookaheadEnded, one.rank, one.reason, one.step.step, one.step.answer]))
            """));
        var told = System.IO.File.ReadLines(traces.File(trace, "jsonl")).Select(line => JsonDocument.Parse(line).RootElement).Where(line => line.TryGetProperty("step", out _)).Select(line => line.GetProperty("step"))
            .SelectMany(step => step.GetProperty("candidates").EnumerateArray().Select((one, i) => (Step: step, One: one, Rank: i + 1)))
            .ToDictionary(told => told.One.GetProperty("id").GetInt32());
        Assert.Equal(told.Count, shown.RootElement.GetArrayLength());
        foreach (var seen in shown.RootElement.EnumerateArray())
        {
            var (step, one, rank) = told[seen[0].GetInt32()];
            string[] exact = ["parent", "ids", "text", "isSpecial"];
            for (var i = 0; i < exact.Length; i++) Assert.Equal(one.GetProperty(exact[i]).ToString().Replace(" ", ""), seen[i + 1].ToString().Replace(" ", ""));
            Near(one.GetProperty("tokenLogProbability"), seen[5], 2e-4);
            Near(one.GetProperty("logProbability"), seen[6], 1e-4);
            Near(one.GetProperty("logProposal"), seen[7], 1e-4);
            Near(one.GetProperty("score"), seen[8], 1e-4);
            Assert.Equal(one.GetProperty("scoreIsBound").GetBoolean(), seen[9].GetBoolean());
            if (seen[10].ValueKind == JsonValueKind.Null) Assert.True(one.GetProperty("heuristics") is { ValueKind: JsonValueKind.Null } || one.GetProperty("heuristics").GetArrayLength() == 0);
            else foreach (var (value, other) in one.GetProperty("heuristics").EnumerateArray().Zip(seen[10].EnumerateArray())) Near(value, other, 1e-4);
            Near(one.GetProperty("logWeight"), seen[11], 1e-4);
            Assert.Equal(one.GetProperty("bank").ToString(), seen[12].ToString());
            Assert.Equal(one.GetProperty("copies").GetInt32(), seen[13].GetInt32());
            Assert.Equal(one.GetProperty("outcome").ToString(), seen[14].ToString());
            Assert.Equal(one.GetProperty("finishReason").ToString(), seen[15].ToString());
            Assert.Equal(one.GetProperty("lookaheadText").ToString(), seen[16].ToString());
            Assert.Equal(one.GetProperty("lookaheadIds").GetArrayLength(), seen[17].GetInt32());
            Assert.Equal(one.GetProperty("lookaheadEnded").GetBoolean(), seen[18].GetBoolean());
            Assert.Equal(rank, seen[19].GetInt32());
            Assert.EndsWith(seen[20].GetString()!, one.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal(step.GetProperty("step").GetInt32(), seen[21].GetInt32());
            Assert.Equal(step.GetProperty("answer").GetInt32(), seen[22].GetInt32());
        }
    }

    [Fact]
    public async Task GridBeam_Picture_HasABandForEachBankAndFoldsWhatLedNowhere()
    {
        await using var page = await chromium.OpenAsync(traces.Address(TracePages.GridBeam));
        var banks = await page.Page.EvaluateAsync<string[]>("view.trace.has.banks");
        Assert.Equal("progress 0", banks[0]);
        Assert.Equal("ended", banks[^1]);
        Assert.Equal(banks, (await page[".bandLabel span"].AllInnerTextsAsync()).Where(label => label != "not kept"));
        var nodes = await page[".node.kept, .node.path"].CountAsync();
        Assert.True(await page[".chip"].CountAsync() > 50);
        // one step opened, then all
        await page[".chip"].First.ClickAsync(new() { Force = true });
        var opened = await page[".node.kept, .node.path"].CountAsync();
        Assert.True(opened > nodes, $"{nodes}, then {opened} nodes");
        await page[".unfold"].ClickAsync();
        Assert.Equal(0, await page[".chip"].CountAsync());
        Assert.True(await page[".node.kept, .node.path"].CountAsync() > 2500);
        // each row of the step stands in its bank and says why
        await page.PictureAsync("trace-grid-beam-unfolded");
        Assert.True(await page["tr.bank"].CountAsync() >= 2);
        Assert.Contains("in bank", await page["tr.path .outcome"].InnerTextAsync(), StringComparison.Ordinal);
        page.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Picture_EqualTexts_AreOneNode()
    {
        await using var page = await chromium.OpenAsync(traces.Address(TracePages.BestOf));
        await page.Page.GetByText("all as one tree").ClickAsync();
        // four samples of one prompt begin alike
        var merged = await page.Page.EvaluateAsync<int>("view.layout.columns.reduce((most, column) => Math.max(most, ...column.nodes.map(node => node.all.length)), 0)");
        Assert.InRange(merged, 2, 4);
        Assert.True(await page.Page.EvaluateAsync<bool>("view.layout.columns.every(column => new Set(column.nodes.map(node => node.candidate.before + node.candidate.text)).size === column.nodes.length)"));
        await page.PictureAsync("trace-best-of");
        page.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Deal_Forbidden_StandsInThePictureAndTheCandidate()
    {
        await using var page = await chromium.OpenAsync(traces.Address(TracePages.Deal));
        Assert.True(await page[".node.forbidden"].CountAsync() > 0);
        await page.Page.EvaluateAsync("view.select(view.path.find(one => one.mask?.forbidden.length > 0))");
        Assert.StartsWith("A constraint forbade here", await page["p.forbidden"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("<|endoftext|>", (await page[".words .token.special"].InnerTextAsync()).Trim());
        await page.PictureAsync("trace-deal", whole: true);
        page.AssertNothingWentWrong();
    }

    [Fact]
    public async Task Deal_Keys_WalkThroughStepsAndCandidates()
    {
        await using var page = await chromium.OpenAsync(traces.Address(TracePages.Deal));
        var keys = page.Page.Keyboard;
        async Task<(int Step, int Rank)> Where() => (await page.Page.EvaluateAsync<int>("view.current.step.index"), await page.Page.EvaluateAsync<int>("view.current.rank"));
        await keys.PressAsync("Home");
        Assert.Equal((0, 1), await Where());
        await keys.PressAsync("ArrowRight");
        await keys.PressAsync("ArrowRight");
        await keys.PressAsync("ArrowDown");
        Assert.Equal((2, 2), await Where());
        Assert.Equal(1, await page["tr.chosen"].CountAsync());
        Assert.Equal("not kept", await page[".candidate .badge"].InnerTextAsync());
        Assert.StartsWith("Not kept: 2nd of", await page[".candidate .why"].InnerTextAsync(), StringComparison.Ordinal);
        await keys.PressAsync("ArrowUp");
        await keys.PressAsync("ArrowLeft");
        Assert.Equal((1, 1), await Where());
        // percent first, logarithms on demand
        Assert.Contains("%", await page["tr.path td[data-label='p(token)']"].InnerTextAsync(), StringComparison.Ordinal);
        Assert.False(await page["th.logs"].First.IsVisibleAsync());
        await keys.PressAsync("l");
        Assert.True(await page["th.logs"].First.IsVisibleAsync());
        Assert.True(await page["tr.path td[data-label='log P']"].IsVisibleAsync());
        await keys.PressAsync("t");
        Assert.Equal("dark", await page.Page.EvaluateAsync<string>("document.documentElement.style.colorScheme"));
        page.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData(TracePages.GridBeam, ColorScheme.Light)]
    [InlineData(TracePages.Deal, ColorScheme.Dark)]
    [InlineData(TracePages.Preference, ColorScheme.Light)]
    [InlineData(TracePages.Preference, ColorScheme.Dark)]
    public async Task Page_LightAndDark_IsAccessible(string trace, ColorScheme scheme)
    {
        await using var page = await chromium.OpenAsync(traces.Address(trace), scheme: scheme);
        await page.PictureAsync($"trace-{trace}-{scheme}", whole: true);
        await page.AssertAccessibleAsync();
        page.AssertNothingWentWrong();
    }

    [Theory]
    [InlineData(TracePages.GridBeam)]
    [InlineData(TracePages.Deal)]
    [InlineData(TracePages.Preference)]
    public async Task Page_FourHundredPixels_FitsAndReads(string trace)
    {
        await using var page = await chromium.OpenAsync(traces.Address(trace), width: 400);
        await page.PictureAsync($"trace-{trace}-400", whole: true);
        await page.AssertFitsAsync();
        Assert.True(await page[".rows"].Last.EvaluateAsync<bool>("rows => rows.scrollWidth <= rows.clientWidth"), "the table is wider than the window");
        await page.AssertAccessibleAsync();
    }

    private static void Near(JsonElement told, JsonElement seen, double tolerance)
    {
        if (told.ValueKind == JsonValueKind.Null) Assert.Equal(JsonValueKind.Null, seen.ValueKind);
        else if (told.ValueKind == JsonValueKind.String) Assert.Equal(told.ToString(), seen.ToString());
        else Assert.Equal(told.GetDouble(), seen.GetDouble(), tolerance);
    }
}
