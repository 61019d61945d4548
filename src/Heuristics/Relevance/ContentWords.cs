using System.Text;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>Words that say what a text is about: all but a list of English function words.</summary>
public static class ContentWords
{
    private const string FunctionWords = """
        a about above after again all also am an and any are as at be because been before being below between both but by can could did do does doing down during each even ever few for from
        further had has have having he her here hers him his how i if in into is it its just many may me might more most much must my no nor not now of off on once only or other our out over
        own said same shall she should so some such than that the their them then there these they this those through to too under until up upon us very was we were what when where which while
        who whom whose why will with would you your yours
        """;

    private static readonly HashSet<ulong> Function = [.. FunctionWords.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(WordCursor.Hash)];

    internal static bool IsFunctionWord(ulong word) => Function.Contains(word);

    /// <summary>Whether a word is one of the function words, which are compared in lower case.</summary>
    public static bool IsFunctionWord(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return Function.Contains(WordCursor.Hash(word));
    }

    /// <summary>Hashes of a text's distinct content words.</summary>
    internal static HashSet<ulong> Of(string text)
    {
        var words = new HashSet<ulong>();
        var cursor = WordCursor.Begin("");
        foreach (var character in text.EnumerateRunes())
        {
            var next = cursor.Step(character, out var ended);
            if (ended) Add(cursor);
            cursor = next;
        }
        if (cursor.InWord) Add(cursor);
        return words;

        void Add(WordCursor at)
        {
            var (_, word) = at.Hashes;
            if (word != 0 && !IsFunctionWord(word)) words.Add(word);
        }
    }
}
