using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Benchmarks;

/// <summary>The first steps of a DeAL search (beam 4, 8 candidates, lookahead 16) after a prompt of 128 tokens, over random weights, from the decoder down.</summary>
internal sealed class DealCase : IDisposable
{
    public const int Beam = 4;
    public const int Candidates = 8;
    public const int Lookahead = 16;
    public const int Prompt = 128;

    private readonly EngineModel _model;
    private readonly Decoder _decoder;
    private readonly string _prompt = string.Join(' ', PromptTokens.Select(NumberedTokens.TextOf));
    private readonly int _steps;

    /// <param name="shape">The model's shape.</param>
    /// <param name="engine">Runs it; disposed with the case.</param>
    /// <param name="steps">Steps of a search.</param>
    public DealCase(string shape, IInferenceEngine engine, int steps)
    {
        _steps = steps;
        _model = new(engine, new NumberedTokens(Shapes.Of(shape).VocabularySize));
        _decoder = new(_model);
    }

    public DealCase(string shape, WeightFormat format, int threads, int steps) : this(shape, Shapes.Load(shape, format, threads), steps)
    {
    }

    public static IEnumerable<int> PromptTokens => Enumerable.Range(0, Prompt).Select(i => i * 37 % 1000);

    /// <summary>Searches the steps, then stops.</summary>
    public DecodingStatistics Search()
    {
        using var stop = new CancellationTokenSource();
        var result = _decoder.GenerateAsync(new()
        {
            Prompt = _prompt,
            Heuristics = [new(new KeywordCoverage([Keyword.Of("w17"), Keyword.Of("w1234")]))],
            // the whole of every lookahead, as published: what savings leave out is no matter of the engine's
            Decoder = Decoders.Deal(Beam, Candidates, Lookahead, lambda: 10) with { Proposal = new TopTokens(Candidates) },
            MaxTokens = 64,
            Savings = SavingsOptions.None,
            Stop = stop.Token,
            Progress = new StopAfter(_steps, stop),
        }).GetAwaiter().GetResult();
        if (result.Answer.Ids.Count != _steps) throw new InvalidOperationException($"{result.Answer.Ids.Count} steps instead of {_steps}");
        return result.Statistics;
    }

    public void Dispose() => _model.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
