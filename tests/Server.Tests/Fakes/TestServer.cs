using System.Net;
using System.Text;
using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using DecodeAlign.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DecodeAlign.Tests;

/// <summary>The endpoints over a small model of random weights, on a real socket of this machine.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app, Recorded log) => (_app, Log) = (app, log);

    public HttpClient Http { get; private init; } = null!;

    /// <summary>All that was logged, at every level but Trace.</summary>
    public Recorded Log { get; }

    public IServiceProvider Services => _app.Services;

    public Uri Address => Http.BaseAddress!;

    public static async Task<TestServer> StartAsync(Action<ServerOptions>? configure = null, Action<DecodeAlignBuilder>? build = null, Func<EngineModel>? model = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddRoutingCore();
        var log = new Recorded();
        builder.Logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log);
        builder.Services.AddDecodeAlign(decode =>
        {
            decode.AddModel("small", (_, _, _, _) => Task.FromResult<ILanguageModel>(model?.Invoke() ?? SmallModel.Load(kvBudgetTokens: 60_000, contextLength: 1200)));
            build?.Invoke(decode);
        });
        builder.Services.AddDecodeAlignServer(configure);
        var app = builder.Build();
        app.UseRouting();
        app.MapDecodeAlign();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app, log) { Http = new() { BaseAddress = new(app.Urls.Single()), Timeout = TimeSpan.FromMinutes(2) } };
    }

    /// <summary>Posts JSON as it stands.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string json) => Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    /// <summary>Posts JSON, and reads the answer, which must be good.</summary>
    public async Task<JsonElement> AskAsync(string path, string json)
    {
        using var response = await PostAsync(path, json);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>Posts JSON, which must be refused.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Error)> RefusedAsync(string path, string json)
    {
        using var response = await PostAsync(path, json);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.False(response.IsSuccessStatusCode, text);
        return (response.StatusCode, JsonElement.Parse(text).GetProperty("error"));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }

    public sealed class Recorded : ILoggerProvider, ILogger
    {
        private readonly StringBuilder _text = new();

        public string Text
        {
            get
            {
                lock (_text) return _text.ToString();
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel > LogLevel.Trace;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            lock (_text) _text.Append(logLevel).Append(' ').Append(formatter(state, exception)).Append(' ').Append(exception).Append('\n');
        }

        public void Dispose()
        {
        }
    }
}
