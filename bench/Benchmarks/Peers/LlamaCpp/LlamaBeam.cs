namespace DecodeAlign.Benchmarks;

/// <summary>Beam search as one writes it on llama.cpp: a sequence for each hypothesis, survivors copied to a second set of sequences, one call a step.</summary>
internal sealed class LlamaBeam(LlamaModel model, LlamaSettings settings, int[] prompt, int beam, int tokens) : IDisposable
{
    private readonly LlamaSequences _sequences = model.Open(settings, 2 * beam, prompt.Length + tokens, prompt.Length);

    /// <summary>The best text's tokens after the prompt.</summary>
    public int[] Search()
    {
        _sequences.Prefill(prompt);
        var top = new (int Token, double LogProbability)[beam];
        List<(int[] Ids, double LogProbability)> hypotheses = [([], 0)];
        for (var (step, first, place) = (0, 0, prompt.Length - 1); step < tokens; step++)
        {
            var candidates = new List<(int Parent, int Token, double LogProbability)>();
            for (var i = 0; i < hypotheses.Count; i++)
            {
                Logits.Top(_sequences.Logits(step == 0 ? place : i), top);
                foreach (var (token, logProbability) in top) candidates.Add((i, token, hypotheses[i].LogProbability + logProbability));
            }
            var kept = candidates.OrderByDescending(c => c.LogProbability).ThenBy(c => c.Token).ThenBy(c => c.Parent).Take(beam).ToArray();
            hypotheses = [.. kept.Select(c => ((int[])[.. hypotheses[c.Parent].Ids, c.Token], c.LogProbability))];
            if (step == tokens - 1) break;
            var second = first == 0 ? beam : 0;
            for (var i = 0; i < kept.Length; i++) _sequences.Copy(first + kept[i].Parent, second + i);
            first = second;
            _sequences.Begin();
            for (var i = 0; i < kept.Length; i++) _sequences.Add(kept[i].Token, prompt.Length + step, first + i);
            _sequences.Decode();
        }
        return hypotheses[0].Ids;
    }

    public void Dispose() => _sequences.Dispose();
}
