using System.Text.RegularExpressions;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A model that counts which word follows which in a few sentences: small, fast, and able to write of a fox and a river.</summary>
internal sealed class StoryEngine : IInferenceEngine
{
    private const string Text = """
        Once upon a time there was a little girl named Lily. She liked to play in the park with her friends. One day she saw a big red ball.
        Once upon a time there was a boy named Tim. He had a small dog. The dog liked to run in the sun. They were very happy.
        One day a fox came to the river. The fox was thirsty and the water was cold. The girl saw the fox by the river and smiled.
        The boy and the girl went to the park. They saw a big tree and a small bird. The bird sang a song. They were happy and went home.
        """;

    private readonly float[][] _next;

    /// <param name="contextLength">Most tokens of a text.</param>
    /// <param name="rewards">2: rates texts instead, by how often "dog" stands in them and by their tokens.</param>
    public StoryEngine(int contextLength = 128, int rewards = 0)
    {
        var words = Regex.Matches(Text.ReplaceLineEndings(" "), @" ?[A-Za-z]+|\.").Select(match => match.Value).ToList();
        // what a judge answers
        Tokenizer = new StoryTokenizer([.. words, " Yes", " No"]);
        var ids = words.Select(word => Tokenizer.Encode(word, false).Single()).ToList();
        _next = [.. Enumerable.Range(0, Tokenizer.VocabularySize).Select(_ => Enumerable.Repeat(1e-3f, Tokenizer.VocabularySize).ToArray())];
        for (var i = 0; i + 1 < ids.Count; i++)
        {
            _next[ids[i]][ids[i + 1]] += 1;
            foreach (var row in _next) row[ids[i]] += 1e-3f;
        }
        var fullStop = Tokenizer.Encode(".", false).Single();
        _next[fullStop][StoryTokenizer.End] += 2;
        foreach (var row in _next)
            for (var i = 0; i < row.Length; i++) row[i] = MathF.Log(row[i]);
        Facts = new()
        {
            Name = "story",
            VocabularySize = Tokenizer.VocabularySize,
            ContextLength = contextLength,
            EosIds = [StoryTokenizer.End],
            TokenizerFingerprint = Tokenizer.Fingerprint,
            Capabilities = rewards > 0 ? ModelCapabilities.Rewards : ModelCapabilities.FullDistribution | ModelCapabilities.NamedTokens | ModelCapabilities.Masks,
            RewardCount = rewards,
            KvBytesPerToken = 16,
        };
    }

    public StoryTokenizer Tokenizer { get; }

    public ModelFacts Facts { get; }

    public int MaxRows => 64;

    /// <summary>Called before each pass.</summary>
    public Action? OnPass { get; set; }

    public IEngineSession Open(TokenTree tree, int maxNodes) => new Session(tree);

    public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads)
    {
        OnPass?.Invoke();
        foreach (var row in rows)
        {
            ((Session)row.Session).Held.Add(row.Node);
            for (var i = row.FirstRead; i < row.FirstRead + row.ReadCount; i++) Read(row, reads[i]);
        }
    }

    private void Read(ForwardRow row, in EvaluationRequest read)
    {
        if (read.Rewards.IsEmpty)
        {
            LogitReader.Read(_next[row.Session.Tree.Token(row.Node)], read);
            return;
        }
        var path = row.Session.Tree.Path(TokenTree.Empty, row.Node);
        read.Rewards.Span[0] = Regex.Count(GeneratedText.Decode(Tokenizer, path), "dog");
        read.Rewards.Span[1] = path.Length;
    }

    public void Dispose()
    {
    }

    private sealed class Session(TokenTree tree) : IEngineSession
    {
        public HashSet<int> Held { get; } = [];

        public TokenTree Tree => tree;

        public long KvBytes => Held.Count * 16;

        public bool Holds(int node) => Held.Contains(node);

        public void Free(int node) => Held.Remove(node);

        public void Dispose() => Held.Clear();
    }
}
