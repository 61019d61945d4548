using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>Chooses the tokens that shortest texts are looked for with: all where the vocabulary is small, otherwise those that spell the shortest texts of the grammar.</summary>
internal static class UsefulTokens
{
    private const int Few = 1500;
    private const int Length = 32;
    private const int MostCrossings = 50_000;

    /// <summary>Whether all tokens are few enough.</summary>
    public static bool AreFew(TokenTrie all) => all.Count <= Few;

    /// <param name="grammar">The grammar.</param>
    /// <param name="texts">Its shortest texts.</param>
    /// <param name="isFree">Whether nothing holds beside the grammar: then bytes of a class are alike.</param>
    /// <param name="all">The vocabulary.</param>
    /// <param name="may">Whether a token may stand in a text.</param>
    public static HashSet<int> Choose(Grammar grammar, ShortestTexts texts, bool isFree, TokenTrie all, Func<int, bool> may)
    {
        var chosen = new HashSet<int>();
        AddBytes(grammar, isFree, all, may, chosen);
        AddAlong(texts.From(grammar.Start(grammar.Root), 4000).Text, all, may, chosen);
        var returns = Enumerable.Range(0, grammar.StateCount).SelectMany(state => grammar.Calls(state)).ToLookup(call => call.Rule, call => call.Target);
        var crossings = 0;
        for (var state = 0; state < grammar.StateCount; state++)
        {
            Cancellation.Check();
            var (text, whole) = texts.From(state, Length);
            AddLongest(text, all, may, chosen);
            if (!whole || text.Length > Length / 4) continue;
            foreach (var target in returns[grammar.RuleOf(state)].Distinct())
                if (crossings++ < MostCrossings) AddLongest([.. text, .. texts.From(target, Length / 4).Text], all, may, chosen);
        }
        return chosen;
    }

    // one token of a single byte for each class of bytes
    private static void AddBytes(Grammar grammar, bool isFree, TokenTrie all, Func<int, bool> may, HashSet<int> chosen)
    {
        var classes = new HashSet<int>();
        for (var node = 1; node < all.Count; node = all.Past[node])
            foreach (var id in all.TokensAt(node))
            {
                if (!may(id)) continue;
                if (classes.Add(isFree ? grammar.Classes[all.Bytes[node]] : all.Bytes[node])) chosen.Add(id);
                break;
            }
    }

    private static void AddAlong(byte[] text, TokenTrie all, Func<int, bool> may, HashSet<int> chosen)
    {
        for (var start = 0; start < text.Length; start++) AddLongest(text.AsSpan(start..), all, may, chosen);
    }

    private static void AddLongest(ReadOnlySpan<byte> text, TokenTrie all, Func<int, bool> may, HashSet<int> chosen)
    {
        var (node, longest, second) = (0, -1, -1);
        foreach (var value in text)
        {
            var child = node + 1;
            while (child < all.Past[node] && all.Bytes[child] != value) child = all.Past[child];
            if (child >= all.Past[node]) break;
            node = child;
            foreach (var id in all.TokensAt(node))
                if (may(id))
                {
                    (second, longest) = (longest, id);
                    break;
                }
        }
        if (longest >= 0) chosen.Add(longest);
        if (second >= 0) chosen.Add(second);
    }
}
