using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A model whose logits, or rewards, are drawn by a hash of the whole path: what is computed from a wrong path shows.</summary>
internal sealed class ToyEngine(ITokenizer tokenizer, int seed = 1, int rewards = 0, int contextLength = 256) : IInferenceEngine
{
    public int OpenSessions;

    /// <summary>Tokens put through the model.</summary>
    public long Rows;

    public Action? OnPass { get; set; }

    /// <summary>Most nodes that all sessions may reserve together.</summary>
    public long Budget { get; set; } = int.MaxValue;

    /// <summary>Nodes that sessions have reserved.</summary>
    public long Reserved;

    /// <summary>Most nodes that were ever reserved at once.</summary>
    public long PeakReserved { get; private set; }

    public long KvBudgetBytes => Budget;

    public ModelFacts Facts { get; } = new()
    {
        Name = "toy",
        VocabularySize = tokenizer.VocabularySize,
        ContextLength = contextLength,
        EosIds = [0],
        TokenizerFingerprint = tokenizer.Fingerprint,
        Capabilities = rewards > 0 ? ModelCapabilities.Rewards : ModelCapabilities.FullDistribution | ModelCapabilities.NamedTokens | ModelCapabilities.Masks,
        RewardCount = rewards,
        KvBytesPerToken = 1,
    };

    public int MaxRows => 64;

    public static EngineModel Model(ITokenizer tokenizer, int seed = 1, int rewards = 0) => new(new ToyEngine(tokenizer, seed, rewards), tokenizer);

    /// <summary>Reward outputs for a whole path.</summary>
    public float[] Rewards(ReadOnlySpan<int> path) => [.. Draws(path, rewards).Select(draw => (float)(2 * draw - 1))];

    /// <summary>Log-probabilities of the token after a whole path.</summary>
    public double[] LogProbabilities(ReadOnlySpan<int> path)
    {
        var logits = Logits(path);
        var normalizer = LogitReader.LogSumExp(logits);
        return [.. logits.Select(logit => logit - normalizer)];
    }

    public IEngineSession Open(TokenTree tree, int maxNodes)
    {
        if (Interlocked.Add(ref Reserved, maxNodes) is var reserved && reserved > Budget)
        {
            var free = Budget - Interlocked.Add(ref Reserved, -maxNodes);
            throw new KvBudgetException(maxNodes, free, Budget);
        }
        PeakReserved = Math.Max(PeakReserved, reserved);
        Interlocked.Increment(ref OpenSessions);
        return new Session(this, tree, maxNodes);
    }

    public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        OnPass?.Invoke();
        Rows += rows.Length;
        foreach (var row in rows)
        {
            var session = (Session)row.Session;
            session.Compute(row.Node);
            for (var i = row.FirstRead; i < row.FirstRead + row.ReadCount; i++)
            {
                var path = session.Tree.Path(TokenTree.Empty, row.Node);
                if (rewards > 0) Rewards(path).CopyTo(reads[i].Rewards.Span);
                else LogitReader.Read(Logits(path), reads[i]);
            }
        }
    }

    public void Dispose() => Assert.Equal(0, OpenSessions);

    private float[] Logits(ReadOnlySpan<int> path) => [.. Draws(path, tokenizer.VocabularySize).Select(draw => (float)(3 * draw))];

    private double[] Draws(ReadOnlySpan<int> path, int count)
    {
        var hash = (ulong)seed;
        foreach (var token in path) hash = Randomness.Mix(hash, (ulong)token);
        return [.. Enumerable.Range(0, count).Select(i => Randomness.Mix(hash, (ulong)i) % 1_000_003 / 1_000_003.0)];
    }

    private sealed class Session(ToyEngine engine, TokenTree tree, int maxNodes) : IEngineSession
    {
        private readonly HashSet<int> _held = [];

        public TokenTree Tree => tree;

        public long KvBytes => _held.Count;

        public bool Holds(int node) => _held.Contains(node);

        public void Free(int node) => _held.Remove(node);

        public void Compute(int node)
        {
            var parent = tree.Parent(node);
            if (parent != TokenTree.Empty && !_held.Contains(parent)) throw new InvalidOperationException("a row came before its parent");
            _held.Add(node);
            if (_held.Count > maxNodes) throw new InvalidOperationException($"{_held.Count} nodes held, {maxNodes} reserved");
        }

        public void Dispose()
        {
            Interlocked.Add(ref engine.Reserved, -maxNodes);
            Interlocked.Decrement(ref engine.OpenSessions);
        }
    }
}
