using System.Text;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Cli;

/// <summary>Reads finished texts by the rules of <see cref="WordRule"/>, written apart from the automata that guide the search, so that one checks the other.</summary>
internal static class TextWords
{
    /// <summary>Places in the text where a phrase stands as whole words, as (start, length) in characters.</summary>
    public static IEnumerable<(int Start, int Length)> Occurrences(string prompt, string text, string phrase)
    {
        var words = phrase.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var start = 0; start < text.Length; start++)
        {
            var end = EndOf(text, start, words);
            if (end < 0) continue;
            var before = start > 0 ? RuneBefore(text, start) : prompt.Length > 0 ? RuneBefore(prompt, prompt.Length) : null;
            var after = end < text.Length && Rune.TryGetRuneAt(text, end, out var next) ? next : (Rune?)null;
            var opensInside = IsWord(before) && Rune.TryGetRuneAt(text, start, out var first) && IsWord(first);
            var closesInside = IsWord(after) && IsWord(RuneBefore(text, end));
            if (!opensInside && !closesInside) yield return (start, end - start);
        }
    }

    /// <summary>Words of the text: runs without white space that hold a letter, digit or combining mark; one that the prompt began is not counted again.</summary>
    public static int Count(string prompt, string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(HoldsWord);
        var continues = prompt.Length > 0 && text.Length > 0 && !char.IsWhiteSpace(prompt[^1]) && !char.IsWhiteSpace(text[0]);
        if (!continues) return words;
        var promptsLast = prompt.Split((char[]?)null)[^1];
        var textsFirst = text.Split((char[]?)null)[0];
        return HoldsWord(promptsLast) && HoldsWord(textsFirst) ? words - 1 : words;
    }

    private static int EndOf(string text, int start, string[] words)
    {
        var at = start;
        for (var i = 0; i < words.Length; i++)
        {
            if (i > 0)
            {
                if (at >= text.Length || !char.IsWhiteSpace(text[at])) return -1;
                while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            }
            if (string.Compare(text, at, words[i], 0, words[i].Length, StringComparison.OrdinalIgnoreCase) != 0) return -1;
            at += words[i].Length;
        }
        return at;
    }

    private static bool HoldsWord(string run) => run.EnumerateRunes().Any(WordRule.IsWordCharacter);

    private static bool IsWord(Rune? character) => character is { } rune && WordRule.IsWordCharacter(rune);

    private static Rune? RuneBefore(string text, int end) => Rune.DecodeLastFromUtf16(text.AsSpan(0, end), out var rune, out _) == System.Buffers.OperationStatus.Done ? rune : null;
}
