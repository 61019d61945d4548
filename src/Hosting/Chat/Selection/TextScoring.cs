using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>Scores texts that no model of ours wrote: to the heuristics each byte is a token.</summary>
internal static class TextScoring
{
    private static readonly ByteTokenizer Tokenizer = new();

    private static readonly ModelFacts Facts = new()
    {
        Name = "text",
        VocabularySize = Tokenizer.VocabularySize,
        ContextLength = int.MaxValue,
        EosIds = [],
        TokenizerFingerprint = Tokenizer.Fingerprint,
        Capabilities = ModelCapabilities.None,
    };

    /// <summary>The value of each text.</summary>
    /// <exception cref="HeuristicException">The heuristic failed, or gave no finite value.</exception>
    public static async Task<double[]> ScoreAsync(IHeuristic heuristic, string prompt, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var tree = new TokenTree();
        var root = tree.AddRoot(prompt.Length > 0 ? Tokenizer.Encode(prompt) : [' ']);
        var bytes = texts.Select(text => Tokenizer.Encode(text)).ToList();
        var context = new GenerationContext { Tree = tree, Root = root, Prompt = prompt, Tokenizer = Tokenizer, Model = Facts, MaxTokens = bytes.Max(text => text.Length) + 1 };
        ScoreRequest[] requests = [.. bytes.Select(text => new ScoreRequest(tree.AppendAll(root, text), true))];
        var values = new double[requests.Length];
        Array.Fill(values, double.NaN);
        try
        {
            await using var sessions = await ModelSessions.OpenAsync(heuristic.Needs(context), cancellationToken).ConfigureAwait(false);
            using var session = await heuristic.OpenAsync(context, sessions, cancellationToken).ConfigureAwait(false);
            await session.ScoreAsync(requests, values, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not HeuristicException && !(fault is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new HeuristicException(heuristic.Name, $"it failed: {fault.Message}", fault);
        }
        foreach (var value in values)
            if (!double.IsFinite(value)) throw new HeuristicException(heuristic.Name, FormattableString.Invariant($"it returned {value}; a value must be finite"));
        return values;
    }

    private sealed class ByteTokenizer : ITokenizer
    {
        private static readonly byte[] All = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

        public int VocabularySize => 256;

        public string Fingerprint => "bytes";

        public int[] Encode(string text, bool addSpecialTokens = true) => [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

        public ReadOnlySpan<byte> TokenBytes(int id) => All.AsSpan(id, 1);

        public string TokenText(int id) => ((char)id).ToString();

        public bool IsSpecial(int id) => false;
    }
}
