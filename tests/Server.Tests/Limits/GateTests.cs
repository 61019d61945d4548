using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace DecodeAlign.Tests;

public class GateTests
{
    private const string Hello = """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 4}""";

    [Fact]
    public async Task Keys_EveryEndpointAsksForOneAndNoneIsLogged()
    {
        await using var server = await TestServer.StartAsync(options =>
        {
            options.ApiKeys.Add("first-secret");
            options.ApiKeys.Add("second-secret");
        });
        foreach (var path in (string[])["/v1/models", "/decodealign/v1/catalogue"])
        {
            using var none = await server.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (none.StatusCode, none.Headers.WwwAuthenticate.Single().Scheme));
        }
        foreach (var path in (string[])["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/decodealign/v1/search"]) Assert.Equal(HttpStatusCode.Unauthorized, (await server.RefusedAsync(path, Hello)).Status);
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", "first-secre");
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.RefusedAsync("/v1/chat/completions", Hello)).Status);
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "second-secret");
        await server.AskAsync("/v1/chat/completions", Hello);
        Assert.DoesNotContain("secre", server.Log.Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, HttpStatusCode> Hostile => new()
    {
        { "{\"messages\": [", HttpStatusCode.BadRequest },
        { "", HttpStatusCode.BadRequest },
        { "null", HttpStatusCode.BadRequest },
        { "[]", HttpStatusCode.BadRequest },
        { "\"SECRETWORD\"", HttpStatusCode.BadRequest },
        { "{\"messages\": [{\"role\": \"user\", \"content\": \"SECRETWORD\", \"SECRETWORD\": 1}]}", HttpStatusCode.BadRequest },
        { "{\"messages\": " + new string('[', 100_000), HttpStatusCode.BadRequest },
        { "{\"messages\": [{\"role\": \"user\", \"content\": \"SECRETWORD\"}], \"alignment\": " + string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 500) + "}", HttpStatusCode.BadRequest },
        { "{\"messages\": [{\"role\": \"user\", \"content\": \"\\ud800\"}], \"max_tokens\": 2, \"stop\": [1]}", HttpStatusCode.BadRequest },
        { "{\"messages\": [{\"role\": \"user\", \"content\": \"" + new string('x', 10 << 20) + "\"}]}", HttpStatusCode.RequestEntityTooLarge },
        { "{\"messages\": [{\"role\": \"user\", \"content\": \"" + new string('x', 100_000) + "SECRETWORD\"}]}", HttpStatusCode.BadRequest },
        { "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], \"max_tokens\": 99999999999999999999}", HttpStatusCode.BadRequest },
        { "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], \"alignment\": {\"lambda\": 1e999}}", HttpStatusCode.BadRequest },
        { "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], \"alignment\": {\"constraints\": [\"regex=(((((((((a*)*)*)*)*)*)*)*)*)\"]}, \"response_format\": {\"type\": \"json_object\"}, \"max_tokens\": 1}", HttpStatusCode.BadRequest },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Bodies_Hostile_AreRefusedInOpenAisShapeAndNothingOfThemIsLogged(string body, HttpStatusCode expected)
    {
        await using var server = await TestServer.StartAsync();
        await server.AskAsync("/v1/chat/completions", Hello);
        var (status, error) = await server.RefusedAsync("/v1/chat/completions", body);
        Assert.Equal(expected, status);
        Assert.Equal(JsonValueKind.String, error.GetProperty("message").ValueKind);
        Assert.InRange(error.GetProperty("message").GetString()!.Length, 1, 1000);
        Assert.DoesNotContain("SECRETWORD", server.Log.Text, StringComparison.Ordinal);
        // and the next one is answered
        await server.AskAsync("/v1/chat/completions", Hello);
    }

    [Fact]
    public async Task Bodies_ChunkedAndTooLarge_AreRefusedWhileTheyAreRead()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxBodyBytes = 1000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = new StringContent($$"""{"prompt": "{{new string('x', 2000)}}"}""", Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;
        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Bodies_OfAnotherType_AreRefused()
    {
        await using var server = await TestServer.StartAsync();
        using var response = await server.Http.PostAsync("/v1/completions", new StringContent("""{"prompt": "a"}""", Encoding.UTF8, "text/plain"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Log_AtDebug_HoldsNothingOfTheText()
    {
        await using var server = await TestServer.StartAsync();
        await server.AskAsync("/v1/chat/completions", """{"messages": [{"role": "user", "content": "SECRETWORD"}], "max_tokens": 4, "alignment": {"constraints": ["choice=OTHERWORD"]}, "max_tokens": 40}""".Replace("\"max_tokens\": 4, ", "", StringComparison.Ordinal));
        Assert.NotEqual("", server.Log.Text);
        Assert.DoesNotContain("SECRETWORD", server.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("OTHERWORD", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Places_OneMoreThanThereAre_IsRefusedAndThenLetIn()
    {
        await using var server = await TestServer.StartAsync(options => options.MaxConcurrentRequests = 1);
        using var held = await server.Http.SendAsync(new(HttpMethod.Post, "/decodealign/v1/search") { Content = new StringContent("""{"prompt": "hello", "max_tokens": 1000, "alignment": {"decoder": "beam", "beam": 8}}""", Encoding.UTF8, "application/json") }, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        var (status, error) = await server.RefusedAsync("/v1/chat/completions", Hello);
        Assert.Equal((HttpStatusCode.TooManyRequests, "too_many_requests"), (status, error.GetProperty("code").GetString()));
        held.Dispose();
        // the search that nobody reads any more ends, and its place is free
        for (var left = 600; ; left--)
        {
            using var response = await server.PostAsync("/v1/chat/completions", Hello);
            if (response.IsSuccessStatusCode) break;
            Assert.True(left > 0, "the place is not given back");
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Time_RunOut_EndsARequest()
    {
        await using var server = await TestServer.StartAsync(options => options.RequestTimeout = TimeSpan.FromMilliseconds(30));
        var (status, error) = await server.RefusedAsync("/v1/chat/completions", """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 1000, "alignment": {"decoder": "beam", "beam": 32}}""");
        Assert.Equal((HttpStatusCode.GatewayTimeout, "timeout"), (status, error.GetProperty("code").GetString()));
    }
}
