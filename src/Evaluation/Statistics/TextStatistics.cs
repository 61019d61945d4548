using System.Text.RegularExpressions;

namespace DecodeAlign.Evaluation;

/// <summary>What tells a text that loops from one that does not. Words are runs of letters and digits, apostrophes between them included; case is ignored.</summary>
internal static partial class TextStatistics
{
    /// <summary>The words of a text, in lower case.</summary>
    public static string[] Words(string text) => [.. Word().Matches(text).Select(match => match.Value.ToLowerInvariant())];

    /// <summary>distinct-n (Li et al., arXiv 1510.03055): the share of different ones among the n-grams; 1 for a text that has none.</summary>
    public static double Distinct(IReadOnlyList<string> words, int n)
    {
        var all = Math.Max(0, words.Count - n + 1);
        return all == 0 ? 1 : Enumerable.Range(0, all).Select(i => Gram(words, i, n)).Distinct(StringComparer.Ordinal).Count() / (double)all;
    }

    /// <summary>rep-n (Welleck et al., arXiv 1908.04319): the share of n-grams that have occurred before, 1 − distinct-n.</summary>
    public static double Repetition(IReadOnlyList<string> words, int n) => 1 - Distinct(words, n);

    /// <summary>The length in words of the longest run that occurs at two places of a text, overlapping ones included; 0: no word occurs twice.</summary>
    public static int LongestRepeatedRun(IReadOnlyList<string> words)
    {
        var longest = 0;
        // ending[j]: words that agree up to places i and j
        var ending = new int[words.Count + 1];
        for (var i = 0; i < words.Count; i++)
        {
            // from the right, so that what is read is the former place's
            for (var j = i - 1; j >= 0; j--)
            {
                ending[j + 1] = words[i] == words[j] ? ending[j] + 1 : 0;
                longest = Math.Max(longest, ending[j + 1]);
            }
        }
        return longest;
    }

    /// <summary>The most times that one word stands in a row.</summary>
    public static int MostInARow(IReadOnlyList<string> words)
    {
        var (most, run) = (0, 0);
        for (var i = 0; i < words.Count; i++)
        {
            run = i > 0 && words[i] == words[i - 1] ? run + 1 : 1;
            most = Math.Max(most, run);
        }
        return most;
    }

    private static string Gram(IReadOnlyList<string> words, int start, int n) => string.Join(' ', words.Skip(start).Take(n));

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
