using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class DecoderBuilderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_SeveralSteps_TheFirstIsOutermostAndEachHearsOfEveryCall()
    {
        await using var model = TableEngine.Model(6, 2, ties: false);
        var heard = new List<string>();
        var decoder = new Decoder(model).AsBuilder().Use(inner => new Spy("outer", heard, inner)).Use(inner => new Spy("inner", heard, inner)).Build();
        var request = new DecodingRequest { Prompt = "a", Decoder = Decoders.Greedy, MaxTokens = 6 };

        var result = await decoder.GenerateAsync(request, Cancel);
        var batch = await decoder.GenerateBatchAsync(request, [new("a"), new("b")], Cancel);
        var pieces = new List<DecodingUpdate>();
        await foreach (var update in decoder.StreamAsync(request, Cancel)) pieces.Add(update);

        Assert.Equal(["outer: text", "inner: text", "outer: batch", "inner: batch", "outer: stream", "inner: stream"], heard);
        var plain = new Decoder(model);
        Assert.Equal((await plain.GenerateAsync(request, Cancel)).Text, result.Text);
        // the batch is one search, and the stream comes in pieces: nothing falls back to what the interface does by itself
        Assert.Equal((await plain.GenerateBatchAsync(request, [new("a"), new("b")], Cancel)).Statistics with { ElapsedSeconds = 0 }, batch.Statistics with { ElapsedSeconds = 0 });
        Assert.Equal(result.Answer.Ids.Count, pieces.Count(piece => piece.Ids.Count == 1));
    }

    [Fact]
    public async Task GetService_ThroughAnyPipeline_FindsTheModelTheClockAndEachDecoder()
    {
        await using var model = TableEngine.Model(6, 2);
        var time = new FixedTime();
        var core = new Decoder(model, time);
        var decoder = core.AsBuilder().Use(inner => new Spy("outer", [], inner)).UseSelection(new BestOf(2)).Build();

        Assert.Same(model, decoder.GetService<ILanguageModel>());
        Assert.Same(time, decoder.GetService<TimeProvider>());
        Assert.Same(decoder, decoder.GetService<IDecoder>());
        Assert.Same(core, decoder.GetService<Decoder>());
        Assert.IsType<SelectingDecoder>(decoder.GetService<SelectingDecoder>());
        Assert.Null(decoder.GetService<string>());
    }

    [Fact]
    public async Task Use_CacheAndLimit_WrapAnybodysDecoder()
    {
        await using var model = TableEngine.Model(6, 2, ties: false);
        var plain = new PlainDecoder(new(model));
        using var free = new SemaphoreSlim(2);
        var limit = new Limit(free, plain);
        var decoder = limit.AsBuilder().UseSelection(new BestOf(3)).Use(inner => new Cache(inner)).Build();
        var request = new DecodingRequest { Prompt = "ab", Decoder = Decoders.Sample() with { Rank = new() { Lambda = 1 } }, MaxTokens = 6, Heuristics = [new(new TextHeuristic((text, _) => text.Length))] };

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => decoder.GenerateAsync(request with { Seed = (ulong)(seed / 2) }, Cancel)));

        Assert.Equal(9, plain.Calls);
        Assert.InRange(limit.Most, 1, 2);
        for (var i = 0; i < 6; i += 2) Assert.Equal(results[i].Text, results[i + 1].Text);
    }

    [Fact]
    public async Task Build_BadSteps_AreNamed()
    {
        await using var model = TableEngine.Model(6, 2);
        var builder = new Decoder(model).AsBuilder();
        Assert.Throws<ArgumentNullException>("step", () => builder.Use(null!));
        Assert.Throws<ArgumentException>("Answers", () => builder.UseSelection(new BestOf(0)));
        Assert.Throws<ArgumentNullException>("inner", () => new DecoderBuilder(null!));
        Assert.Contains("step 1", Assert.Throws<InvalidOperationException>(() => builder.Use(_ => null!).Build()).Message, StringComparison.Ordinal);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }

    private sealed class Spy(string name, List<string> heard, IDecoder inner) : DelegatingDecoder(inner)
    {
        public override Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
        {
            heard.Add($"{name}: text");
            return base.GenerateAsync(request, cancellationToken);
        }

        public override Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
        {
            heard.Add($"{name}: batch");
            return base.GenerateBatchAsync(request, prompts, cancellationToken);
        }

        public override async IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            heard.Add($"{name}: stream");
            await foreach (var update in base.StreamAsync(request, cancellationToken)) yield return update;
        }
    }

    /// <summary>Answers a request that it has answered before from memory.</summary>
    private sealed class Cache(IDecoder inner) : DelegatingDecoder(inner)
    {
        private readonly ConcurrentDictionary<DecodingRequest, Lazy<Task<DecodingResult>>> _answered = new();

        public override Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default) =>
            _answered.GetOrAdd(request, asked => new(() => Inner.GenerateAsync(asked, cancellationToken))).Value;

        public override async Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
        {
            var results = new List<DecodingResult>();
            foreach (var (prompt, stream) in prompts) results.Add(await GenerateAsync(request with { Prompt = prompt, Stream = stream }, cancellationToken));
            return new([.. results.Select((result, i) => new BatchText(result.Prompt, prompts[i].Stream, result.Answers))], results.Aggregate(default(DecodingStatistics), (sum, result) => sum + result.Statistics));
        }
    }

    /// <summary>Lets a few requests through at a time.</summary>
    private sealed class Limit(SemaphoreSlim free, IDecoder inner) : DelegatingDecoder(inner)
    {
        private readonly Lock _lock = new();
        private int _now;

        public int Most { get; private set; }

        public override async Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
        {
            await free.WaitAsync(cancellationToken);
            try
            {
                lock (_lock) Most = Math.Max(Most, ++_now);
                return await base.GenerateAsync(request, cancellationToken);
            }
            finally
            {
                lock (_lock) _now--;
                free.Release();
            }
        }
    }
}
