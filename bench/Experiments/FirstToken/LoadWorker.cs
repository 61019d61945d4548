using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DecodeAlign.Benchmarks;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Hosting;
using DecodeAlign.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Experiments;

/// <summary>A process that holds the model and runs the rounds that its standard input names, a line of JSON each, so that two builds can take turns.</summary>
internal sealed class LoadWorker(WebApplication app, bool http) : IDisposable
{
    private static readonly string[] Words = ["fox", "dog", "girl", "boy", "tree", "house", "river", "ball", "cat", "bird"];
    private readonly IDecoder _decoder = app.Services.GetRequiredService<IDecoder>();
    private readonly HostedModel _model = app.Services.GetRequiredService<HostedModel>();
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1000 }) { BaseAddress = new(app.Urls.Single()), Timeout = Timeout.InfiniteTimeSpan };

    public static async Task RunAsync(string shape, WeightFormat format, int threads, bool http, CancellationToken cancellationToken)
    {
        await using var app = await ServedApp.StartAsync(_ => LoadAsync(shape, format, threads), cancellationToken);
        using var worker = new LoadWorker(app, http);
        await Console.Out.WriteLineAsync("ready");
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(await worker.RunAsync(JsonSerializer.Deserialize<LoadRound>(line)!, cancellationToken)));
    }

    public void Dispose() => _http.Dispose();

    private static async Task<ILanguageModel> LoadAsync(string shape, WeightFormat format, int threads)
    {
        var (options, sharing) = (new CpuEngineOptions { Threads = threads, WeightFormat = format, KvBudgetBytes = 6L << 30, PrefixCacheBytes = 64 << 20 }, new EngineModelOptions { MemoryWait = TimeSpan.FromMinutes(10) });
        if (shape == "paced") return new EngineModel(new PacedEngine(), new NumberedTokens(PacedEngine.VocabularySize), sharing);
        if (shape == "embedded") return await CpuModel.LoadAsync(EmbeddedModel.Folder, options, sharing).ConfigureAwait(false);
        using var weights = new RandomWeights(Shapes.Of(shape));
        return new EngineModel(CpuEngine.Load(weights, options, NumberedTokens.Fingerprint), new NumberedTokens(Shapes.Of(shape).VocabularySize), sharing);
    }

    private async Task<LoadTimes> RunAsync(LoadRound round, CancellationToken cancellationToken)
    {
        string[] prompts = [.. Enumerable.Range(0, round.Requests).Select(request => Text(round.Prompt(request)))];
        var arrivals = round.Arrivals();
        var before = _model.Statistics ?? default;
        var started = Stopwatch.GetTimestamp();
        var times = await Task.WhenAll(prompts.Select((prompt, i) => Task.Run(
            async () =>
            {
                var early = TimeSpan.FromSeconds(arrivals[i]) - Stopwatch.GetElapsedTime(started);
                if (early > TimeSpan.Zero) await Task.Delay(early, cancellationToken);
                return http ? await OverHttpAsync(prompt, round.MaxTokens, cancellationToken) : await InProcessAsync(prompt, round.MaxTokens, cancellationToken);
            },
            cancellationToken)));
        var (seconds, after) = (Stopwatch.GetElapsedTime(started).TotalSeconds, _model.Statistics ?? default);
        return new([.. times.Select(one => one[0])], [.. times.SelectMany(one => one.Skip(1))], seconds, times.Sum(one => one.Count), after.Passes - before.Passes, after.Rows - before.Rows);
    }

    private string Text(IEnumerable<int> words) => string.Join(' ', words.Select(word => _model.Tokenizer is NumberedTokens ? NumberedTokens.TextOf(word) : Words[word % Words.Length]));

    private async Task<List<double>> InProcessAsync(string prompt, int tokens, CancellationToken cancellationToken)
    {
        var (times, last) = (new List<double>(), Stopwatch.GetTimestamp());
        await foreach (var piece in _decoder.StreamAsync(new() { Prompt = prompt, Decoder = Decoders.Greedy, MaxTokens = tokens }, cancellationToken))
            if (piece.Ids.Count > 0) Note(times, ref last);
        return times;
    }

    private async Task<List<double>> OverHttpAsync(string prompt, int tokens, CancellationToken cancellationToken)
    {
        var (times, last) = (new List<double>(), Stopwatch.GetTimestamp());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = new StringContent($$"""{"prompt": {{JsonSerializer.Serialize(prompt)}}, "max_tokens": {{tokens}}, "temperature": 0, "stream": true}""", Encoding.UTF8, "application/json"),
        };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken), Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
            if (line.StartsWith("data: {", StringComparison.Ordinal) && !line.Contains("\"text\":\"\"", StringComparison.Ordinal)) Note(times, ref last);
        return times;
    }

    private static void Note(List<double> times, ref long last)
    {
        var now = Stopwatch.GetTimestamp();
        times.Add(Stopwatch.GetElapsedTime(last, now).TotalSeconds);
        last = now;
    }
}
