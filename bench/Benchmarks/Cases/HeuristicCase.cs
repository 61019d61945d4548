using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Benchmarks;

/// <summary>Keyword coverage of a text at each of its tokens: with the state carried from token to token, or with the whole string read anew.</summary>
internal sealed class HeuristicCase
{
    private const int Vocabulary = 2000;
    private static readonly string[] Words = ["w17", "w1234", "w1999"];
    private readonly NumberedTokens _tokenizer = new(Vocabulary);
    private readonly int[] _ids;

    public HeuristicCase(int tokens)
    {
        _ids = [.. Enumerable.Range(0, tokens).Select(i => i * 379 % 1500)];
        var (carried, read) = (Values(Carried()), Values(Read()));
        if (!carried.SequenceEqual(read)) throw new InvalidOperationException("the two heuristics differ");
    }

    public int Tokens => _ids.Length;

    public double Incremental() => Values(Carried())[^1];

    public double WholeString() => Values(Read())[^1];

    private static KeywordCoverage Carried() => new(Words.Select(word => Keyword.Of(word)));

    private static IHeuristic Read() => Heuristic.FromText("coverage of the string", text =>
    {
        var words = text.Split(' ');
        return Words.Count(word => words.Contains(word)) / 3.0;
    });

    private double[] Values(IHeuristic heuristic)
    {
        var tree = new TokenTree();
        var root = tree.AddRoot([0]);
        var context = new GenerationContext
        {
            Tree = tree,
            Root = root,
            Prompt = "w0",
            Tokenizer = _tokenizer,
            Model = new() { Name = "none", VocabularySize = Vocabulary, ContextLength = 1 << 20, EosIds = [], TokenizerFingerprint = NumberedTokens.Fingerprint, Capabilities = default, KvBytesPerToken = 0 },
            MaxTokens = _ids.Length,
        };
        using var session = heuristic.OpenAsync(context, ModelSessions.None).AsTask().GetAwaiter().GetResult();
        var values = new double[_ids.Length];
        var node = root;
        for (var i = 0; i < _ids.Length; i++)
        {
            node = tree.Append(node, _ids[i]);
            // ended: a word at the text's end counts for both
            session.ScoreAsync(new ScoreRequest[] { new(node, true) }, values.AsMemory(i, 1), CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        return values;
    }
}
