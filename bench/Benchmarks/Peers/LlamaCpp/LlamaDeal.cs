namespace DecodeAlign.Benchmarks;

/// <summary>
/// DeAL with a beam of 1 as one writes it on llama.cpp: a sequence for each candidate that shares the text's keys and values, lookaheads side by side with one call for each token of
/// depth, and the winner's first call kept, so that no token of the text is evaluated twice.
/// </summary>
/// <param name="model">The weights.</param>
/// <param name="settings">Of the context.</param>
/// <param name="prompt">Tokens before the text.</param>
/// <param name="task">What is searched for.</param>
/// <param name="reward">The value of a text's tokens, of which the last word has not ended.</param>
internal sealed class LlamaDeal(LlamaModel model, LlamaSettings settings, int[] prompt, DealTask task, Func<ReadOnlyMemory<int>, double> reward) : IDisposable
{
    private readonly LlamaSequences _sequences = model.Open(settings, task.Candidates + 1, prompt.Length + task.Tokens + task.Lookahead, prompt.Length + task.Tokens);
    private readonly float[][] _kept = new float[task.Candidates][];

    /// <summary>The text's tokens after the prompt.</summary>
    public int[] Search()
    {
        _sequences.Prefill(prompt);
        var top = new (int Token, double LogProbability)[task.Candidates];
        Logits.Top(_sequences.Logits(prompt.Length - 1), top);
        // the text and the lookahead of each candidate behind it
        var texts = Enumerable.Range(0, task.Candidates).Select(_ => new int[task.Tokens + task.Lookahead]).ToArray();
        var next = new int[task.Candidates];
        var logProbability = 0.0;
        for (var step = 0; step < task.Tokens; step++)
        {
            var position = prompt.Length + step;
            for (var i = 0; i < top.Length; i++)
            {
                _sequences.Copy(0, i + 1);
                next[i] = texts[i][step] = top[i].Token;
            }
            for (var depth = 0; depth < task.Lookahead; depth++)
            {
                _sequences.Begin();
                for (var i = 0; i < next.Length; i++) _sequences.Add(next[i], position + depth, i + 1);
                _sequences.Decode();
                for (var i = 0; i < next.Length; i++)
                {
                    var logits = _sequences.Logits(i);
                    texts[i][step + depth + 1] = next[i] = Logits.Best(logits);
                    if (depth == 0) logits.CopyTo(_kept[i] ??= new float[logits.Length]);
                }
            }
            var (winner, best) = (0, double.NegativeInfinity);
            for (var i = 0; i < top.Length; i++)
            {
                var value = logProbability + top[i].LogProbability + task.Lambda * reward(texts[i].AsMemory(0, step + 1 + task.Lookahead));
                // of equal ones the likelier, which comes first
                if (value > best) (winner, best) = (i, value);
            }
            logProbability += top[winner].LogProbability;
            foreach (var text in texts) text[step] = top[winner].Token;
            _sequences.Copy(winner + 1, 0);
            _sequences.Cut(0, position + 1);
            Logits.Top(_kept[winner], top);
        }
        return texts[0][..task.Tokens];
    }

    public void Dispose() => _sequences.Dispose();
}

/// <summary>A DeAL search with a beam of 1.</summary>
/// <param name="Candidates">Candidates a step.</param>
/// <param name="Lookahead">Tokens of a lookahead.</param>
/// <param name="Tokens">Tokens of the text.</param>
/// <param name="Lambda">Weight of the reward.</param>
internal sealed record DealTask(int Candidates, int Lookahead, int Tokens, double Lambda);
