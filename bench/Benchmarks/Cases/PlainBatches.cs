using DecodeAlign.Cpu;

namespace DecodeAlign.Benchmarks;

/// <summary>
/// The token evaluations of <see cref="DealCase"/> without a search, in batches of the same sizes: the prompt, then for each step the hypotheses, and a lookahead token of each
/// candidate at a time, all of them independent continuations.
/// </summary>
internal sealed class PlainBatches(CpuEngine engine, int steps) : IDisposable
{
    // the first step has one hypothesis, the others a whole beam
    private readonly EngineCase _first = new(engine, DealCase.Prompt, DealCase.Candidates, DealCase.Lookahead);
    private readonly EngineCase _beam = new(engine, DealCase.Prompt, DealCase.Beam, steps);
    private readonly EngineCase _others = new(engine, DealCase.Prompt, DealCase.Beam * DealCase.Candidates, DealCase.Lookahead);

    /// <summary>Tokens that one run evaluates.</summary>
    public int Evaluations => DealCase.Prompt + DealCase.Lookahead * DealCase.Candidates + (steps - 1) * DealCase.Beam * (1 + DealCase.Lookahead * DealCase.Candidates);

    public void Run()
    {
        _first.Prefill();
        for (var i = 0; i < DealCase.Lookahead; i++) _first.Decode();
        for (var step = 1; step < steps; step++)
        {
            _beam.Decode();
            for (var i = 0; i < DealCase.Lookahead; i++) _others.Decode();
        }
    }

    public void Dispose()
    {
        _first.Dispose();
        _beam.Dispose();
        _others.Dispose();
    }
}
