namespace DecodeAlign.Decoding;

/// <summary>Passes over candidates that would write again what the text has written already: a search by log P likes loops, in which every token is certain.</summary>
internal static class Repetition
{
    /// <summary>The candidates after which the last n tokens of the generated text stand in it only once; all of them where there is none such.</summary>
    public static IReadOnlyList<TokenLogProbability> PassOver(SearchGroup group, Hypothesis parent, TokenLogProbability[] candidates, int n)
    {
        if (n == 0 || parent.Length < n) return candidates;
        var path = group.Context.Tree.Path(group.Context.Root, parent.Node);
        var last = path.AsSpan(path.Length - n + 1);
        var repeats = new HashSet<int>();
        for (var i = 0; i + n - 1 < path.Length; i++)
            if (path.AsSpan(i, n - 1).SequenceEqual(last)) repeats.Add(path[i + n - 1]);
        if (repeats.Count == 0) return candidates;
        TokenLogProbability[] others = [.. candidates.Where(candidate => !repeats.Contains(candidate.Token))];
        return others.Length > 0 ? others : candidates;
    }
}
