using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using DecodeAlign.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Experiments;

/// <summary>
/// Callers who all ask at once over HTTP, by mixed decoders: some read slowly, some cut the connection, some cancel. Each answer that is read to its end must be the one that the same request was given alone.
/// </summary>
internal sealed class ServeSoak : IAsyncDisposable
{
    private static readonly string[] Alignments =
    [
        """{"decoder": "greedy"}""",
        """{"decoder": "sample", "temperature": 0.8}""",
        """{"decoder": "beam", "beam": 3}""",
        """{"decoder": "deal", "heuristics": ["coverage=fox,dog@3"], "candidates": 3, "lookahead": 3}""",
        """{"decoder": "grid-beam", "beam": 4, "constraints": ["must-include=fox"]}""",
        """{"decoder": "best-of", "answers": 3, "heuristics": ["length=..12"]}""",
        """{"decoder": "sample", "constraints": ["must-not-include=e", "sentences=1..2"]}""",
    ];

    private static readonly string[] Prompts = ["Once upon a time", "One day a fox", "The girl and the dog", "In the park there was"];

    private readonly WebApplication _app;
    private readonly HttpClient _http;
    private readonly Uri _address;
    private readonly Dictionary<string, string> _expected = [];
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly List<double> _first = [], _between = [];

    private ServeSoak(WebApplication app)
    {
        _app = app;
        _address = new(app.Urls.Single());
        _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 }) { BaseAddress = _address, Timeout = Timeout.InfiniteTimeSpan };
    }

    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Seconds to the first piece of text of those that read as fast as they can.</summary>
    public IReadOnlyList<double> ToFirst => _first;

    /// <summary>Seconds between their pieces.</summary>
    public IReadOnlyList<double> Between => _between;

    public Decoding.EngineStatistics Statistics => _app.Services.GetRequiredService<HostedModel>().Statistics ?? default;

    /// <param name="load">Loads the model.</param>
    /// <param name="maxTokens">Tokens of each answer.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<ServeSoak> StartAsync(Func<CancellationToken, Task<Decoding.ILanguageModel>> load, int maxTokens, CancellationToken cancellationToken)
    {
        var soak = new ServeSoak(await ServedApp.StartAsync(load, cancellationToken).ConfigureAwait(false)) { MaxTokens = maxTokens };
        foreach (var body in Enumerable.Range(0, Alignments.Length * Prompts.Length).Select(soak.Body)) soak._expected[body] = await soak.ReadAsync(body, default, cancellationToken).ConfigureAwait(false);
        (soak._first.Capacity, soak._between.Capacity) = (100_000, 1_000_000);
        soak._first.Clear();
        soak._between.Clear();
        return soak;
    }

    private int MaxTokens { get; init; }

    /// <summary>Sends bodies that are malformed, deep, large or wrong, one after the other, and gives the seconds of the slowest refusal.</summary>
    public async Task<double> RefuseAsync(int rounds, CancellationToken cancellationToken)
    {
        string[] bodies =
        [
            "", "null", "{\"messages\": [", "{\"messages\": " + new string('[', 1_000_000), "{\"messages\": [{\"role\": \"user\", \"content\": \"" + new string('x', 10 << 20) + "\"}]}",
            "{\"messages\": [{\"role\": \"user\", \"content\": \"" + new string('x', 3 << 20) + "\"}], \"colour\": 1}", "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"alignment\": {\"constraints\": [\"grammar=x\"]}}",
        ];
        var slowest = 0.0;
        for (var round = -1; round < rounds; round++)
            foreach (var body in bodies)
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                var started = Stopwatch.GetTimestamp();
                using var response = await _http.PostAsync("/v1/chat/completions", content, cancellationToken).ConfigureAwait(false);
                if ((int)response.StatusCode is < 400 or >= 500) Fault($"{body[..Math.Min(60, body.Length)]}: {(int)response.StatusCode}");
                // the first round compiles
                if (round >= 0) slowest = Math.Max(slowest, Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        return slowest;
    }

    /// <summary>So many callers, one request after the other each, for some time or so many requests.</summary>
    public Task RunAsync(int callers, TimeSpan duration, int requestsEach, ulong seed, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        return Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var number = 0; number < requestsEach && Stopwatch.GetElapsedTime(started) < duration && !cancellationToken.IsCancellationRequested; number++)
                await OneAsync(new(seed, (ulong)caller, (ulong)number), cancellationToken).ConfigureAwait(false);
        }, cancellationToken)));
    }

    /// <summary>Waits until no search is open: those whose caller went away end with their next pass.</summary>
    public async Task SettleAsync()
    {
        for (var attempt = 0; attempt < 100 && Statistics is not { OpenSessions: 0, WaitingForMemory: 0 }; attempt++) await Task.Delay(100).ConfigureAwait(false);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private string Body(int kind) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"messages": [{"role": "user", "content": "{{Prompts[kind % Prompts.Length]}}"}], "max_tokens": {{MaxTokens}}, "seed": {{kind}}, "stream": true, "alignment": {{Alignments[kind / Prompts.Length]}}}""");

    private async Task OneAsync(SoakDraws draws, CancellationToken cancellationToken)
    {
        var body = Body(draws.Below(Alignments.Length * Prompts.Length));
        var manner = draws.Below(20) switch { 0 => Manner.Cancels, 1 => Manner.Cuts, 2 => Manner.ReadsSlowly, _ => Manner.Reads };
        string outcome;
        try
        {
            if (manner == Manner.Cuts)
            {
                await CutAsync(body, draws.Below(200)).ConfigureAwait(false);
                outcome = "connection cut";
            }
            else
            {
                using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                if (manner == Manner.Cancels) left.CancelAfter(draws.Below(300));
                var text = await ReadAsync(body, manner, left.Token).ConfigureAwait(false);
                outcome = text == _expected[body] ? manner == Manner.ReadsSlowly ? "as alone, read slowly" : "as alone" : "WRONG TEXT";
                if (outcome == "WRONG TEXT") Fault($"{body}: '{text}', alone '{_expected[body]}'");
            }
        }
        catch (OperationCanceledException) when (manner == Manner.Cancels)
        {
            outcome = "cancelled";
        }
        catch (Exception fault)
        {
            outcome = $"unexpected {fault.GetType().Name}";
            Fault($"{body}: {fault.Message}");
        }
        lock (_outcomes) _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
    }

    private async Task<string> ReadAsync(string body, Manner manner, CancellationToken cancellationToken)
    {
        var (started, last, text, times) = (Stopwatch.GetTimestamp(), 0L, new StringBuilder(), new List<double>());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)}");
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
            if (line == "data: [DONE]")
            {
                if (manner == Manner.Reads) Measure(times);
                return text.ToString();
            }
            using var json = JsonDocument.Parse(line.AsMemory(6));
            if (json.RootElement.TryGetProperty("error", out var error)) throw new InvalidOperationException(error.GetRawText());
            foreach (var choice in json.RootElement.GetProperty("choices").EnumerateArray())
            {
                if (!choice.GetProperty("delta").TryGetProperty("content", out var content) || content.GetString() is not { Length: > 0 } piece) continue;
                text.Append(piece);
                times.Add(Stopwatch.GetElapsedTime(last == 0 ? started : last).TotalSeconds);
                last = Stopwatch.GetTimestamp();
            }
            if (manner == Manner.ReadsSlowly) await Task.Delay(30, cancellationToken).ConfigureAwait(false);
        }
        throw new InvalidOperationException("the stream ended before its end");
    }

    // a caller that vanishes: the request is there, and nobody waits for the answer
    private async Task CutAsync(string body, int milliseconds)
    {
        using var socket = new TcpClient { LingerState = new(enable: true, seconds: 0) };
        await socket.ConnectAsync(_address.Host, _address.Port).ConfigureAwait(false);
        await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: {_address.Authority}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}")).ConfigureAwait(false);
        await Task.Delay(milliseconds).ConfigureAwait(false);
    }

    private void Measure(List<double> times)
    {
        if (times.Count == 0) return;
        lock (_first)
        {
            _first.Add(times[0]);
            if (_between.Count < _between.Capacity - times.Count) _between.AddRange(times.Skip(1));
        }
    }

    private void Fault(string what)
    {
        lock (_faults) _faults.Add(what);
    }

    private enum Manner
    {
        Reads,
        ReadsSlowly,
        Cancels,
        Cuts,
    }
}
