using System.Text;
using DecodeAlign.Decoding;
using DecodeAlign.Text;

namespace DecodeAlign.Constraints;

/// <summary>
/// Chooses the positions to plan over: all that tokens reach from the start, where these and the vocabulary are few. Otherwise those in the middle of a character are left out
/// which no required keyword holds (of the ones inside a pattern one is kept for each place of it) and, where phrases are many, those that hold the beginning of a forbidden one alone.
/// </summary>
internal static class PlannedPositions
{
    /// <summary>Most positions of rules on words: each costs one reading of the vocabulary.</summary>
    public const int Most = 1024;

    private const int Few = 64;

    /// <summary>Most nodes of the vocabulary's trie that are read to plan a pattern.</summary>
    private const long MostWork = 600_000_000;

    private const int MostOfPattern = 200_000;

    /// <summary>Numbers of the positions, the start first.</summary>
    /// <exception cref="UnsatisfiableConstraintException">They are too many.</exception>
    public static List<int> Find(string name, TokenGraph graph, int start, TextRules rules)
    {
        if (graph.IsSmall && Reach(graph, start, Few, _ => true) is { Count: < Few } all) return all;
        var starts = Starts(rules);
        if (rules.Pattern is null) return Reach(graph, start, Most, position => (position.Text.Count == 0 || starts.Contains(position.Text)) && graph.Automaton.IsUseful(position));
        var kept = new Dictionary<TextPosition, Utf8Cursor>();
        var work = graph.Work;
        var found = Reach(graph, start, MostOfPattern, position => graph.Work - work < MostWork && (position.Text.Count == 0 || starts.Contains(position.Text) || IsFirst(position)));
        return found.Count < MostOfPattern && graph.Work - work < MostWork
            ? found
            : throw new UnsatisfiableConstraintException(name, "it is too large to plan over this vocabulary; ask for less of it");

        bool IsFirst(TextPosition position) => kept.TryAdd(position with { Text = default }, position.Text) || kept[position with { Text = default }] == position.Text;
    }

    private static List<int> Reach(TokenGraph graph, int start, int most, Func<TextPosition, bool> isUseful)
    {
        var found = new List<int> { start };
        var seen = new HashSet<int>(found);
        for (var i = 0; i < found.Count && found.Count < most; i++)
            foreach (var move in graph.Moves(found[i]).Alive)
                if (found.Count < most && isUseful(graph[move.Target]) && seen.Add(move.Target)) found.Add(move.Target);
        return found;
    }

    /// <summary>The beginnings of the characters that the required keywords hold, in either case.</summary>
    private static HashSet<Utf8Cursor> Starts(TextRules rules)
    {
        var starts = new HashSet<Utf8Cursor>();
        Span<byte> bytes = stackalloc byte[4];
        foreach (var character in rules.Required.SelectMany(keyword => keyword.Forms).SelectMany(form => form.EnumerateRunes()))
            foreach (var variant in new[] { character, Rune.ToUpperInvariant(character), Rune.ToLowerInvariant(character) })
            {
                var count = variant.EncodeToUtf8(bytes);
                var cursor = default(Utf8Cursor);
                for (var i = 0; i < count - 1; i++)
                {
                    cursor.Read(bytes[i], out _, out _, out cursor);
                    starts.Add(cursor);
                }
            }
        return starts;
    }
}
