namespace DecodeAlign.Decoding;

/// <summary>
/// The distribution layer: decides what must be read after a node, and chooses tokens from it. Log-probabilities stay the model's own; penalties, temperature, truncation and masks only decide which tokens are chosen.
/// </summary>
internal sealed class TokenChooser(TokenChoice choice, Distribution distribution, ulong seed, DrawPurpose purpose, int vocabularySize, Mixer? mixer = null)
{
    private readonly List<(int Token, double Weight)> _pool = [];

    /// <summary>What it chooses from.</summary>
    public Distribution Distribution => distribution;

    /// <summary>Number of logits of the model that it chooses from.</summary>
    public int VocabularySize => vocabularySize;

    /// <summary>Whether the most likely tokens are all that is needed.</summary>
    public bool ReadsTop { get; } = choice == TokenChoice.Top && distribution.KeepsOrder && mixer is null;

    /// <summary>Keys what a model draws by itself for an answer: with the path it says which token.</summary>
    public ulong Stream(int answer, ulong lineage) => Randomness.Mix(Randomness.Mix(Randomness.Mix(seed, (ulong)purpose), (ulong)(uint)answer), lineage);

    public EvaluationRequest Request(int node, int count, TokenMask? allowed, out NextTokens next)
    {
        next = new NextTokens { Allowed = allowed };
        if (ReadsTop)
        {
            next.Top = new TokenLogProbability[Math.Min(count, vocabularySize)];
            return new() { Node = node, Top = next.Top, Allowed = allowed };
        }
        next.All = new double[vocabularySize];
        if (distribution.RepetitionPenalty != 1) next.LogNormalizer = new double[1];
        return new() { Node = node, LogProbabilities = next.All, LogNormalizer = next.LogNormalizer };
    }

    /// <summary>Chooses up to <paramref name="count"/> tokens, fewer where fewer are allowed.</summary>
    /// <param name="next">What was read.</param>
    /// <param name="count">How many.</param>
    /// <param name="generated">Tokens generated before; read only where penalties or processors are set.</param>
    /// <param name="pathHash">Keys the draws.</param>
    /// <param name="answer">Index of the answer; keys the draws.</param>
    public ProposedToken[] Choose(NextTokens next, int count, GeneratedPath generated, ulong pathHash, int answer)
    {
        if (ReadsTop) return MostLikely(next.Top, count);
        Shape(next, generated);
        if (choice == TokenChoice.Top)
        {
            _pool.Sort(Descending);
            var normalizer = mixer is null ? double.NaN : LogSum();
            return [.. _pool.Take(count).Select(entry => new ProposedToken(new(entry.Token, next.All[entry.Token]), entry.Weight - normalizer))];
        }
        Truncate();
        return Draw(next, count, pathHash, answer);
    }

    /// <summary>The most likely token, where those are all that is needed; −1: none is allowed.</summary>
    public static int Best(NextTokens next) => next.Top.Length > 0 ? next.Top[0].Token : -1;

    /// <summary>The most likely tokens as candidates.</summary>
    public static ProposedToken[] MostLikely(TokenLogProbability[] top, int count)
    {
        var most = 0;
        while (most < Math.Min(count, top.Length) && top[most].Token >= 0) most++;
        var chosen = new ProposedToken[most];
        for (var i = 0; i < most; i++) chosen[i] = new(top[i], double.NaN);
        return chosen;
    }

    private void Shape(NextTokens next, GeneratedPath generated)
    {
        _pool.Clear();
        Dictionary<int, int> seen = distribution.KeepsOrder ? [] : generated.Read().CountBy(token => token).ToDictionary();
        var scores = mixer?.Mix(next, generated) ?? next.All;
        for (var token = 0; token < scores.Length; token++)
        {
            var weight = scores[token];
            if (double.IsNegativeInfinity(weight) || (next.Allowed is not null && !next.Allowed[token])) continue;
            if (seen.Count > 0 && seen.TryGetValue(token, out var times)) weight = Repeated(weight, next) - distribution.PresencePenalty - times * distribution.FrequencyPenalty;
            _pool.Add((token, weight / distribution.Temperature));
        }
    }

    // of the pool, whose weights are still logarithms and in falling order
    private double LogSum()
    {
        var sum = 0.0;
        foreach (var (_, weight) in _pool) sum += Math.Exp(weight - _pool[0].Weight);
        return _pool.Count == 0 ? 0 : _pool[0].Weight + Math.Log(sum);
    }

    // the repetition penalty speaks of logits, which differ from log-probabilities by the normaliser
    private double Repeated(double weight, NextTokens next)
    {
        if (distribution.RepetitionPenalty == 1) return weight;
        var logit = weight + next.LogNormalizer[0];
        return (logit > 0 ? logit / distribution.RepetitionPenalty : logit * distribution.RepetitionPenalty) - next.LogNormalizer[0];
    }

    // turns log-weights into weights, and drops what top-k, top-p and min-p drop
    private void Truncate()
    {
        if (_pool.Count == 0) return;
        if (distribution.TopK > 0) KeepTop(distribution.TopK);
        var max = double.NegativeInfinity;
        foreach (var (_, weight) in _pool) max = Math.Max(max, weight);
        var total = 0.0;
        for (var i = 0; i < _pool.Count; i++)
        {
            var weight = Math.Exp(_pool[i].Weight - max);
            _pool[i] = (_pool[i].Token, weight);
            total += weight;
        }
        if (distribution.TopP < 1) KeepNucleus(total);
        if (distribution.MinP > 0) _pool.RemoveAll(entry => entry.Weight < distribution.MinP);
    }

    private void KeepTop(int count)
    {
        _pool.Sort(Descending);
        if (_pool.Count > count) _pool.RemoveRange(count, _pool.Count - count);
    }

    // tokens too light to be in the nucleus even all together need no sorting: half of what they may weigh is left out, which leaves room for rounding
    private void KeepNucleus(double total)
    {
        var light = (1 - distribution.TopP) * total / (2 * _pool.Count);
        _pool.RemoveAll(entry => entry.Weight < light);
        _pool.Sort(Descending);
        var reached = 0.0;
        var keep = 0;
        while (keep < _pool.Count && reached < distribution.TopP * total) reached += _pool[keep++].Weight;
        _pool.RemoveRange(keep, _pool.Count - keep);
    }

    private ProposedToken[] Draw(NextTokens next, int count, ulong pathHash, int answer)
    {
        var drawn = new List<ProposedToken>(Math.Min(count, _pool.Count));
        for (var j = 0; j < count && _pool.Count > 0; j++)
        {
            var total = 0.0;
            foreach (var (_, weight) in _pool) total += weight;
            var left = total * Randomness.Uniform(seed, pathHash, purpose, ((ulong)(uint)answer << 32) + (uint)j);
            var at = 0;
            while (at < _pool.Count - 1 && (left -= _pool[at].Weight) >= 0) at++;
            drawn.Add(new(new(_pool[at].Token, next.All[_pool[at].Token]), Math.Log(_pool[at].Weight / total)));
            _pool.RemoveAt(at);
        }
        return [.. drawn];
    }

    private static int Descending((int Token, double Weight) left, (int Token, double Weight) right) =>
        left.Weight != right.Weight ? right.Weight.CompareTo(left.Weight) : left.Token.CompareTo(right.Token);
}
