using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Benchmarks;

/// <summary>The reward of DeAL's rows: what the words of a lexicon sum to, s/√(s² + 15).</summary>
internal sealed class PeerLexicon
{
    private readonly string[] _texts;
    private readonly Dictionary<string, double> _values = [];

    public PeerLexicon(ITokenizer tokenizer)
    {
        _texts = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => Encoding.Latin1.GetString(tokenizer.TokenBytes(id)))];
        // one word in sixteen is good, another bad
        for (var word = 0; word < tokenizer.VocabularySize; word += 8) _values[PeerVocabulary.Word(word)] = word % 16 == 0 ? 2 : -2;
    }

    public IReadOnlyDictionary<string, double> Values => _values;

    /// <summary>As one writes it for a text of which the last word has not ended.</summary>
    public double Of(ReadOnlyMemory<int> ids)
    {
        var text = new StringBuilder();
        foreach (var id in ids.Span) text.Append(_texts[id]);
        var sum = 0.0;
        foreach (var word in text.ToString().Split((char[])[' ', '\n', '\t', '\r', '\v', '\f'])[..^1]) sum += _values.GetValueOrDefault(word.Trim([.. "{}[]\":,.!?()"]));
        return sum / Math.Sqrt(sum * sum + 15);
    }
}
