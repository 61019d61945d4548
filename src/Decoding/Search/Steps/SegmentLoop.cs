namespace DecodeAlign.Decoding;

/// <summary>
/// The loop over segments: a hypothesis's candidates are several tokens long, drawn one after the other, all segments of all hypotheses side by side; they are ranked when the last of them has ended. Ranked
/// as they stand: there is no lookahead, and no bound leaves one out.
/// </summary>
internal sealed class SegmentLoop(DecodingRequest request, Segments segments, ModelFacts facts, EvaluationBatch batch, Ranking ranking) : ISearchLoop
{
    private readonly DecoderParts _parts = request.Decoder;

    /// <inheritdoc/>
    public async ValueTask<bool> AdvanceAsync(SearchGroup group, CancellationToken cancellationToken)
    {
        var step = group.Steps[0];
        if (step.Drafts.Count == 0 && !step.IsProposed) await BeginAsync(group, step, cancellationToken).ConfigureAwait(false);
        foreach (var draft in step.Drafts) Grow(group, draft);
        if (!step.Drafts.TrueForAll(draft => draft.IsDone)) return false;
        step.Candidates.AddRange(step.Drafts.Select(draft => Candidate(step, draft)));
        step.Drafts.Clear();
        step.IsProposed = true;
        var open = step.Open.ToList();
        if (request.Heuristics.Count > 0) await ranking.ScoreAsync(group, open, cancellationToken).ConfigureAwait(false);
        else foreach (var candidate in open) candidate.SetExact(ranking.Normalize(candidate.LogProbability, candidate.Length));
        return true;
    }

    /// <inheritdoc/>
    public void Ask(SearchGroup group)
    {
        if (group.Steps.Count == 0) return;
        foreach (var draft in group.Steps[0].Drafts)
            if (!draft.IsDone) batch.Candidates(group, draft.Node, draft.Length, draft.Lineage);
    }

    private async ValueTask BeginAsync(SearchGroup group, SearchStep step, CancellationToken cancellationToken)
    {
        if (group.StepsTaken == 0 && step.Attempt == 0 && group.Keeper.ReadsPrompt)
            group.Keeper.OnPrompt(group.Heuristics.Combine((await group.Heuristics.ScoreAsync([new(group.Context.Root, false)], cancellationToken).ConfigureAwait(false))[0]));
        for (var index = 0; index < step.Parents.Count; index++)
        {
            var parent = step.Parents[index];
            var lineage = Randomness.Mix(Randomness.Mix(parent.Lineage, (ulong)index), (ulong)step.Attempt);
            for (var i = 0; i < segments.Candidates; i++) step.Drafts.Add(new() { Parent = parent, ParentIndex = index, Lineage = Randomness.Mix(lineage, (ulong)i), Node = parent.Node });
        }
    }

    private void Grow(SearchGroup group, Draft draft)
    {
        var tree = group.Context.Tree;
        while (!draft.IsDone)
        {
            if (draft.Tokens.Count > 0 && segments.Ends(draft.Tokens.Count, group.Readings.Entropy(draft.Node)))
            {
                draft.IsDone = true;
                return;
            }
            if (group.Readings.Candidates(draft.Node, draft.Lineage) is not { } read) return;
            var place = new Hypothesis { Node = draft.Node, LogProbability = 0, Length = draft.Length, Ahead = draft.Node };
            if (_parts.Proposal.Narrow(group, place, read) is not [var next, ..]) throw group.Constraints.DeadEnd(draft.Node);
            draft.Tokens.Add(next);
            if (facts.IsEos(next.Token.Token))
            {
                draft.Finish = group.Constraints.LeaveOnlyTheEnd(draft.Node, group.Limit - draft.Length + 1) ? FinishReason.Constraint : FinishReason.Eos;
                draft.IsDone = true;
                return;
            }
            var node = tree.Append(draft.Node, next.Token.Token);
            group.Release(draft);
            draft.Node = node;
            draft.Finish = group.Stops.AppearsAt(node) ? FinishReason.Stop : draft.Length == group.Limit ? FinishReason.Length : null;
            draft.IsDone = draft.Finish is not null || segments.EndsAfter(group.Context.Tokenizer, draft.Tokens);
        }
    }

    private static Candidate Candidate(SearchStep step, Draft draft) => new()
    {
        Parent = draft.Parent,
        ParentIndex = draft.ParentIndex,
        Token = draft.Tokens[^1].Token,
        Before = [.. draft.Tokens.SkipLast(1).Select(token => token.Token)],
        LogProposal = draft.Tokens.Sum(token => token.LogProposal),
        LogProbability = draft.Tokens.Aggregate(draft.Parent.LogProbability, (sum, token) => sum + token.Token.LogProbability),
        Length = draft.Length,
        Node = draft.Node,
        Leaf = draft.Node,
        Finish = draft.Finish,
        Attempt = step.Attempt,
    };
}
