using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>
/// The definition of the search, written out with lists and no tree, no batching, no reuse: for each hypothesis the candidates, for each candidate a rollout, rank, keep. What the search must equal.
/// </summary>
internal sealed class BruteForce(Func<int[], float[]> logits, Func<int[], float[]> lookaheadLogits, int[] prompt, SearchSetup options, Func<string, bool, double>[] heuristics, double[] weights, int answer = 0, Func<int[], int, int, bool>? allowed = null)
{
    public sealed record Text(int[] Ids, double LogProbability, double Score, bool Eos);

    private sealed record Item(int[] Ids, double LogProbability, int Parent, int Token, bool Ended)
    {
        public double Score { get; set; }
    }

    public List<Text> Run()
    {
        var live = new List<Item> { new([], 0, 0, -1, false) };
        var finished = new List<Text>();
        while (live.Count > 0)
        {
            var candidates = new List<Item>();
            for (var parent = 0; parent < live.Count; parent++)
            {
                var all = LogProbabilities(logits, live[parent].Ids);
                foreach (var token in Choose(all, live[parent].Ids, options.Candidates, options.CandidateChoice, DrawPurpose.Candidate))
                {
                    int[] ids = [.. live[parent].Ids, token];
                    candidates.Add(new(ids, live[parent].LogProbability + all[token], parent, token, token == 0 || ids.Length == options.MaxTokens));
                }
            }
            foreach (var candidate in candidates) candidate.Score = Normalized(candidate) + Reward(candidate);
            var best = candidates.OrderByDescending(c => c.Score).ThenByDescending(c => c.LogProbability).ThenBy(c => c.Token).ThenBy(c => c.Parent).Take(options.Beam).ToList();
            finished.AddRange(best.Where(c => c.Ended).Select(c => new Text(c.Ids, c.LogProbability, c.Score, c.Token == 0)));
            live = [.. best.Where(c => !c.Ended)];
        }
        return [.. finished.OrderByDescending(t => t.Score).ThenByDescending(t => t.LogProbability)];
    }

    private double Normalized(Item item) => options.LengthExponent == 0 ? item.LogProbability : item.LogProbability / Math.Pow(item.Ids.Length, options.LengthExponent);

    private double Reward(Item item)
    {
        if (options.Lambda == 0) return 0;
        var (ids, ended) = (item.Ids, item.Ended);
        for (var i = 0; i < options.Lookahead && !ended; i++)
        {
            var next = Choose(LogProbabilities(lookaheadLogits, ids), ids, 1, options.LookaheadChoice, DrawPurpose.Lookahead)[0];
            ids = [.. ids, next];
            ended = next == 0 || ids.Length == options.MaxTokens;
        }
        var text = string.Concat(ids.Where(id => id != 0).Select(id => " abcdefghijklmnop"[id - 1]));
        var sum = 0.0;
        for (var h = 0; h < heuristics.Length; h++) sum += weights[h] * heuristics[h](text, ended);
        return options.Lambda * sum;
    }

    private double[] LogProbabilities(Func<int[], float[]> model, int[] ids)
    {
        var row = model([.. prompt, .. ids]);
        var normalizer = LogitReader.LogSumExp(row);
        return [.. row.Select(x => Math.Min(0, x - normalizer))];
    }

    private int[] Choose(double[] all, int[] ids, int count, TokenChoice choice, DrawPurpose purpose)
    {
        var tokens = Enumerable.Range(0, all.Length).Where(token => allowed is null || allowed(ids, token, options.MaxTokens - ids.Length)).ToList();
        if (choice == TokenChoice.Top) return [.. tokens.OrderByDescending(t => all[t]).ThenBy(t => t).Take(count)];
        var max = tokens.Max(t => all[t]) / options.Sampling.Temperature;
        var drawn = new List<int>();
        var tree = new TokenTree();
        var hash = tree.PathHash(tree.AddRoot([.. prompt, .. ids]));
        while (drawn.Count < count && tokens.Count > 0)
        {
            var weights = tokens.Select(t => Math.Exp(all[t] / options.Sampling.Temperature - max)).ToList();
            var left = weights.Sum() * Randomness.Uniform(options.Seed, hash, purpose, ((ulong)(uint)answer << 32) + (ulong)drawn.Count);
            var at = 0;
            while (at < tokens.Count - 1 && (left -= weights[at]) >= 0) at++;
            drawn.Add(tokens[at]);
            tokens.RemoveAt(at);
        }
        return [.. drawn];
    }
}
