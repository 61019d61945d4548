using System.Text.RegularExpressions;

namespace DecodeAlign.Models;

/// <summary>
/// Matches a regular expression. .NET's engine sees UTF-16 units, the patterns mean characters: so it is run on a text in which
/// each character beyond U+FFFF is one stand-in of its own category (<see cref="CategoryStandIns"/>).
/// </summary>
internal sealed class RegexMatcher(Regex regex, CategoryStandIns standIns, Func<string, Exception> error) : IMatcher
{
    // for one match: patterns come with untrusted files and may backtrack without end
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    /// <summary>Compiles a pattern in the syntax that tokenizers' files use (Oniguruma's).</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="error">Makes the error for a pattern that backtracks without end.</param>
    /// <exception cref="ArgumentException">The pattern is not valid.</exception>
    public static RegexMatcher Create(string pattern, Func<string, Exception> error)
    {
        var standIns = new CategoryStandIns(pattern);
        return new(new Regex(PatternTranslator.Translate(pattern, standIns), RegexOptions.CultureInvariant | RegexOptions.Compiled, Limit), standIns, error);
    }

    public void Match(ReadOnlySpan<char> text, List<(int Start, int End)> output)
    {
        try
        {
            if (text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0) MatchUnits(text, output);
            else MatchCharacters(text, output);
        }
        catch (ArgumentException none)
        {
            throw error($"the regular expression is not supported on this text: {none.Message}");
        }
        catch (RegexMatchTimeoutException)
        {
            throw error($"the regular expression needs more than {Limit.TotalMilliseconds} ms for one match");
        }
    }

    private void MatchUnits(ReadOnlySpan<char> text, List<(int Start, int End)> output)
    {
        foreach (var match in regex.EnumerateMatches(text))
            if (match.Length > 0) output.Add((match.Index, match.Index + match.Length));
    }

    private void MatchCharacters(ReadOnlySpan<char> text, List<(int Start, int End)> output)
    {
        var (shadow, places) = standIns.Apply(text);
        foreach (var match in regex.EnumerateMatches(shadow))
            if (match.Length > 0) output.Add((places[match.Index], places[match.Index + match.Length]));
    }
}
