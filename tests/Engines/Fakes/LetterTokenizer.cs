using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A character for each id of a small vocabulary; id 2 ends a text. With pairs, two characters at a time where both have even ids: another tokenizer for the same texts.</summary>
internal sealed class LetterTokenizer(int vocabularySize, bool pairs = false) : ITokenizer
{
    private const int First = 0x100, End = 2;

    private readonly List<byte[]> _bytes = [.. Enumerable.Range(0, vocabularySize).Select(id => id == End ? [] : Encoding.UTF8.GetBytes(((char)(First + id)).ToString()))];

    public int VocabularySize => vocabularySize;

    public string Fingerprint => pairs ? "pairs" : "tokens";

    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        var ids = new List<int>();
        for (var i = 0; i < text.Length; i++)
        {
            var id = text[i] - First;
            if (pairs && id % 2 == 0 && i + 1 < text.Length && text[i + 1] % 2 == 0) id = (id + text[++i]) % vocabularySize;
            ids.Add(id);
        }
        return [.. ids];
    }

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

    public ReadOnlySpan<byte> TokenBytes(int id) => _bytes[id];

    public string TokenText(int id) => id == End ? "<end>" : Encoding.UTF8.GetString(_bytes[id]);

    public bool IsSpecial(int id) => id == End;
}
