using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A vocabulary given token by token; ids whose bytes are empty are special. A text is encoded by the longest tokens from its start; what no token begins is left out.</summary>
internal sealed class ByteTokenizer(params IReadOnlyList<byte[]> tokens) : ITokenizer
{
    public static ByteTokenizer Of(params IEnumerable<string> tokens) => new([.. tokens.Select(Encoding.UTF8.GetBytes)]);

    /// <summary>The first token with a text.</summary>
    public int Id(string text) => Enumerable.Range(0, VocabularySize).First(id => TokenText(id) == text);

    public int VocabularySize => tokens.Count;

    public string Fingerprint => "bytes";

    public int[] Encode(string text, bool addSpecialTokens = true)
    {
        var (ids, rest) = (new List<int>(), Encoding.UTF8.GetBytes(text).AsMemory());
        while (!rest.IsEmpty)
        {
            var fit = Enumerable.Range(0, VocabularySize).Where(id => tokens[id].Length > 0 && rest.Span.StartsWith(tokens[id])).OrderByDescending(id => tokens[id].Length).Append(-1).First();
            if (fit >= 0) ids.Add(fit);
            rest = rest[(fit < 0 ? 1 : tokens[fit].Length)..];
        }
        return [.. ids];
    }

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

    public ReadOnlySpan<byte> TokenBytes(int id) => tokens[id];

    public string TokenText(int id) => Encoding.UTF8.GetString(tokens[id]);

    public bool IsSpecial(int id) => tokens[id].Length == 0;
}
