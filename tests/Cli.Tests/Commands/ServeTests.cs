using System.Net;
using System.Text;
using DecodeAlign.Cli;
using Microsoft.AspNetCore.Builder;

namespace DecodeAlign.Tests;

/// <summary>The app that serve runs: who is let in, and what it says of itself.</summary>
public class ServeTests
{
    private const string Hello = """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 3}""";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_Keys_LetInWhoHasOne_AndHealthAndMetricsAreThere()
    {
        await using var server = await StartAsync(new() { Keys = ["a-key"] });
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.PostAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.PostAsync(key: "a-kez")).StatusCode);
        using var answer = await server.PostAsync(key: "a-key");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"choices\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("Healthy", await server.Http.GetStringAsync("/health", Cancel));
        Assert.Contains("http_server", await server.Http.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
        // neither the key nor the text
        Assert.DoesNotContain("a-ke", server.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("hello", server.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_Origins_AreNamedOrNone()
    {
        await using var closed = await StartAsync(new());
        Assert.False((await closed.PostAsync(origin: "https://app.example")).Headers.Contains("Access-Control-Allow-Origin"));
        await using var open = await StartAsync(new() { Origins = ["https://app.example"] });
        Assert.Equal(["https://app.example"], (await open.PostAsync(origin: "https://app.example")).Headers.GetValues("Access-Control-Allow-Origin"));
        Assert.False((await open.PostAsync(origin: "https://other.example")).Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Serve_OnLoopback_RefusesAnotherHostsName()
    {
        await using var server = await StartAsync(new());
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync(host: "evil.example")).StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", false, false)]
    [InlineData("http://localhost:0;http://[::1]:0", false, false)]
    [InlineData("http://0.0.0.0:0", false, true)]
    [InlineData("http://0.0.0.0:0", true, false)]
    [InlineData("http://*:0", false, true)]
    public async Task Build_OpenBeyondThisMachineWithoutAKey_Warns(string urls, bool keys, bool warns)
    {
        var error = new StringWriter();
        await using var app = ServeHost.Build(Setup(new() { Keys = keys ? ["a-key"] : [] }) with { Urls = urls }, new StoryModels { EmbeddedFolder = "story" }, Terminal(error));
        Assert.Equal(warns, error.ToString().Contains("asks for no key", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", "must begin with http://")]
    [InlineData("http://127.0.0.1:99999", "has no port from 0 to 65535")]
    public void Build_AddressThatCannotBe_IsRefused(string urls, string named)
    {
        var fault = Assert.Throws<UsageException>(() => ServeHost.Build(Setup(new()) with { Urls = urls }, new StoryModels { EmbeddedFolder = "story" }, Terminal(new StringWriter())));
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task Serve_APortThatIsTaken_IsTheOnlyThingThatIsSaid(string host)
    {
        await using var server = await StartAsync(new());
        var address = $"http://{host}:{server.Http.BaseAddress!.Port}";
        var run = await new Cli { Models = new() { EmbeddedFolder = "story" } }.CallAsync("serve", "--urls", address);
        Assert.Equal((1, $"error: --urls {address}: another program listens there already; stop it, or name another port, such as --urls http://127.0.0.1:8001"), (run.Code, run.Error.Trim()));
    }

    private static async Task<Server> StartAsync(Who who)
    {
        var error = new StringWriter();
        var app = ServeHost.Build(Setup(who), new StoryModels { EmbeddedFolder = "story" }, Terminal(TextWriter.Synchronized(error)));
        await app.StartAsync(Cancel);
        return new(app, error);
    }

    private static ServeSetup Setup(Who who) => new()
    {
        Model = new(null, 1, 0), Urls = "http://127.0.0.1:0", Keys = who.Keys, Origins = who.Origins, Decoder = "greedy", MaxRequests = 4, MaxBodyBytes = 1 << 20, Timeout = TimeSpan.FromSeconds(60), Verbose = true,
    };

    private static Terminal Terminal(TextWriter error) => new() { In = TextReader.Null, Out = TextWriter.Null, Error = error, Stop = default, Width = 80, Folder = "" };

    private sealed record Who
    {
        public string[] Keys { get; init; } = [];

        public string[] Origins { get; init; } = [];
    }

    private sealed class Server(WebApplication app, StringWriter error) : IAsyncDisposable
    {
        public HttpClient Http { get; } = new() { BaseAddress = new(app.Urls.First()) };

        public string Said => error.ToString();

        public Task<HttpResponseMessage> PostAsync(string? key = null, string? origin = null, string? host = null)
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(Hello, Encoding.UTF8, "application/json") };
            if (key is not null) request.Headers.Authorization = new("Bearer", key);
            if (origin is not null) request.Headers.Add("Origin", origin);
            if (host is not null) request.Headers.Host = host;
            return Http.SendAsync(request, Cancel);
        }

        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await app.DisposeAsync();
        }
    }
}
