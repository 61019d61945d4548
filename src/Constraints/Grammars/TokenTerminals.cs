using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>A token that a grammar names, by its text or its id.</summary>
/// <param name="Text">Its text, angle brackets included; null: it is named by id.</param>
/// <param name="Id">Its id, where there is no text.</param>
internal sealed record TokenName(string? Text, int Id)
{
    /// <summary>Whether a vocabulary may lack it; it is then never written.</summary>
    public bool IsOptional { get; init; }

    public override string ToString() => Text ?? $"<[{Id}]>";
}

/// <summary>
/// The tokens that a grammar names, over one vocabulary. In the grammar's automata each is a byte that no text holds, so that the token alone can be read there. Immutable.
/// </summary>
internal sealed class TokenTerminals
{
    /// <summary>Most tokens that a grammar may name.</summary>
    public const int Most = 13;

    private static readonly byte[] Spare = [0xC0, 0xC1, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF];

    private readonly Dictionary<int, byte> _bytes = [];
    private readonly HashSet<int> _unusable = [];

    /// <param name="names">The tokens, in the order of their bytes.</param>
    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="model">Its end-of-sequence tokens.</param>
    /// <exception cref="PatternException">There is no such token, or it ends the text.</exception>
    public TokenTerminals(IReadOnlyList<TokenName> names, ITokenizer tokenizer, ModelFacts model)
    {
        for (var i = 0; i < names.Count; i++)
        {
            var id = Find(names[i], tokenizer, model);
            if (id < 0) continue;
            if (model.IsEos(id)) throw new PatternException($"the token {names[i]} ends the text, and is written where the text may end");
            if (!_bytes.TryAdd(id, Spare[i])) throw new PatternException($"the token {id} is named in two ways");
        }
        // a token of such a byte would be read as if it were the one that is named
        for (var id = 0; names.Count > 0 && id < tokenizer.VocabularySize; id++)
            if (tokenizer.TokenBytes(id).ContainsAny(Spare.AsSpan(0, names.Count))) _unusable.Add(id);
    }

    /// <summary>The tokens' ids, each with the byte that stands for it.</summary>
    public IReadOnlyDictionary<int, byte> Bytes => _bytes;

    /// <summary>Tokens that can't be told from one that is named, and are never written.</summary>
    public IReadOnlySet<int> Unusable => _unusable;

    /// <summary>The byte that stands for a grammar's n-th token.</summary>
    public static byte ByteOf(int number) => Spare[number];

    /// <summary>Whether a byte stands for a token.</summary>
    public static bool Is(byte value, int tokens) => Array.IndexOf(Spare, value, 0, tokens) >= 0;

    private static int Find(TokenName name, ITokenizer tokenizer, ModelFacts model)
    {
        if (name.Text is null) return name.Id < model.VocabularySize && name.Id < tokenizer.VocabularySize ? name.Id : throw new PatternException($"the vocabulary has no token {name}");
        var bytes = System.Text.Encoding.UTF8.GetBytes(name.Text);
        for (var id = 0; id < tokenizer.VocabularySize && id < model.VocabularySize; id++)
            if (tokenizer.TokenBytes(id).SequenceEqual(bytes) || (tokenizer.IsSpecial(id) && tokenizer.TokenText(id) == name.Text)) return id;
        return name.IsOptional ? -1 : throw new PatternException($"the vocabulary has no token {name}");
    }
}

/// <summary>A vocabulary, and behind it the tokens that are named once more, as their bytes.</summary>
internal sealed class TerminalTokenizer(ITokenizer inner, TokenTerminals terminals) : ITokenizer
{
    private readonly byte[] _bytes = [.. terminals.Bytes.Values];

    public int VocabularySize => inner.VocabularySize + _bytes.Length;

    public string Fingerprint => inner.Fingerprint;

    /// <summary>The ids of the tokens that are named once more.</summary>
    public IEnumerable<int> Named => Enumerable.Range(inner.VocabularySize, _bytes.Length);

    public int[] Encode(string text, bool addSpecialTokens = true) => inner.Encode(text, addSpecialTokens);

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => inner.Decode(ids, skipSpecialTokens);

    public ReadOnlySpan<byte> TokenBytes(int id) => id < inner.VocabularySize ? inner.TokenBytes(id) : _bytes.AsSpan(id - inner.VocabularySize, 1);

    public string TokenText(int id) => inner.TokenText(id);

    public bool IsSpecial(int id) => id < inner.VocabularySize && inner.IsSpecial(id);
}
