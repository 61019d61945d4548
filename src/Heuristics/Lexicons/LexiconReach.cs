using System.Text;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>
/// How far so many tokens of a vocabulary can move a lexicon's sum one way. A token ends at most one word that began before it, which may be any, and words of its own, which are
/// known; so the furthest sum is a longest path over tokens between two states, inside a word or not. Not safe for concurrent changes; fixed once made.
/// </summary>
internal sealed class LexiconReach
{
    private const int MostTokens = 1024;

    private readonly double _word;
    private readonly Gains _fromNone = new(), _ends = new(), _goesOn = new();
    private readonly (double None, double Inside)[] _after = new (double, double)[MostTokens + 1];

    /// <param name="tokenizer">The vocabulary.</param>
    /// <param name="valueOf">A finished word's value, positive ones the way that is asked for.</param>
    /// <param name="word">The greatest value, at least 0.</param>
    public LexiconReach(ITokenizer tokenizer, Func<WordCursor, double> valueOf, double word)
    {
        _word = word;
        for (var id = 0; id < tokenizer.VocabularySize; id++)
        {
            var text = Encoding.UTF8.GetString(tokenizer.TokenBytes(id));
            if (text.Length == 0) continue;
            // bytes in front may complete a character of white space
            if (text[0] == '\uFFFD') Add(' ' + text.TrimStart('\uFFFD'), valueOf);
            Add(text, valueOf);
        }
        _after[0] = (0, word);
        for (var tokens = 1; tokens <= MostTokens; tokens++)
        {
            var before = _after[tokens - 1];
            _after[tokens] = (Math.Max(0, _fromNone.Best(before)), Math.Max(word, Math.Max(word + _ends.Best(before), _goesOn.Best(before))));
        }
    }

    /// <summary>The furthest from where no word waits for its end.</summary>
    public double FromNone(int tokens) => tokens <= MostTokens ? _after[tokens].None : double.PositiveInfinity;

    /// <summary>The furthest from within a word that may be any.</summary>
    public double FromWord(int tokens) => tokens <= MostTokens ? _after[tokens].Inside : double.PositiveInfinity;

    /// <summary>The furthest from within a word that, should it end as it stands, is worth so much.</summary>
    public double FromWord(double value, int tokens) =>
        tokens > MostTokens ? double.PositiveInfinity : Math.Max(0, Math.Max(value, tokens == 0 ? 0 : Math.Max(value + _ends.Best(_after[tokens - 1]), _goesOn.Best(_after[tokens - 1]))));

    private void Add(string text, Func<WordCursor, double> valueOf)
    {
        var (cursor, sum, firstEnded, first) = (WordCursor.Begin(""), 0.0, false, 0.0);
        // a word that begins the token with part of a character is not known either
        var startsInside = !Rune.IsWhiteSpace(Rune.GetRuneAt(text, 0));
        foreach (var character in text.EnumerateRunes())
        {
            var next = cursor.Step(character, out var ended);
            if (ended && startsInside && !firstEnded) (firstEnded, first) = (true, text[0] == '\uFFFD' ? _word : valueOf(cursor));
            else if (ended) sum += valueOf(cursor);
            cursor = next;
        }
        _fromNone.Add(sum + first, cursor.InWord);
        if (startsInside) _goesOn.Add(sum + (firstEnded ? _word : 0), cursor.InWord);
        else _ends.Add(sum, cursor.InWord);
    }

    /// <summary>The greatest gain of a token by where it leads; −∞: none leads there.</summary>
    private sealed class Gains
    {
        private double _none = double.NegativeInfinity;
        private double _inside = double.NegativeInfinity;

        public void Add(double gain, bool inside)
        {
            if (inside) _inside = Math.Max(_inside, gain);
            else _none = Math.Max(_none, gain);
        }

        public double Best((double None, double Inside) after) => Math.Max(_none + after.None, _inside + after.Inside);
    }
}
