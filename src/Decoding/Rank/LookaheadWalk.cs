namespace DecodeAlign.Decoding;

/// <summary>
/// Follows a candidate's lookahead as far as its tokens have been read. The first of l tokens is read at the candidate itself, so that a lookahead costs l evaluations; all lookaheads advance side by
/// side, one pass a token.
/// </summary>
internal sealed class LookaheadWalk(Lookahead lookahead, ModelFacts facts)
{
    /// <summary>Whether nothing is left to look at.</summary>
    public bool IsDone(Candidate candidate) =>
        candidate.Finish is not null || candidate.LookaheadEnded || candidate.LookaheadStuck || candidate.Lookahead.Count >= lookahead.Tokens;

    /// <summary>Tokens that the lookahead may still take.</summary>
    public int Left(SearchGroup group, Candidate candidate) =>
        IsDone(candidate) ? 0 : Math.Min(lookahead.Tokens, group.Limit - candidate.Length) - candidate.Lookahead.Count;

    /// <summary>Walks on along what has been read, up to a length.</summary>
    /// <returns>Number of tokens walked.</returns>
    public int Walk(SearchGroup group, Candidate candidate, int most)
    {
        var before = candidate.Lookahead.Count;
        while (!IsDone(candidate) && candidate.Lookahead.Count < most && group.Readings.Next(candidate.Leaf) is { } token)
        {
            candidate.Foreseen = Math.Max(candidate.Foreseen, group.Readings.Foreseen(candidate.Leaf));
            if (token < 0) candidate.LookaheadStuck = true;
            else Append(group, candidate, token);
        }
        return candidate.Lookahead.Count - before;
    }

    /// <summary>Takes one more token.</summary>
    public void Append(SearchGroup group, Candidate candidate, int token)
    {
        candidate.Lookahead.Add(token);
        if (facts.IsEos(token))
        {
            candidate.LookaheadEnded = true;
            return;
        }
        var leaf = group.Context.Tree.Append(candidate.Leaf, token);
        group.ReleaseLookahead(candidate);
        candidate.Leaf = leaf;
        candidate.LookaheadEnded = candidate.Length + candidate.Lookahead.Count == group.Limit || group.Stops.AppearsAt(leaf);
    }
}
