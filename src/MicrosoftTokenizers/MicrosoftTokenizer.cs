using System.Security.Cryptography;
using System.Text;
using DecodeAlign.Decoding;
using Microsoft.ML.Tokenizers;

namespace DecodeAlign.MicrosoftTokenizers;

/// <summary>
/// A tokenizer of Microsoft.ML.Tokenizers as an <see cref="ITokenizer"/>. Give its <see cref="Fingerprint"/> to the engine that loads the model.
/// Immutable; as safe for concurrent calls as the tokenizer it wraps.
/// </summary>
public sealed class MicrosoftTokenizer : ITokenizer
{
    private readonly Tokenizer _tokenizer;
    private readonly bool _stripsLeadingSpace;
    private readonly string[] _pieces;
    private readonly byte[][] _bytes;
    private readonly bool[] _special;
    private readonly int[] _begin;
    private readonly int[] _before;
    private readonly int[] _after;

    /// <summary>Wraps any tokenizer whose vocabulary is known.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="vocabulary">Piece to id.</param>
    /// <param name="specialTokens">Control tokens and their ids, whether the vocabulary holds them or not; null: none.</param>
    /// <param name="spelling">How the vocabulary spells bytes.</param>
    /// <param name="addsLeadingSpace">Whether the tokenizer puts a space before a text, which decoding takes off again.</param>
    /// <exception cref="ArgumentException">The vocabulary is empty, or an id is negative or above 2²².</exception>
    public MicrosoftTokenizer(Tokenizer tokenizer, IReadOnlyDictionary<string, int> vocabulary, IReadOnlyDictionary<string, int>? specialTokens, TokenSpelling spelling, bool addsLeadingSpace = false)
        : this(tokenizer, vocabulary, specialTokens, spelling, addsLeadingSpace, null)
    {
    }

    private MicrosoftTokenizer(Tokenizer tokenizer, IReadOnlyDictionary<string, int> vocabulary, IReadOnlyDictionary<string, int>? specialTokens, TokenSpelling spelling, bool addsLeadingSpace, RankEncoding? ranks)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(vocabulary);
        var all = vocabulary.Concat(specialTokens ?? new Dictionary<string, int>()).ToArray();
        if (all is [] || all.Any(entry => entry.Value is < 0 or > 1 << 22)) throw new ArgumentException("a vocabulary needs tokens, with ids from 0 to 2²²", nameof(vocabulary));
        _tokenizer = tokenizer;
        _stripsLeadingSpace = addsLeadingSpace;
        VocabularySize = all.Max(entry => entry.Value) + 1;
        _pieces = new string[VocabularySize];
        Array.Fill(_pieces, "");
        _bytes = new byte[VocabularySize][];
        Array.Fill(_bytes, []);
        _special = new bool[VocabularySize];
        foreach (var (piece, id) in all) _pieces[id] = piece;
        foreach (var (_, id) in specialTokens ?? new Dictionary<string, int>()) _special[id] = true;
        for (var id = 0; id < VocabularySize; id++)
            // an id without a token is no text either
            if (_pieces[id].Length == 0) _special[id] = true;
            else if (!_special[id]) _bytes[id] = TokenPieces.Bytes(_pieces[id], spelling);
        _begin = ranks?.Begin is { } begin ? [ranks.SpecialTokens[begin]] : [];
        (_before, _after) = Template();
        Fingerprint = Hash(ranks?.Pattern);
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <summary>A hash of the vocabulary and the control tokens. Merges and scores are not to be had from the wrapped tokenizer, and are not in it.</summary>
    public string Fingerprint { get; }

    /// <summary>Wraps byte-pair encoding.</summary>
    public static MicrosoftTokenizer Of(BpeTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return new(tokenizer, tokenizer.Vocabulary, tokenizer.SpecialTokens, tokenizer.ByteLevel ? TokenSpelling.ByteLevel : TokenSpelling.Plain);
    }

    /// <summary>Wraps CodeGen's and Phi-2's byte-pair encoding, whose tokens of white space are text.</summary>
    public static MicrosoftTokenizer Of(CodeGenTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var added = tokenizer.SpecialTokens ?? new Dictionary<string, int>();
        var vocabulary = new Dictionary<string, int>(tokenizer.Vocabulary);
        foreach (var (piece, id) in added.Where(entry => string.IsNullOrWhiteSpace(entry.Key))) vocabulary[piece] = id;
        var special = added.Where(entry => !string.IsNullOrWhiteSpace(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value);
        return new(tokenizer, vocabulary, special, TokenSpelling.ByteLevel, tokenizer.AddPrefixSpace);
    }

    /// <summary>Wraps SentencePiece, Llama's tokenizer among others.</summary>
    public static MicrosoftTokenizer Of(SentencePieceTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var special = new Dictionary<string, int>(tokenizer.SpecialTokens ?? new Dictionary<string, int>());
        foreach (var token in new[] { tokenizer.BeginningOfSentenceToken, tokenizer.EndOfSentenceToken, tokenizer.UnknownToken })
            if (tokenizer.Vocabulary.TryGetValue(token, out var id)) special[token] = id;
        return new(tokenizer, tokenizer.Vocabulary, special, TokenSpelling.SentencePiece, tokenizer.AddDummyPrefix && !tokenizer.TreatWhitespaceAsSuffix);
    }

    /// <summary>Byte-pair encoding by ranks, which are the ids.</summary>
    internal static MicrosoftTokenizer OfRanks(byte[][] tokens, byte[] content, RankEncoding encoding)
    {
        var vocabulary = new Dictionary<string, int>(tokens.Length);
        for (var id = 0; id < tokens.Length; id++) vocabulary.Add(TokenPieces.ByteLevel(tokens[id]), id);
        using var stream = new MemoryStream(content);
        var tokenizer = TiktokenTokenizer.Create(stream, new WordSplitter(encoding), normalizer: null, encoding.SpecialTokens);
        return new(tokenizer, vocabulary, encoding.SpecialTokens, TokenSpelling.ByteLevel, addsLeadingSpace: false, encoding);
    }

    /// <inheritdoc/>
    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        // the way to bytes and back makes U+FFFD of lone surrogates
        if (text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        int[] inner = text.Length == 0 ? [] : [.. _tokenizer.EncodeToIds(text).Skip(_before.Length).SkipLast(_after.Length)];
        return addSpecialTokens ? [.. _begin, .. _before, .. inner, .. _after] : inner;
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        using var bytes = new MemoryStream();
        var first = true;
        foreach (var id in ids)
        {
            var part = TokenBytes(id);
            if (_special[id] && !skipSpecialTokens) part = Encoding.UTF8.GetBytes(_pieces[id]);
            if (first && _stripsLeadingSpace && !_special[id] && part is [(byte)' ', ..]) part = part[1..];
            first &= _special[id];
            bytes.Write(part);
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> TokenBytes(int id) => _bytes[Checked(id)];

    /// <inheritdoc/>
    public string TokenText(int id) => _pieces[Checked(id)];

    /// <inheritdoc/>
    public bool IsSpecial(int id) => _special[Checked(id)];

    private int Checked(int id) => (uint)id < (uint)VocabularySize ? id : throw new ArgumentOutOfRangeException(nameof(id), id, $"the vocabulary has {VocabularySize} ids");

    /// <summary>What the tokenizer puts around a text, told by the control tokens around a letter.</summary>
    private (int[] Before, int[] After) Template()
    {
        var ids = _tokenizer.EncodeToIds("a");
        int[] before = [.. ids.TakeWhile(id => _special[Checked(id)])];
        int[] after = [.. ids.Skip(before.Length).Reverse().TakeWhile(id => _special[Checked(id)]).Reverse()];
        return (before, after);
    }

    private string Hash(string? pattern)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (pattern is not null) hash.AppendData(Encoding.UTF8.GetBytes(pattern));
        for (var id = 0; id < VocabularySize; id++)
            hash.AppendData(Encoding.UTF8.GetBytes($"{_pieces[id].Length}:{_pieces[id]}{(_special[id] ? '!' : '.')}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
