using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A model that is a table: logits over a few tokens, given the last two tokens. Values are coarse, so that ties are common. Or with one row, which is the answer to every text; or a row for each last token; or given all tokens.</summary>
internal sealed class TableEngine(int vocabularySize, int seed, int maxRows = 64, int contextLength = 64, bool ties = true, bool ends = true, float[]? row = null, bool readsAll = false, int[]? endings = null, Func<int, float[]>? after = null) : IInferenceEngine
{
    public int OpenSessions;

    public int Passes;

    public long Rows;

    public Action? OnPass { get; set; }

    /// <summary>From an engine whose rows cost more than its passes to one whose rows cost nothing.</summary>
    public double RowsPerPass { get; init; } = Math.Pow(4, (seed & 7) - 2);

    public ModelFacts Facts => field ??= new()
    {
        Name = "table",
        VocabularySize = vocabularySize,
        ContextLength = contextLength,
        EosIds = endings ?? (ends ? [0] : []),
        TokenizerFingerprint = LetterTokenizer.FingerprintOf(vocabularySize),
        Capabilities = ModelCapabilities.FullDistribution | ModelCapabilities.NamedTokens | ModelCapabilities.Masks,
        KvBytesPerToken = 1,
        RowsPerPass = RowsPerPass,
    };

    public int MaxRows => maxRows;

    public static EngineModel Model(int vocabularySize, int seed, int maxRows = 64, bool ties = true) =>
        new(new TableEngine(vocabularySize, seed, maxRows, ties: ties), new LetterTokenizer(vocabularySize));

    public float[] Logits(ReadOnlySpan<int> path)
    {
        if (row is not null) return [.. row];
        if (after is not null) return after(path[^1]);
        var hash = Randomness.Mix((ulong)seed, path.Length > 1 ? (ulong)path[^2] : 99);
        hash = Randomness.Mix(hash, (ulong)path[^1]);
        if (readsAll) foreach (var token in path) hash = Randomness.Mix(hash, (ulong)token);
        var logits = new float[vocabularySize];
        for (var token = 0; token < logits.Length; token++)
        {
            var draw = Randomness.Mix(hash, (ulong)token);
            logits[token] = ties ? -(float)(draw % 4) : (float)(draw % 100000) / 20000;
        }
        return logits;
    }

    public IEngineSession Open(TokenTree tree, int maxNodes)
    {
        Interlocked.Increment(ref OpenSessions);
        return new Session(this, tree, maxNodes);
    }

    public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        OnPass?.Invoke();
        Assert.InRange(rows.Length, 1, maxRows);
        Passes++;
        Rows += rows.Length;
        foreach (var row in rows)
        {
            var session = (Session)row.Session;
            session.Compute(row.Node);
            for (var i = row.FirstRead; i < row.FirstRead + row.ReadCount; i++)
            {
                Assert.Equal(row.Node, reads[i].Node);
                LogitReader.Read(Logits(session.Tree.Path(TokenTree.Empty, row.Node)), reads[i]);
            }
        }
    }

    public void Dispose() => Assert.Equal(0, OpenSessions);

    private sealed class Session(TableEngine engine, TokenTree tree, int maxNodes) : IEngineSession
    {
        private readonly HashSet<int> _held = [];

        public TokenTree Tree => tree;

        public long KvBytes => _held.Count;

        public bool Holds(int node) => _held.Contains(node);

        public void Free(int node) => _held.Remove(node);

        public void Compute(int node)
        {
            var parent = tree.Parent(node);
            Assert.True(parent == TokenTree.Empty || _held.Contains(parent), "a row came before its parent");
            _held.Add(node);
            Assert.True(_held.Count <= maxNodes, $"{_held.Count} nodes held, {maxNodes} reserved");
        }

        public void Dispose() => Interlocked.Decrement(ref engine.OpenSessions);
    }
}

/// <summary>Token 0 ends the text; the others are letters and a space. With a shift its ids are of another tokenizer.</summary>
internal sealed class LetterTokenizer(int vocabularySize, int shift = 0) : ITokenizer
{
    private const string Letters = " abcdefghijklmnop";

    public int VocabularySize => vocabularySize;

    public string Fingerprint => FingerprintOf(vocabularySize);

    public static string FingerprintOf(int vocabularySize) => $"letters:{vocabularySize}";

    public int[] Encode(string text, bool addSpecialTokens = true) => [.. text.Select(c => Letters.IndexOf(c) + 1 + shift)];

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

    public ReadOnlySpan<byte> TokenBytes(int id) => id == 0 ? [] : new byte[] { (byte)Letters[id - 1] };

    public string TokenText(int id) => id == 0 ? "<end>" : Letters[id - 1].ToString();

    public bool IsSpecial(int id) => id == 0;
}
