using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>Tells a trace sink of each step, before the losers are forgotten.</summary>
internal sealed class TraceBuilder(ITraceSink sink, ITokenizer tokenizer)
{
    private int _nextId = 1;

    /// <summary>Records a group's ranked candidates.</summary>
    /// <returns>The number of the first; the others follow in the order of rank.</returns>
    public int Record(SearchGroup group, SearchStep step, int beam)
    {
        var first = _nextId;
        _nextId += step.Candidates.Count;
        sink.OnStep(new(group.StepsTaken, group.Number, [.. step.Candidates.Select((candidate, rank) => Describe(step, candidate, rank, beam, first + rank))]));
        return first;
    }

    private TraceCandidate Describe(SearchStep step, Candidate candidate, int rank, int beam, int id)
    {
        var outcome = rank >= beam ? CandidateOutcome.Pruned : candidate.Finish is null ? CandidateOutcome.Kept : CandidateOutcome.Finished;
        return new()
        {
            Id = id,
            Parent = candidate.Parent.TraceId,
            Token = candidate.Token.Token,
            Text = tokenizer.IsSpecial(candidate.Token.Token) ? tokenizer.TokenText(candidate.Token.Token) : GeneratedText.Decode(tokenizer, [candidate.Token.Token]),
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
            Reason = Reason(step, candidate, rank, beam, outcome),
        };
    }

    private static string Reason(SearchStep step, Candidate candidate, int rank, int beam, CandidateOutcome outcome)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"rank {rank + 1} of {step.Candidates.Count}, beam {beam}");
        if (outcome == CandidateOutcome.Kept) return place;
        if (outcome == CandidateOutcome.Finished) return $"{place}; the text ends here";
        var last = step.Candidates[beam - 1];
        if (candidate.IsExact && candidate.Bank != 0 | last.Bank != 0) return $"{place}; others of its bank are better";
        if (!candidate.IsExact) return $"{place}; its lookahead was left off after {candidate.Lookahead.Count} tokens, when it could not be kept any more";
        return candidate.Score == last.Score
            ? $"{place}; equal score, decided by {(candidate.LogProbability != last.LogProbability ? "log P" : candidate.Token.Token != last.Token.Token ? "token id" : "parent")}"
            : string.Create(CultureInfo.InvariantCulture, $"{place}; {last.Score - candidate.Score:0.000} below the last that was kept");
    }
}
