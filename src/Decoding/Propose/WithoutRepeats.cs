namespace DecodeAlign.Decoding;

/// <summary>
/// Passes over candidates after which the last n generated tokens stand in the text twice, where others are left: a search by log P likes loops, in which every token is certain.
/// </summary>
/// <param name="Inner">What proposes the candidates.</param>
/// <param name="NoRepeat">Length n of what may not be repeated, in tokens; at least 0. 0: nothing is passed over.</param>
public sealed record WithoutRepeats(Proposal Inner, int NoRepeat) : ProposalDecorator(Inner)
{
    /// <summary>Further tokens drawn, to fall back on where those before would repeat: so a sampled token is one of the distribution over what does not repeat. At least 0. 0 (default): none, and a single candidate stands.</summary>
    public int Spare { get; init; }

    internal override int Count => Inner.Count + Spare;

    internal override IReadOnlyList<ProposedToken> Narrow(SearchGroup group, Hypothesis parent, IReadOnlyList<ProposedToken> candidates)
    {
        candidates = Inner.Narrow(group, parent, candidates);
        if (Spare == 0) return Others(group, parent, candidates);
        var others = Others(group, parent, candidates);
        return others.Count > Inner.Count ? [.. others.Take(Inner.Count)] : others;
    }

    internal override bool Accepts(SearchGroup group, int node, int length, int token) => Inner.Accepts(group, node, length, token) && (Spare == 0 || !Repeats(group, node, length).Contains(token));

    private IReadOnlyList<ProposedToken> Others(SearchGroup group, Hypothesis parent, IReadOnlyList<ProposedToken> candidates)
    {
        var repeats = Repeats(group, parent.Node, parent.Length);
        if (repeats.Count == 0) return candidates;
        ProposedToken[] others = [.. candidates.Where(candidate => !repeats.Contains(candidate.Token.Token))];
        return others.Length > 0 ? others : candidates;
    }

    // the tokens that would repeat what stands before them
    private HashSet<int> Repeats(SearchGroup group, int node, int length)
    {
        if (NoRepeat == 0 || length < NoRepeat) return [];
        var path = group.Context.Tree.Path(group.Context.Root, node);
        var last = path.AsSpan(path.Length - NoRepeat + 1);
        var repeats = new HashSet<int>();
        for (var i = 0; i + NoRepeat - 1 < path.Length; i++)
            if (path.AsSpan(i, NoRepeat - 1).SequenceEqual(last)) repeats.Add(path[i + NoRepeat - 1]);
        return repeats;
    }

    internal override void Validate()
    {
        base.Validate();
        Require.That(NoRepeat >= 0, nameof(NoRepeat), "at least 0", NoRepeat);
        Require.That(Spare >= 0, nameof(Spare), "at least 0", Spare);
    }
}
