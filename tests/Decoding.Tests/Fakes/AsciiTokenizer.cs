using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Each ASCII character is a token; token 0 ends a text.</summary>
internal sealed class AsciiTokenizer : ITokenizer
{
    public const int Size = 128;

    private static readonly byte[] All = [.. Enumerable.Range(0, Size).Select(value => (byte)value)];

    public int VocabularySize => Size;

    public string Fingerprint => LetterTokenizer.FingerprintOf(Size);

    public int[] Encode(string text, bool addSpecialTokens = true) => [.. text.Select(letter => letter < Size ? letter : '?')];

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

    public ReadOnlySpan<byte> TokenBytes(int id) => id == 0 ? [] : All.AsSpan(id, 1);

    public string TokenText(int id) => id == 0 ? "<end>" : ((char)id).ToString();

    public bool IsSpecial(int id) => id == 0;
}
