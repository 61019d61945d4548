using System.Diagnostics;

namespace DecodeAlign.Decoding;

/// <summary>
/// The one search loop (DeAL, arXiv 2402.06147): for each hypothesis choose candidates, look ahead, rank them all by c = log P + λ·h, keep the best, until nothing is left to
/// extend. Greedy, sampling, beam search and best-of-N are settings of it. Each round every group goes as far as it can, and what they all need next is read in one pass.
/// </summary>
internal sealed class SearchRun(DecodingRequest request, IReadOnlyList<SearchGroup> groups, SavingsPlan plan, Guesses guesses, EvaluationBatch batch, ISearchLoop loop, Ranking ranking, EarlyEnd early, TraceBuilder? trace, CommittedText? committed)
{
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var group in groups) await AdvanceAsync(group, cancellationToken).ConfigureAwait(false);
            committed?.Update(groups);
            if (groups.All(group => group.Steps.Count == 0)) return;
            foreach (var group in groups) loop.Ask(group);
            guesses.Count(batch);
            if (early.Reason(batch) is { } reason)
            {
                batch.Clear();
                await early.EndAsync(reason, cancellationToken).ConfigureAwait(false);
                return;
            }
            if (batch.IsEmpty) throw new UnreachableException("the search waits for nothing");
            await batch.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask AdvanceAsync(SearchGroup group, CancellationToken cancellationToken)
    {
        while (group.Steps.Count > 0 && !request.Stop.IsCancellationRequested && await loop.AdvanceAsync(group, cancellationToken).ConfigureAwait(false))
        {
            await KeepAsync(group, cancellationToken).ConfigureAwait(false);
            request.Progress?.Report(new(groups.Max(g => g.StepsTaken), groups.Max(g => g.Limit), groups.Sum(g => g.Live.Count), groups.Sum(g => g.Finished.Count)));
        }
    }

    private async ValueTask KeepAsync(SearchGroup group, CancellationToken cancellationToken)
    {
        var step = group.Steps[0];
        step.Candidates.Sort((left, right) => left.IsPruned != right.IsPruned ? left.IsPruned.CompareTo(right.IsPruned) : Candidate.ByRank(left, right));
        if (group.Keeper.Decide(group, step.Candidates) is not { } kept)
        {
            AskAgain(group, step);
            return;
        }
        // where the heuristics do not rank, they are asked about what has ended
        if (group.Heuristics.Count > 0)
            await ranking.ScoreAsync(group, [.. kept.Select(one => one.Candidate).Where(candidate => candidate.Finish is not null && candidate.Values.Length == 0).Distinct()], cancellationToken).ConfigureAwait(false);
        trace?.Record(group, step, kept);
        group.StepsTaken++;
        var live = new List<Hypothesis>(kept.Count);
        foreach (var one in kept)
        {
            if (one.Candidate.Finish is not null) group.Finished.Add(AnswerBuilder.Build(group, one));
            else live.Add(one.Candidate.GoesOn ? Copy(group, one) : Continue(group, one));
        }
        guesses.Learn(group, step, kept);
        foreach (var candidate in step.Candidates)
            if (!candidate.GoesOn) group.Release(candidate);
        step.Candidates.Clear();
        Next(group, live);
        if (group.StepsTaken >= group.ReadTo) group.ReleaseAhead();
        if (!plan.Finish || !ranking.NothingOvertakes(group)) return;
        group.ReleaseSteps(0);
        plan.FinishedEarly++;
    }

    // what was refused is forgotten, but for the best of it
    private void AskAgain(SearchGroup group, SearchStep step)
    {
        trace?.Record(group, step, kept: null);
        var best = group.Keeper.Best(group, step.Candidates);
        foreach (var candidate in step.Candidates)
            if (candidate != best) group.Release(candidate);
        step.Candidates.RemoveAll(candidate => candidate != best);
        step.IsProposed = false;
        step.Attempt++;
    }

    private Hypothesis Continue(SearchGroup group, Kept kept)
    {
        var candidate = kept.Candidate;
        candidate.GoesOn = true;
        var guess = group.Steps.Count > 1 ? group.Steps[1].Parents.FirstOrDefault(parent => parent.Node == candidate.Node) : null;
        var hypothesis = guess ?? Hypothesis(kept);
        (hypothesis.TraceId, hypothesis.Score) = (candidate.TraceId, candidate.Score);
        if (guess is not null) group.Context.Tree.Release(candidate.Node);
        if (plan.Reuse) hypothesis.Ahead = candidate.Leaf;
        else
        {
            group.ReleaseLookahead(candidate);
            if (group.StepsTaken > group.ReadTo) group.Readings.Forget(candidate.Node);
        }
        return hypothesis;
    }

    // a candidate that goes on once more
    private static Hypothesis Copy(SearchGroup group, Kept kept)
    {
        group.Context.Tree.Retain(kept.Candidate.Node);
        return Hypothesis(kept);
    }

    private static Hypothesis Hypothesis(Kept kept) => new()
    {
        Node = kept.Candidate.Node,
        LogProbability = kept.Candidate.LogProbability,
        Length = kept.Candidate.Length,
        Ahead = kept.Candidate.Node,
        Score = kept.Candidate.Score,
        Bank = kept.Bank,
        Weight = kept.Weight,
        Lineage = kept.Lineage,
        TraceId = kept.Candidate.TraceId,
    };

    // the guessed step becomes the real one where it followed one that goes on
    private void Next(SearchGroup group, List<Hypothesis> live)
    {
        var guessed = group.Steps.Count > 1 ? live.Count(group.Steps[1].Parents.Contains) : 0;
        foreach (var parent in group.Steps[0].Parents) group.Release(parent);
        if (guessed > 0)
        {
            group.Steps.RemoveAt(0);
            guesses.Win(live);
            guesses.Lose(group.Become(0, live));
            return;
        }
        guesses.Lose(group.GiveUp(1));
        group.Steps.Clear();
        if (live.Count > 0) group.Steps.Add(new(live));
    }
}
