using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>
/// A vocabulary in two parts: tokens made of whole characters that all stand for themselves in a JSON string, and the others. Where any such character may follow any number of times, all
/// tokens of the first part that are short enough are allowed at once. Computed once for a tokenizer. Immutable.
/// </summary>
internal sealed class PlainTokens
{
    private static readonly ConditionalWeakTable<ITokenizer, PlainTokens> Known = [];

    private readonly byte[] _characters;
    private readonly TokenMask[] _upTo;
    private readonly int _size;

    private PlainTokens(ITokenizer tokenizer, int vocabularySize)
    {
        var (plain, others) = (new List<int>(), new List<int>());
        _size = vocabularySize;
        _characters = new byte[vocabularySize];
        for (var id = 0; id < tokenizer.VocabularySize && id < vocabularySize; id++)
        {
            var bytes = tokenizer.TokenBytes(id);
            if (bytes.IsEmpty) continue;
            var count = PlainCharacters.Count(bytes);
            (count is < 0 or > byte.MaxValue ? others : plain).Add(id);
            if (count is < 0 or > byte.MaxValue) continue;
            _characters[id] = (byte)count;
            Longest = Math.Max(Longest, count);
        }
        (Trie, Others) = (new(tokenizer, plain), new(tokenizer, others));
        _upTo = new TokenMask[Longest + 1];
        for (var length = 0; length <= Longest; length++)
        {
            _upTo[length] = new(vocabularySize);
            if (length > 0) _upTo[length].UnionWith(_upTo[length - 1]);
        }
        foreach (var id in plain)
            for (int length = _characters[id]; length <= Longest; length++) _upTo[length][id] = true;
    }

    /// <summary>The first part.</summary>
    public TokenTrie Trie { get; }

    /// <summary>The second part, tokens without text left out.</summary>
    public TokenTrie Others { get; }

    /// <summary>Characters of the longest token of the first part.</summary>
    public int Longest { get; }

    /// <summary>The parts of a tokenizer's vocabulary, its masks of a model's size.</summary>
    public static PlainTokens Of(ITokenizer tokenizer, int vocabularySize)
    {
        if (Known.TryGetValue(tokenizer, out var known) && known._size == vocabularySize) return known;
        Known.AddOrUpdate(tokenizer, known = new(tokenizer, vocabularySize));
        return known;
    }

    /// <summary>The tokens of the first part that have at most so many characters.</summary>
    public TokenMask UpTo(int characters) => _upTo[Math.Min(characters, Longest)];

    /// <summary>The characters of a token of the first part.</summary>
    public int Characters(int token) => _characters[token];

    /// <summary>Whether each byte of UTF-8 is a token, so that any text can be written byte by byte.</summary>
    public bool HoldAllBytes(Func<int, bool> mayStand)
    {
        var held = new bool[256];
        foreach (var trie in new[] { Trie, Others })
            for (var node = 1; node < trie.Count; node = trie.Past[node])
                foreach (var id in trie.TokensAt(node)) held[trie.Bytes[node]] |= mayStand(id);
        for (var value = 0; value < 0xF5; value++)
            if (!held[value] && value is not (0xC0 or 0xC1)) return false;
        return true;
    }
}
