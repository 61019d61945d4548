using LLama.Native;
using LLama.Sampling;

namespace DecodeAlign.Benchmarks;

/// <summary>Greedy text under a grammar, by LLamaSharp's own sampling pipelines.</summary>
/// <param name="model">The weights.</param>
/// <param name="settings">Of the context.</param>
/// <param name="prompt">Tokens before the text.</param>
/// <param name="grammar">In GBNF.</param>
/// <param name="most">Most tokens.</param>
/// <param name="checkFirst">Whether the grammar is asked about the chosen token first, and about the whole vocabulary only where it says no; otherwise always about all.</param>
internal sealed class LlamaGrammar(LlamaModel model, LlamaSettings settings, int[] prompt, string grammar, int most, bool checkFirst) : IDisposable
{
    private readonly LlamaSequences _sequences = model.Open(settings, 1, prompt.Length + most);
    private readonly BaseSamplingPipeline _sampler = checkFirst
        ? new DefaultSamplingPipeline { Grammar = new(grammar, "root"), Temperature = 0, TopK = 1, GrammarOptimization = DefaultSamplingPipeline.GrammarOptimizationMode.Basic }
        : new GreedySamplingPipeline { Grammar = new(grammar, "root") };

    public int[] Generate()
    {
        _sampler.Reset();
        _sequences.Prefill(prompt);
        var ids = new List<int>();
        for (var place = prompt.Length - 1; ids.Count < most; place = 0)
        {
            var token = _sampler.Sample(_sequences.Handle, place);
            if (token.IsEndOfGeneration(_sequences.Handle.Vocab)) break;
            ids.Add((int)token);
            _sequences.Begin();
            _sequences.Add((int)token, prompt.Length + ids.Count - 1, 0);
            _sequences.Decode();
        }
        return [.. ids];
    }

    public void Dispose()
    {
        _sampler.Dispose();
        _sequences.Dispose();
    }
}
