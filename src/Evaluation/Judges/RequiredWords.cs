using System.Text.RegularExpressions;
using DecodeAlign.Text;

namespace DecodeAlign.Evaluation;

/// <summary>Words that a text is to hold, found by regular expressions of its own: not by the automata that a search ranks by. Immutable and safe for concurrent use.</summary>
internal sealed class RequiredWords(IReadOnlyList<Keyword> words)
{
    private readonly Regex[] _words = [.. words.Select(word => new Regex(
        $@"(?<![\p{{L}}\p{{N}}])(?:{string.Join('|', word.Forms.Select(Regex.Escape))})(?![\p{{L}}\p{{N}}])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant))];

    /// <summary>The share of the words that occur.</summary>
    public double Covered(string text) => _words.Count(word => word.IsMatch(text)) / (double)_words.Length;

    /// <summary>The share of the words that occur at most twice, and somewhere with no other of them right before or after: words dumped side by side do not count.</summary>
    public double Placed(string text)
    {
        var places = _words.Select(word => word.Matches(text).Select(match => (match.Index, End: match.Index + match.Length)).ToList()).ToList();
        bool Alone(int word, int start, int end) => places.Where((_, other) => other != word).SelectMany(own => own)
            .All(other => Between(text, Math.Min(end, other.End), Math.Max(start, other.Index)));
        return places.Where((own, word) => own.Count is 1 or 2 && own.Exists(place => Alone(word, place.Index, place.End))).Count() / (double)_words.Length;
    }

    // whether a word stands between one end and the next start
    private static bool Between(string text, int from, int to) => from < to && text[from..to].Any(char.IsLetterOrDigit);
}
