namespace DecodeAlign.Decoding;

/// <summary>
/// The loop over tokens: every hypothesis of a step has one length, which pruning, pipelining and the order of ties rest on.
/// Brings a group's steps as far as what has been read allows: proposes candidates, follows their lookaheads, ranks them, drops those that can't be kept; and says what to read next.
/// </summary>
internal sealed class TokenLoop(DecodingRequest request, SavingsPlan plan, Guesses guesses, ModelFacts facts, EvaluationBatch batch, LookaheadWalk walk, Ranking ranking, Halving halving, ForcedTokens forced) : ISearchLoop
{
    private readonly DecoderParts _parts = request.Decoder;
    private readonly int _beam = request.Decoder.Keep.Beam;
    // where each step has one candidate the heuristics decide nothing before the text's end, and are not asked
    private readonly bool _ranks = request.Foresees || (request.Decoder.Rank.Consults(request.Heuristics) && request.Decoder is not { Keep: KeepBest { Beam: 1 }, Proposal.MostNodes: 1, Rank.Lookahead.Tokens: 0 });

    /// <inheritdoc/>
    public async ValueTask<bool> AdvanceAsync(SearchGroup group, CancellationToken cancellationToken)
    {
        var (undecided, outlook) = (0, 1.0);
        for (var i = 0; i < group.Steps.Count; i++)
        {
            var step = group.Steps[i];
            if ((step.IsChanged || !step.IsProposed) && !Propose(group, step)) return false;
            if (step.Candidates.Count == 0) return i > 0 ? false : throw group.Constraints.DeadEnd(step.Parents[0].Node);
            await RankAsync(group, step, cancellationToken).ConfigureAwait(false);
            var decided = IsDecided(step);
            if (i == 0) step.Outlook = 1;
            if (i == 0 && decided) return true;
            // a guess that is decided waits for those before it, and costs nothing more; where it may still lose a part of its hypotheses, what was read for the others is kept
            if (!decided) undecided += i > 0 ? 1 : 0;
            else if (_beam == 1) group.ReleaseLosers(step);
            if (undecided < plan.Pipeline && i < plan.Pipeline + (_beam == 1 ? _parts.Rank.Lookahead.Tokens : 0)) Guess(group, i, undecided, ref outlook);
        }
        return false;
    }

    /// <inheritdoc/>
    public void Ask(SearchGroup group)
    {
        var flying = 0;
        foreach (var step in group.Steps)
        {
            var asked = 0;
            foreach (var candidate in Running(step, group))
            {
                Ask(group, candidate);
                candidate.Parent.Rows++;
                asked++;
            }
            flying += asked > 0 ? 1 : 0;
            guesses.Fear((1 - step.Outlook) * asked);
            if (step.IsProposed) continue;
            foreach (var parent in step.Parents)
                if (!group.Readings.HasCandidates(parent.Node, parent.Lineage)) batch.Candidates(group, parent.Node, parent.Length, parent.Lineage);
            if (step == group.Steps[0]) forced.Ask(group, step);
        }
        guesses.Fly(flying);
    }

    // the lookahead's next token; all that are left, where the model rolls out by itself
    private void Ask(SearchGroup group, Candidate candidate)
    {
        if (batch.RollsOut && !group.Readings.IsBarred(candidate.Leaf)) batch.RollOut(group, candidate, walk.Left(group, candidate), token => walk.Append(group, candidate, token));
        else batch.Next(group, candidate.Leaf, candidate.Length + candidate.Lookahead.Count);
    }

    private bool Propose(SearchGroup group, SearchStep step)
    {
        for (var index = 0; index < step.Parents.Count; index++)
            if (!group.Readings.HasCandidates(step.Parents[index].Node, step.Parents[index].Lineage)) return false;
        var tree = group.Context.Tree;
        var isPlain = _parts.Proposal.IsPlain(group, step) || group.Keeper.IsPlain(step);
        if (step.IsChanged && isPlain != step.IsPlain) step.Restart(group);
        (step.IsChanged, step.IsPlain) = (false, isPlain);
        var first = step.Candidates.Count;
        for (var index = 0; index < step.Parents.Count; index++)
        {
            var parent = step.Parents[index];
            if (parent.IsProposed) continue;
            parent.IsProposed = true;
            var proposed = _parts.Proposal.Narrow(group, parent, group.Readings.Candidates(parent.Node, parent.Lineage)!);
            var mayEnd = true;
            for (var place = 0; place < proposed.Count && (place == 0 || !step.IsPlain); place++)
            {
                var (token, logProposal) = proposed[place];
                var isEos = facts.IsEos(token.Token);
                // another end-of-sequence token ends the same text; one that was drawn stands for its own probability
                if (isEos && !mayEnd) continue;
                mayEnd &= !isEos || _parts.Proposal.Choice != TokenChoice.Top;
                var node = isEos ? parent.Node : tree.Append(parent.Node, token.Token);
                FinishReason? finish = isEos ? group.Constraints.LeaveOnlyTheEnd(parent.Node, group.Limit - parent.Length) ? FinishReason.Constraint : FinishReason.Eos
                    : group.Stops.AppearsAt(node) ? FinishReason.Stop : parent.Length + 1 == group.Limit ? FinishReason.Length : null;
                step.Candidates.Add(new()
                {
                    Parent = parent,
                    ParentIndex = index,
                    Place = place,
                    Token = token,
                    LogProposal = logProposal,
                    LogProbability = parent.LogProbability + token.LogProbability,
                    Length = parent.Length + 1,
                    Node = node,
                    Finish = finish,
                    Leaf = node,
                });
            }
        }
        if (!step.IsPlain && _ranks)
            for (var i = first; i < step.Candidates.Count; i++) plan.Reused += walk.Walk(group, step.Candidates[i], halving.Length(step));
        return true;
    }

    private async ValueTask RankAsync(SearchGroup group, SearchStep step, CancellationToken cancellationToken)
    {
        if (step.IsPlain || !_ranks)
        {
            if (_parts.Rank.Consults(request.Heuristics)) await ranking.ScoreAsync(group, [.. step.Open.Where(candidate => candidate.Finish is not null)], cancellationToken).ConfigureAwait(false);
            foreach (var candidate in step.Candidates)
                if (candidate.IsOpen) candidate.SetExact(ranking.Normalize(candidate.LogProbability, candidate.Length));
            return;
        }
        var open = step.Open.ToList();
        foreach (var candidate in open) walk.Walk(group, candidate, halving.Length(step));
        await ranking.RankAsync(group, [.. open.Where(walk.IsDone)], cancellationToken).ConfigureAwait(false);
        if (plan.Prune || plan.Shorten || plan.Pipeline > 0)
            foreach (var candidate in step.Open) ranking.Bound(group, candidate);
        await halving.HalveAsync(group, step, cancellationToken).ConfigureAwait(false);
        if (plan.Prune) ranking.PruneByBound(step, _beam);
    }

    private bool IsDecided(SearchStep step)
    {
        if (!step.IsOpen) return true;
        if (!plan.Prune || _beam > 1) return false;
        // one hypothesis is kept: once all others rank behind it, what it is worth no longer matters
        var best = step.Leaders(1)[0];
        return step.Candidates.All(other => other == best || other.IsPruned || Candidate.Compare(other, other.Score, best, best.Least) > 0);
    }

    // the next step along the candidates that are expected to go on; it is begun only where it pays, and follows them from then on
    private void Guess(SearchGroup group, int index, int undecided, ref double outlook)
    {
        var candidates = group.Steps[index].Expected();
        var most = Math.Min(_beam, candidates.Count);
        var share = guesses.Share(candidates, most, candidate => walk.Left(group, candidate));
        outlook *= share;
        var guess = group.Steps.Count > index + 1 ? group.Steps[index + 1] : null;
        if (guess is null && !guesses.Pays(outlook, undecided + 1)) return;
        var expected = candidates.Take(most).Where(candidate => candidate.Finish is null).ToList();
        if (expected.Count == 0) guesses.Lose(group.GiveUp(index + 1));
        else if (guess is null) group.Steps.Add(new(expected.Select(Follow)));
        else if (guess.Parents.Count != expected.Count || !expected.TrueForAll(candidate => guess.Parents.Any(parent => parent.Node == candidate.Node)))
            guesses.Lose(group.Become(index + 1, [.. expected.Select(candidate => guess.Parents.FirstOrDefault(parent => parent.Node == candidate.Node) ?? Follow(candidate))]));
        if (expected.Count > 0) group.Steps[index + 1].Outlook = outlook;

        Hypothesis Follow(Candidate candidate)
        {
            group.Context.Tree.Retain(candidate.Node);
            return new() { Node = candidate.Node, LogProbability = candidate.LogProbability, Length = candidate.Length, Ahead = candidate.Node };
        }
    }

    // in a guess only those run that could still be kept if who leads turned out to be worth what is expected: the others will most likely be pruned, and wait until that is known
    private IEnumerable<Candidate> Promising(SearchStep step, List<Candidate> open)
    {
        var expected = step.Expected();
        var last = expected[Math.Min(_beam, expected.Count) - 1];
        return open.Where(candidate => Candidate.ByEstimate(candidate, last) <= 0 || Candidate.Compare(candidate, candidate.Score, last, last.Estimate) < 0);
    }

    // pruning works in two waves, because one lookahead after another would cost l passes each: first those that reuse has read but for one token, then side by side all whose
    // bound still reaches what they turned out to be worth. So a step never takes more passes than without pruning. Who has no bound does not wait. Without reuse nothing has been
    // read, and the leaders go first, however long that takes: evaluations are saved, and passes are not.
    private IEnumerable<Candidate> Running(SearchStep step, SearchGroup group)
    {
        if (!step.IsOpen) return [];
        var open = step.Open.Where(candidate => candidate.Lookahead.Count < halving.Length(step)).ToList();
        if (!plan.Prune || open.Count == 0) return open;
        if (step != group.Steps[0]) return Promising(step, open);
        var leaders = plan.Reuse ? [] : step.Leaders(_beam);
        var first = open.Where(candidate => plan.Reuse ? walk.Left(group, candidate) == 1 : leaders.Contains(candidate)).ToList();
        return first.Count == 0 ? open : open.Where(candidate => first.Contains(candidate) || double.IsPositiveInfinity(candidate.Score));
    }
}
