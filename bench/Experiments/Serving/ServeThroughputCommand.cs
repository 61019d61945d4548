using System.CommandLine;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using DecodeAlign.Benchmarks;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Experiments;

/// <summary>Greedy chat requests at once over HTTP beside the same requests through the library, on one model, measured in turn in one run.</summary>
internal static class ServeThroughputCommand
{
    private const int Prompt = 16;

    public static Command Create()
    {
        var shape = new Option<string>("--shape") { Description = "SmolLM2-135M or stories15M.", DefaultValueFactory = _ => "SmolLM2-135M" };
        var requests = new Option<int>("--requests") { Description = "Requests at once.", DefaultValueFactory = _ => 16 };
        var tokens = new Option<int>("--max-tokens") { Description = "Tokens of each.", DefaultValueFactory = _ => 64 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds; medians are shown.", DefaultValueFactory = _ => 7 };
        var stream = new Option<bool>("--stream") { Description = "Streams the answers." };
        var command = new Command("serve-throughput", "Greedy requests at once over HTTP beside the library's, measured in turn.") { shape, requests, tokens, rounds, stream };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(shape)!, parsed.GetValue(requests), parsed.GetValue(tokens), parsed.GetValue(rounds), parsed.GetValue(stream), cancellationToken));
        return command;
    }

    private static async Task RunAsync(string shape, int requests, int tokens, int rounds, bool stream, CancellationToken cancellationToken)
    {
        await using var app = await ServedApp.StartAsync(_ => Task.FromResult<ILanguageModel>(new EngineModel(Shapes.Load(shape, WeightFormat.BF16, 2), new NumberedTokens(Shapes.Of(shape).VocabularySize), new() { MemoryWait = TimeSpan.FromMinutes(1) })), cancellationToken);
        using var http = new HttpClient { BaseAddress = new(app.Urls.Single()), Timeout = Timeout.InfiniteTimeSpan };
        var decoder = new Decoder(app.Services.GetRequiredService<HostedModel>());
        var (library, served, ratios, work) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        var (model, passes) = (app.Services.GetRequiredService<HostedModel>(), (Library: new List<double>(), Served: new List<double>()));
        for (var round = -1; round < rounds; round++)
        {
            var first = (round + 1) * requests * 2;
            var (inLibrary, overHttp) = ((Seconds: 0.0, Work: 0.0), (Seconds: 0.0, Work: 0.0));
            // each is the first in every other round
            for (var turn = 0; turn < 2; turn++)
            {
                var before = model.Statistics?.Passes ?? 0;
                if ((turn + round & 1) == 0) inLibrary = await TimeAsync(requests, i => decoder.GenerateAsync(new() { Prompt = Text(first + i), Decoder = Decoders.Greedy, MaxTokens = tokens }, cancellationToken));
                else overHttp = await TimeAsync(requests, i => PostAsync(http, Text(first + requests + i), tokens, stream, cancellationToken));
                if (round >= 0) ((turn + round & 1) == 0 ? passes.Library : passes.Served).Add((model.Statistics?.Passes ?? 0) - before);
            }
            // the first round warms up
            if (round < 0) continue;
            library.Add(requests * tokens / inLibrary.Seconds);
            served.Add(requests * tokens / overHttp.Seconds);
            ratios.Add(inLibrary.Seconds / overHttp.Seconds);
            work.Add(inLibrary.Work / overHttp.Work);
        }
        Console.WriteLine($"{shape}, BF16, 2 threads, prompts of {Prompt} tokens, {tokens} tokens each, {requests} at once, median of {rounds} rounds{(stream ? ", streamed" : "")}");
        Console.WriteLine($"library {Median(library),8:0.0} tokens/s   over HTTP {Median(served),8:0.0} tokens/s   ratio {Median(ratios):0.000} ({ratios.Min():0.000} to {ratios.Max():0.000}); ratio of the process's processor time, clients and server together: {Median(work):0.000} ({work.Min():0.000} to {work.Max():0.000}); passes {Median(passes.Library):0} and {Median(passes.Served):0}");
    }

    private static string Text(int request) => string.Join(' ', Enumerable.Range(0, Prompt).Select(j => NumberedTokens.TextOf((request * 131 + j * 37) % 1000)));

    private static async Task PostAsync(HttpClient http, string prompt, int tokens, bool stream, CancellationToken cancellationToken)
    {
        using var content = new StringContent($$"""{"messages": [{"role": "user", "content": {{JsonSerializer.Serialize(prompt)}}}], "max_tokens": {{tokens}}, "temperature": 0, "stream": {{(stream ? "true" : "false")}}}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PostAsync("/v1/chat/completions", content, cancellationToken);
        response.EnsureSuccessStatusCode();
        if (stream) return;
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var generated = answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32();
        if (generated != tokens) throw new InvalidOperationException($"an answer has {generated} tokens; {tokens} are expected");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task<(double Seconds, double Work)> TimeAsync(int requests, Func<int, Task> one)
    {
        var (started, worked) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await Task.WhenAll(Enumerable.Range(0, requests).Select(one));
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - worked).TotalSeconds);
    }
}
