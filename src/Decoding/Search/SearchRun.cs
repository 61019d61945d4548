using System.Diagnostics;

namespace DecodeAlign.Decoding;

/// <summary>
/// The one search loop (DeAL, arXiv 2402.06147): for each hypothesis choose candidates, look ahead, rank them all by c = log P + λ·h, keep the best, until nothing is left to
/// extend. Greedy, sampling, beam search and best-of-N are settings of it. Each round every group goes as far as it can, and what they all need next is read in one pass.
/// </summary>
internal sealed class SearchRun(DecodingRequest request, IReadOnlyList<SearchGroup> groups, SavingsPlan plan, Reader reader, StepSearch steps, Ranking ranking, EarlyEnd early, TraceBuilder? trace, SettledText? settled)
{
    private readonly DecodingOptions _options = request.Options;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var group in groups) await AdvanceAsync(group, cancellationToken).ConfigureAwait(false);
            settled?.Update(groups);
            if (groups.All(group => group.Steps.Count == 0)) return;
            foreach (var group in groups) steps.Ask(group);
            if (early.Reason(reader.Rows) is { } reason)
            {
                reader.Clear();
                await early.EndAsync(reason, cancellationToken).ConfigureAwait(false);
                return;
            }
            if (reader.Rows == 0) throw new UnreachableException("the search waits for nothing");
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask AdvanceAsync(SearchGroup group, CancellationToken cancellationToken)
    {
        while (group.Steps.Count > 0 && !request.Stop.IsCancellationRequested && await steps.AdvanceAsync(group, cancellationToken).ConfigureAwait(false))
        {
            await KeepAsync(group, cancellationToken).ConfigureAwait(false);
            request.Progress?.Report(new(groups.Max(g => g.StepsTaken), groups.Max(g => g.Limit), groups.Sum(g => g.Live.Count), groups.Sum(g => g.Finished.Count)));
        }
    }

    private async ValueTask KeepAsync(SearchGroup group, CancellationToken cancellationToken)
    {
        var step = group.Steps[0];
        step.Candidates.Sort((left, right) => left.IsOut != right.IsOut ? left.IsOut.CompareTo(right.IsOut) : Candidate.ByRank(left, right));
        if (_options.Banks) Banks.Share(group, step.Candidates, _options.Beam);
        // where the heuristics do not rank, they are asked about what has ended
        await ranking.ScoreAsync(group, [.. step.Candidates.Take(_options.Beam).Where(candidate => candidate.Finish is not null && candidate.Values.Length == 0)], cancellationToken).ConfigureAwait(false);
        group.StepsTaken++;
        var firstId = trace?.Record(group, step, _options.Beam) ?? 0;
        var live = new List<Hypothesis>(_options.Beam);
        for (var rank = 0; rank < step.Candidates.Count; rank++)
        {
            var candidate = step.Candidates[rank];
            var kept = rank < _options.Beam;
            if (kept && candidate.Finish is null) live.Add(Continue(group, candidate, firstId + rank));
            else
            {
                if (kept) group.Finished.Add(TextOf.Candidate(group, candidate, _options));
                group.Release(candidate);
            }
        }
        step.Candidates.Clear();
        Next(group, live);
        if (!plan.Finish || !ranking.NothingOvertakes(group)) return;
        group.ReleaseSteps(0);
        plan.FinishedEarly++;
    }

    private Hypothesis Continue(SearchGroup group, Candidate candidate, int traceId)
    {
        var guessed = group.Steps.Count > 1 && group.Steps[1].Follows == candidate;
        var hypothesis = guessed ? group.Steps[1].Parents[0] : new() { Node = candidate.Node, LogProbability = candidate.LogProbability, Length = candidate.Length, Ahead = candidate.Node };
        hypothesis.TraceId = traceId;
        if (guessed) group.Context.Tree.Release(candidate.Node);
        if (plan.Reuse) hypothesis.Ahead = candidate.Leaf;
        else
        {
            group.ReleaseLookahead(candidate);
            group.Readings.Forget(candidate.Node);
        }
        return hypothesis;
    }

    // the guessed step becomes the real one where it followed the winner
    private void Next(SearchGroup group, List<Hypothesis> live)
    {
        var guessed = group.Steps.Count > 1 && live.Count > 0 && group.Steps[1].Parents[0] == live[0];
        foreach (var parent in group.Steps[0].Parents) group.Release(parent);
        if (guessed)
        {
            if (group.Steps[1].IsProposed) plan.GuessedRight++;
            group.Steps.RemoveAt(0);
            return;
        }
        plan.GuessedWrong += group.Steps.Skip(1).Count(step => step.IsProposed);
        group.ReleaseSteps(1);
        group.Steps.Clear();
        if (live.Count > 0) group.Steps.Add(new(live));
    }
}
