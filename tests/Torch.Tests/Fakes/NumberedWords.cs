using System.Globalization;
using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A tokenizer for random weights: token 7 is the word "w7"; any other word is some token.</summary>
internal sealed class NumberedWords(int vocabularySize) : ITokenizer
{
    public const string Name = "numbered words";

    private readonly byte[][] _bytes = [.. Enumerable.Range(0, vocabularySize).Select(id => Encoding.UTF8.GetBytes(" " + Word(id)))];

    public int VocabularySize => vocabularySize;

    public string Fingerprint => Name;

    public static string Word(int id) => FormattableString.Invariant($"w{id}");

    public int[] Encode(string text, bool addSpecialTokens = true) => [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Id)];

    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids).TrimStart();

    public ReadOnlySpan<byte> TokenBytes(int id) => _bytes[id];

    public string TokenText(int id) => Word(id);

    public bool IsSpecial(int id) => false;

    private int Id(string word) => word[0] == 'w' && int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < vocabularySize
        ? id
        : word.Aggregate(17, (hash, letter) => (hash * 31 + letter) % vocabularySize);
}
