using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>Tells a trace sink of each step, before the losers are forgotten.</summary>
internal sealed class TraceBuilder(ITraceSink sink, ITokenizer tokenizer)
{
    private int _nextId = 1;

    /// <summary>Records a group's step, and numbers its candidates: those that were kept first.</summary>
    /// <param name="group">The search.</param>
    /// <param name="step">The step.</param>
    /// <param name="kept">Who goes on; null: nobody, and others are asked for.</param>
    public void Record(SearchGroup group, SearchStep step, IReadOnlyList<Kept>? kept)
    {
        var copies = (kept ?? []).CountBy(one => one.Candidate).ToDictionary();
        Candidate[] all = [.. copies.Keys, .. step.Candidates.Except(copies.Keys)];
        foreach (var candidate in all) candidate.TraceId = _nextId++;
        sink.OnStep(new(group.StepsTaken + 1, group.Number, [.. all.Select((candidate, rank) => Describe(group, candidate, kept, copies.GetValueOrDefault(candidate)) with { Reason = Reason(group, all, rank, kept, copies.Count) })])
        {
            Attempt = step.Attempt,
            Masks = [.. step.Parents.DistinctBy(parent => parent.TraceId).Select(parent => Describe(group, parent)).OfType<TraceMask>()],
        });
    }

    private TraceCandidate Describe(SearchGroup group, Candidate candidate, IReadOnlyList<Kept>? kept, int copies)
    {
        int[] ids = [.. candidate.Before.Select(token => token.Token), candidate.Token.Token];
        return new()
        {
            Id = candidate.TraceId,
            Parent = candidate.Parent.TraceId,
            Token = candidate.Token.Token,
            Ids = ids,
            Text = Text(ids),
            IsSpecial = IsSpecial(ids),
            TokenLogProbability = candidate.Before.Sum(token => token.LogProbability) + candidate.Token.LogProbability,
            LogProposal = Known(candidate.LogProposal),
            LogProbability = candidate.LogProbability,
            Heuristics = candidate.Values.Length == group.Heuristics.Count ? candidate.Values : null,
            Score = candidate.Score,
            ScoreIsBound = !candidate.IsExact,
            LogWeight = Known(candidate.LogWeight),
            Bank = kept is null ? null : group.Keeper.Bank(candidate),
            Copies = copies,
            LookaheadIds = candidate.Lookahead,
            LookaheadText = GeneratedText.Decode(tokenizer, [.. candidate.Lookahead]),
            LookaheadEnded = candidate.LookaheadEnded,
            FinishReason = candidate.Finish,
            Outcome = copies == 0 ? CandidateOutcome.Pruned : candidate.Finish is null ? CandidateOutcome.Kept : CandidateOutcome.Finished,
            Reason = "",
        };
    }

    private TraceMask? Describe(SearchGroup group, Hypothesis hypothesis) => group.Readings.Mask(hypothesis.Node) is not { } mask ? null :
        new(hypothesis.TraceId, mask.Forces, Known(mask.Loss), [.. mask.Forbidden.TakeWhile(token => token.Token >= 0).Select(token => new TraceToken(token.Token, Text([token.Token]), token.LogProbability) { IsSpecial = IsSpecial([token.Token]) })]);

    private static string Reason(SearchGroup group, Candidate[] all, int rank, IReadOnlyList<Kept>? kept, int different)
    {
        var candidate = all[rank];
        var place = string.Create(CultureInfo.InvariantCulture, $"rank {rank + 1} of {all.Length}, {different} kept");
        if (rank < different && candidate.Finish is not null) place += "; the text ends here";
        if (double.IsFinite(candidate.Foreseen)) place += string.Create(CultureInfo.InvariantCulture, $"; of what is missing the likeliest comes with log p {candidate.Foreseen:0.000}");
        if (kept is null) return $"{place}; {candidate.Note ?? "refused"}, and others are asked for";
        var why = double.IsNaN(candidate.PrunedBy) ? candidate.IsPruned ? candidate.Note : group.Keeper.Why(candidate, kept) : Pruned(candidate);
        return why is null ? place : $"{place}; {why}";
    }

    private static string Pruned(Candidate candidate) => string.Create(CultureInfo.InvariantCulture,
        $"out by a bound after {candidate.Lookahead.Count} tokens of lookahead: c could reach {candidate.Score:0.000} at most, and the last place was certain of {candidate.PrunedBy:0.000}");

    private bool IsSpecial(int[] ids) => ids.Length == 1 && tokenizer.IsSpecial(ids[0]);

    private string Text(int[] ids) => IsSpecial(ids) ? tokenizer.TokenText(ids[0]) : GeneratedText.Decode(tokenizer, ids);

    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
