using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>Tells a trace sink of each step, before the losers are forgotten.</summary>
internal sealed class TraceBuilder(ITraceSink sink, ITokenizer tokenizer)
{
    private int _nextId = 1;

    /// <summary>Records a group's step, and numbers its candidates: those that were kept first.</summary>
    public void Record(SearchGroup group, SearchStep step, IReadOnlyList<Kept> kept)
    {
        Candidate[] first = [.. kept.Select(one => one.Candidate).Distinct()];
        Candidate[] all = [.. first, .. step.Candidates.Except(first)];
        foreach (var candidate in all) candidate.TraceId = _nextId++;
        sink.OnStep(new(group.StepsTaken, group.Number, [.. all.Select((candidate, rank) => Describe(all, candidate, rank, first.Length))]));
    }

    private TraceCandidate Describe(Candidate[] all, Candidate candidate, int rank, int kept)
    {
        var outcome = rank >= kept ? CandidateOutcome.Pruned : candidate.Finish is null ? CandidateOutcome.Kept : CandidateOutcome.Finished;
        int[] ids = [.. candidate.Before.Select(token => token.Token), candidate.Token.Token];
        return new()
        {
            Id = candidate.TraceId,
            Parent = candidate.Parent.TraceId,
            Token = candidate.Token.Token,
            Ids = ids,
            Text = ids.Length == 1 && tokenizer.IsSpecial(ids[0]) ? tokenizer.TokenText(ids[0]) : GeneratedText.Decode(tokenizer, ids),
            TokenLogProbability = candidate.Token.LogProbability,
            LogProbability = candidate.LogProbability,
            Heuristics = candidate.Values,
            Score = candidate.Score,
            ScoreIsBound = !candidate.IsExact,
            LookaheadIds = candidate.Lookahead,
            LookaheadText = GeneratedText.Decode(tokenizer, [.. candidate.Lookahead]),
            LookaheadEnded = candidate.LookaheadEnded,
            FinishReason = candidate.Finish,
            Outcome = outcome,
            Reason = Reason(all, candidate, rank, kept, outcome),
        };
    }

    private static string Reason(Candidate[] all, Candidate candidate, int rank, int kept, CandidateOutcome outcome)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"rank {rank + 1} of {all.Length}, {kept} kept");
        if (outcome == CandidateOutcome.Kept) return place;
        if (outcome == CandidateOutcome.Finished) return $"{place}; the text ends here";
        if (candidate.Note is { } note) return $"{place}; {note}";
        if (!candidate.IsExact) return $"{place}; its lookahead was left off after {candidate.Lookahead.Count} tokens, when it could not be kept any more";
        if (kept == 0) return place;
        var last = all[kept - 1];
        if (candidate.Bank != 0 | last.Bank != 0) return $"{place}; others of its bank are better";
        return candidate.Score == last.Score
            ? $"{place}; equal score, decided by {(candidate.LogProbability != last.LogProbability ? "log P" : candidate.Token.Token != last.Token.Token ? "token id" : "parent")}"
            : string.Create(CultureInfo.InvariantCulture, $"{place}; {last.Score - candidate.Score:0.000} below the last that was kept");
    }
}
