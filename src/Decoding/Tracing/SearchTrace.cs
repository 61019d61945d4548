namespace DecodeAlign.Decoding;

/// <summary>Receives a search's trace, in order, from one thread at a time.</summary>
public interface ITraceSink
{
    /// <summary>The search begins.</summary>
    void OnBegin(TraceHeader header);

    /// <summary>A step is decided.</summary>
    void OnStep(TraceStep traceStep);

    /// <summary>The search has ended; where one of several answers was chosen, the result's <see cref="DecodingResult.Selection"/> tells how.</summary>
    void OnEnd(DecodingResult result);
}

/// <summary>What a trace is of.</summary>
/// <param name="Prompt">The prompt as the model reads it.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Options">The decoder.</param>
/// <param name="Heuristics">Names and weights, in the order in which candidates list their values.</param>
/// <param name="Constraints">Names of the constraints.</param>
public sealed record TraceHeader(string Prompt, string Model, DecodingOptions Options, IReadOnlyList<TraceHeuristic> Heuristics, IReadOnlyList<string> Constraints);

/// <summary>A heuristic of a traced search.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Weight">Its weight in h.</param>
public readonly record struct TraceHeuristic(string Name, double Weight);

/// <summary>One step of one answer: every candidate, best first.</summary>
/// <param name="Step">Number of the step, from 1: the candidates are this many tokens long.</param>
/// <param name="Answer">Index of the answer it belongs to.</param>
/// <param name="Candidates">All candidates in the order of their rank.</param>
public sealed record TraceStep(int Step, int Answer, IReadOnlyList<TraceCandidate> Candidates);

/// <summary>What became of a candidate.</summary>
public enum CandidateOutcome
{
    /// <summary>It stays in the beam.</summary>
    Kept,

    /// <summary>It was among the best and its text ends here.</summary>
    Finished,

    /// <summary>It was not among the best.</summary>
    Pruned,
}

/// <summary>One candidate, and why it won or lost.</summary>
public sealed record TraceCandidate
{
    /// <summary>Number of the candidate within the trace, from 1.</summary>
    public required int Id { get; init; }

    /// <summary>Number of the candidate it continues; 0: the prompt.</summary>
    public required int Parent { get; init; }

    /// <summary>Token id; of a segment the last one.</summary>
    public required int Token { get; init; }

    /// <summary>All its token ids: one, or where it is a segment several.</summary>
    public required IReadOnlyList<int> Ids { get; init; }

    /// <summary>Its text.</summary>
    public required string Text { get; init; }

    /// <summary>log-probability of the token.</summary>
    public required double TokenLogProbability { get; init; }

    /// <summary>log P of all tokens up to it.</summary>
    public required double LogProbability { get; init; }

    /// <summary>Each heuristic's value after the lookahead, before weights; where <see cref="ScoreIsBound"/>, the value that the score was reckoned with.</summary>
    public required IReadOnlyList<double> Heuristics { get; init; }

    /// <summary>c = log P + λ·h: what it was ranked by.</summary>
    public required double Score { get; init; }

    /// <summary>Whether the lookahead was left off as soon as the outcome was certain, so that the score is only what it could still have reached at most, or stood at.</summary>
    public bool ScoreIsBound { get; init; }

    /// <summary>Tokens of the lookahead.</summary>
    public required IReadOnlyList<int> LookaheadIds { get; init; }

    /// <summary>Text of the lookahead.</summary>
    public required string LookaheadText { get; init; }

    /// <summary>Whether the lookahead reached the end of the text.</summary>
    public required bool LookaheadEnded { get; init; }

    /// <summary>Why its text ends here; null: it does not.</summary>
    public FinishReason? FinishReason { get; init; }

    /// <summary>What became of it.</summary>
    public required CandidateOutcome Outcome { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }
}
