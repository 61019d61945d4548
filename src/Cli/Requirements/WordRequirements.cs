using DecodeAlign.Text;

namespace DecodeAlign.Cli;

/// <summary><c>--must-include</c>.</summary>
internal sealed class MustInclude(Keyword keyword) : IRequirement
{
    public Keyword Keyword => keyword;

    public string Asked => $"include \"{keyword}\"";

    public string? Missing(string prompt, string text) => Occurrences(prompt, text).Any() ? null : $"\"{keyword}\" does not occur";

    public string How(string prompt, string text, ForcedTokens forced)
    {
        var places = Occurrences(prompt, text).ToList();
        if (places.Count == 0) return "";
        return places.Exists(place => !forced.Touches(place.Start, place.Length)) ? "found by the search" : $"had to be forced{(forced.EndedBy is { } by ? $" at {by}" : "")}";
    }

    private IEnumerable<(int Start, int Length)> Occurrences(string prompt, string text) => keyword.Forms.SelectMany(form => TextWords.Occurrences(prompt, text, form));
}

/// <summary><c>--must-not-include</c>.</summary>
internal sealed class MustNotInclude(Keyword keyword) : IRequirement
{
    public Keyword Keyword => keyword;

    public string Asked => $"not include \"{keyword}\"";

    public string? Missing(string prompt, string text) =>
        keyword.Forms.SelectMany(form => TextWords.Occurrences(prompt, text, form)).Count() is > 0 and var count ? $"\"{keyword}\" occurs {(count == 1 ? "once" : $"{count} times")}" : null;

    public string How(string prompt, string text, ForcedTokens forced) => "it does not occur";
}

/// <summary><c>--words</c>.</summary>
internal sealed class WordRange(int least, int most) : IRequirement
{
    public int Least => least;

    public int Most => most;

    public string Asked => most == int.MaxValue ? $"at least {least} words" : least == most ? $"{least} words" : $"{least} to {most} words";

    public string? Missing(string prompt, string text)
    {
        var count = TextWords.Count(prompt, text);
        return count < least ? $"{count} words, {least - count} too few" : count > most ? $"{count} words, {count - most} too many" : null;
    }

    public string How(string prompt, string text, ForcedTokens forced) => $"{TextWords.Count(prompt, text)} words";

    public static WordRange Parse(string text)
    {
        var (least, most) = RangeParser.Parse(text);
        return new(least, most);
    }
}
