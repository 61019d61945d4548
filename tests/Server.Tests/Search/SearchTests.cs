using System.Net;
using System.Text.Json;

namespace DecodeAlign.Tests;

public sealed class SearchTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Search_Deal_TellsHeaderStepsTextAndEnd()
    {
        var lines = await LinesAsync("""{"prompt": "hello", "max_tokens": 12, "alignment": {"decoder": "deal", "heuristics": ["coverage=fox@3"], "beam": 1, "candidates": 3, "lookahead": 2}}""");

        Assert.Equal("deal", lines[0].GetProperty("header").GetProperty("decoder").GetString());
        var steps = lines.Where(line => line.TryGetProperty("step", out _)).Select(line => line.GetProperty("step")).ToList();
        Assert.InRange(steps.Count, 1, 12);
        Assert.All(steps, step => Assert.InRange(step.GetProperty("candidates").GetArrayLength(), 1, 3));
        var end = lines.Single(line => line.TryGetProperty("end", out _)).GetProperty("end").GetProperty("answer");
        var texts = lines.Where(line => line.TryGetProperty("text", out _)).Select(line => line.GetProperty("text")).ToList();
        Assert.Equal(end.GetProperty("text").GetString(), string.Concat(texts.Select(text => text.GetProperty("text").GetString())));
        Assert.Equal(Ids(end), texts.SelectMany(Ids));
    }

    [Fact]
    public async Task Search_Prefix_GoesOnFromTheseTokensAsTheSearchDoesThatChoseThem()
    {
        const string Request = """{"prompt": "hello", "max_tokens": 8, "alignment": {"decoder": "greedy"}PREFIX}""";
        var free = Answer(await LinesAsync(Request.Replace("PREFIX", "", StringComparison.Ordinal)));
        var same = Answer(await LinesAsync(Request.Replace("PREFIX", $", \"prefix\": [{string.Join(',', Ids(free).Take(3))}]", StringComparison.Ordinal)));
        Assert.Equal(Ids(free), Ids(same));

        int[] other = [Ids(free)[0], Ids(free)[1] == 40 ? 41 : 40];
        var changed = Answer(await LinesAsync(Request.Replace("PREFIX", $", \"prefix\": [{string.Join(',', other)}]", StringComparison.Ordinal)));
        Assert.Equal(other, Ids(changed).Take(2));
        Assert.InRange(Ids(changed).Length, 3, 8);
    }

    [Theory]
    [InlineData("""{"prompt": "a", "messages": []}""", "prompt")]
    [InlineData("""{"max_tokens": 3}""", "prompt")]
    [InlineData("""{"prompt": "a", "prefix": [100000]}""", null)]
    [InlineData("""{"prompt": "a", "prefix": [2, 5]}""", null)]
    [InlineData("""{"prompt": "a", "alignment": {"trace": true}}""", "alignment.trace")]
    [InlineData("""{"prompt": "a", "stream": true}""", "stream")]
    public async Task Search_WhatCantBe_IsRefusedByName(string json, string? field)
    {
        var (status, error) = await _server.RefusedAsync("/decodealign/v1/search", json);
        Assert.Equal((HttpStatusCode.BadRequest, field), (status, error.GetProperty("param").GetString()));
    }

    [Fact]
    public async Task Catalogue_HasDecodersWithSettingsAndNothingThatReadsFiles()
    {
        var catalogue = JsonElement.Parse(await _server.Http.GetStringAsync("/decodealign/v1/catalogue", TestContext.Current.CancellationToken));
        Assert.Contains(catalogue.GetProperty("decoders").EnumerateArray(), decoder => decoder.GetProperty("name").GetString() == "deal" && decoder.GetProperty("settings").GetArrayLength() > 10);
        Assert.Equal("small", catalogue.GetProperty("defaultModel").GetString());
        Assert.DoesNotContain(catalogue.GetProperty("heuristics").EnumerateArray(), one => one.GetProperty("name").GetString() is "classifier" or "sentiment");
        Assert.DoesNotContain(catalogue.GetProperty("constraints").EnumerateArray(), one => one.GetProperty("name").GetString() == "grammar");
    }

    [Fact]
    public async Task Page_IsServedWithItsPolicy()
    {
        using var page = await _server.Http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        // all that it names is there
        var names = System.Text.RegularExpressions.Regex.Matches(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), "(?:src|href)=\"(/[^\"]*)\"").Select(name => name.Groups[1].Value).ToList();
        Assert.InRange(names.Count, 10, 30);
        foreach (var name in names)
        {
            using var part = await _server.Http.GetAsync(name, TestContext.Current.CancellationToken);
            Assert.True(part.StatusCode == HttpStatusCode.OK, $"{name}: {part.StatusCode}");
        }
        using var none = await _server.Http.GetAsync("/playground/no-such-file.js", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    private static int[] Ids(JsonElement of) => [.. of.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];

    private static JsonElement Answer(List<JsonElement> lines) => lines.Single(line => line.TryGetProperty("end", out _)).GetProperty("end").GetProperty("answer");

    private async Task<List<JsonElement>> LinesAsync(string json)
    {
        using var response = await _server.PostAsync("/decodealign/v1/search", json);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
