using DecodeAlign.Decoding;

namespace DecodeAlign.Text;

/// <summary>
/// The tokens by which a tokenizer spells keywords that are required or wished for, after a space and without one: which of them go on from a path, so that a search can try a keyword where the model would not. Of forms
/// that differ in their case alone the small one is spelled. Node 0: no keyword is begun. Immutable.
/// </summary>
internal sealed class KeywordPaths
{
    private readonly List<Dictionary<int, int>> _children = [[]];
    private readonly List<ulong> _ahead = [0];
    private readonly List<ulong> _whole = [0];
    private readonly HashSet<int> _spaced = [];

    public KeywordPaths(IReadOnlyList<Keyword> keywords, ITokenizer tokenizer)
    {
        for (var i = 0; i < keywords.Count; i++)
            foreach (var form in keywords[i].Forms.OrderByDescending(form => form, StringComparer.Ordinal).DistinctBy(form => form, StringComparer.OrdinalIgnoreCase))
                foreach (var text in new[] { form, " " + form }) Add(Spell(text, tokenizer), 1UL << i, tokenizer);
    }

    /// <summary>Where one more token leads.</summary>
    public int Step(int node, int token) => _children[node].TryGetValue(token, out var next) || _children[0].TryGetValue(token, out next) ? next : 0;

    /// <summary>Whether a node stands inside one of these keywords, and none of its forms ends there.</summary>
    public bool IsInside(int node, ulong keywords) => node != 0 && (_ahead[node] & keywords) != 0 && _whole[node] == 0;

    /// <summary>Adds the tokens that begin one of the keywords, or go on with it.</summary>
    /// <param name="node">Where the path stands.</param>
    /// <param name="keywords">The keywords that are missing, as bits.</param>
    /// <param name="last">The character before.</param>
    /// <param name="tokens">Receives the tokens.</param>
    public void Suggest(int node, ulong keywords, CharacterKind last, ICollection<int> tokens)
    {
        foreach (var (token, child) in _children[0])
            if ((_ahead[child] & keywords) != 0 && last != (_spaced.Contains(token) ? CharacterKind.Space : CharacterKind.Word)) tokens.Add(token);
        if (node == 0) return;
        foreach (var (token, child) in _children[node])
            if ((_ahead[child] & keywords) != 0) tokens.Add(token);
    }

    // some tokenizers put a space of their own before a text: a spelling is what its bytes say
    private static int[] Spell(string text, ITokenizer tokenizer) => [.. tokenizer.Encode(text, addSpecialTokens: false).Where(id => !tokenizer.TokenBytes(id).IsEmpty)];

    private void Add(int[] path, ulong keyword, ITokenizer tokenizer)
    {
        byte[] start = [.. path.Take(2).SelectMany(token => tokenizer.TokenBytes(token).ToArray())];
        if (start.Length == 0 || start.AsSpan().StartsWith("  "u8)) return;
        if (start[0] == ' ') _spaced.Add(path[0]);
        var node = 0;
        foreach (var token in path)
        {
            if (!_children[node].TryGetValue(token, out var next))
            {
                next = _children.Count;
                _children[node].Add(token, next);
                _children.Add([]);
                _ahead.Add(0);
                _whole.Add(0);
            }
            node = next;
            _ahead[node] |= keyword;
        }
        _whole[node] |= keyword;
    }
}
