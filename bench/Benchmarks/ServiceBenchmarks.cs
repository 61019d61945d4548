using BenchmarkDotNet.Attributes;
using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Benchmarks;

/// <summary>Greedy requests of 16 + 16 tokens on one model, side by side and one after the other; and until each has its first token. Random weights, two threads.</summary>
public class ServiceBenchmarks
{
    private const int Tokens = 16;
    private EngineModel _model = null!;
    private Decoder _decoder = null!;

    /// <summary>Model shape.</summary>
    [Params("stories15M", "SmolLM2-135M")]
    public string Shape { get; set; } = "";

    /// <summary>Requests.</summary>
    [Params(1, 4, 16)]
    public int Requests { get; set; }

    /// <summary>Loads the model.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _model = new(Shapes.Load(Shape, WeightFormat.BF16, threads: 2), new NumberedTokens(Shapes.Of(Shape).VocabularySize));
        _decoder = new(_model);
    }

    /// <summary>One after the other.</summary>
    [Benchmark(Baseline = true)]
    public async Task Sequential()
    {
        for (var i = 0; i < Requests; i++) await _decoder.GenerateAsync(Request(i)).ConfigureAwait(false);
    }

    /// <summary>All at once: throughput is requests over time, latency the time.</summary>
    [Benchmark]
    public async Task AtOnce() => await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => _decoder.GenerateAsync(Request(i)))).ConfigureAwait(false);

    /// <summary>All at once, until each has delivered its first token.</summary>
    [Benchmark]
    public async Task FirstTokens() => await Task.WhenAll(Enumerable.Range(0, Requests).Select(FirstTokenAsync)).ConfigureAwait(false);

    /// <summary>Frees the model.</summary>
    [GlobalCleanup]
    public async Task CleanUp() => await _model.DisposeAsync().ConfigureAwait(false);

    private static DecodingRequest Request(int number) =>
        new() { Prompt = string.Join(' ', Enumerable.Range(0, Tokens).Select(i => NumberedTokens.TextOf((number * 131 + i * 37) % 1000))), Decoder = Decoders.Greedy, MaxTokens = Tokens };

    private async Task FirstTokenAsync(int number)
    {
        await foreach (var piece in _decoder.StreamAsync(Request(number)).ConfigureAwait(false))
            if (piece.Ids.Count > 0) return;
    }
}
