using DecodeAlign.Benchmarks;
using DecodeAlign.Decoding;

namespace DecodeAlign.Experiments;

/// <summary>
/// An engine that computes nothing: a pass takes 6 ms and a quarter of a millisecond for each row, about as SmolLM2-135M does on two cores that nothing else uses, and sleeps meanwhile. So schedules can be compared on a
/// machine that is not quiet.
/// </summary>
internal sealed class PacedEngine : IInferenceEngine
{
    public const int VocabularySize = 1000;

    public ModelFacts Facts { get; } = new()
    {
        Name = "paced",
        VocabularySize = VocabularySize,
        ContextLength = 8192,
        EosIds = [],
        TokenizerFingerprint = NumberedTokens.Fingerprint,
        Capabilities = ModelCapabilities.FullDistribution | ModelCapabilities.NamedTokens | ModelCapabilities.Masks,
        KvBytesPerToken = 1,
    };

    public int MaxRows => 128;

    public IEngineSession Open(TokenTree tree, int maxNodes) => new Session(tree);

    public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        var logits = new float[VocabularySize];
        foreach (ref readonly var row in rows)
        {
            ((Session)row.Session).Held.Add(row.Node);
            var next = (row.Session.Tree.Token(row.Node) * 31 + row.Node) % VocabularySize;
            logits[next] = 5;
            for (var i = row.FirstRead; i < row.FirstRead + row.ReadCount; i++) LogitReader.Read(logits, reads[i]);
            logits[next] = 0;
        }
        Thread.Sleep(TimeSpan.FromMilliseconds(6 + 0.25 * rows.Length));
    }

    public void Dispose()
    {
    }

    private sealed class Session(TokenTree tree) : IEngineSession
    {
        public HashSet<int> Held { get; } = [];

        public TokenTree Tree => tree;

        public long KvBytes => Held.Count;

        public bool Holds(int node) => Held.Contains(node);

        public void Free(int node) => Held.Remove(node);

        public void Dispose() => Held.Clear();
    }
}
