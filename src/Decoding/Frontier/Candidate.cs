namespace DecodeAlign.Decoding;

/// <summary>A possible next token, or segment of tokens, of a hypothesis, what its lookahead showed, and its rank.</summary>
internal sealed class Candidate
{
    public required Hypothesis Parent { get; init; }

    /// <summary>Place of the parent in the beam: the last tie-breaker.</summary>
    public required int ParentIndex { get; set; }

    /// <summary>Place among its parent's candidates, as they were proposed.</summary>
    public int Place { get; init; }

    /// <summary>Its token; of a segment the last one.</summary>
    public required TokenLogProbability Token { get; init; }

    /// <summary>Its node, referenced; the parent's, not referenced, where the token ends the text.</summary>
    public required int Node { get; init; }

    public FinishReason? Finish { get; init; }

    /// <summary>Where it was drawn: log q, of the distribution that it was drawn from; otherwise no number.</summary>
    public double LogProposal { get; init; } = double.NaN;

    /// <summary>Tokens that it consists of before its last one, where it is a segment.</summary>
    public IReadOnlyList<TokenLogProbability> Before { get; init; } = [];

    /// <summary>log P of the text up to it, generated tokens only.</summary>
    public required double LogProbability { get; init; }

    /// <summary>Generated tokens up to it.</summary>
    public required int Length { get; init; }

    public bool HoldsNode => Finish?.IsEndOfSequence() != true || Before.Count > 0;

    /// <summary>Which time of asking it came from.</summary>
    public int Attempt { get; init; }

    /// <summary>Last node of the lookahead; the candidate's own where there is none.</summary>
    public required int Leaf { get; set; }

    public List<int> Lookahead { get; } = [];

    public bool LookaheadEnded { get; set; }

    /// <summary>log of the greatest probability, along the lookahead, of what leads on to something missing; −∞: nothing was read.</summary>
    public double Foreseen { get; set; } = double.NegativeInfinity;

    /// <summary>Whether the lookahead can't go on: the constraints allow no token.</summary>
    public bool LookaheadStuck { get; set; }

    /// <summary>Each heuristic's value, or where only a bound is known the one that gives it; empty: not scored.</summary>
    public double[] Values { get; set; } = [];

    /// <summary>No c = log P + λ·h below this is reachable any more.</summary>
    public double Least { get; set; } = double.NegativeInfinity;

    /// <summary>No c above this is reachable any more. Where <see cref="IsExact"/>, c itself.</summary>
    public double Score { get; set; } = double.PositiveInfinity;

    /// <summary>c if the text ended where its lookahead stands, the least where it depends on how; −∞ where only scoring would tell. It says what to expect, and decides nothing.</summary>
    public double Estimate { get; set; } = double.NegativeInfinity;

    /// <summary>What was expected of it when it was looked at first, and how many tokens of its lookahead were left then; no number: it was never open.</summary>
    public (double Value, int Left) First { get; set; } = (double.NaN, 0);

    /// <summary>The odds that it is kept, as a logarithm, when it was expected to be for the first time; no number: it never was.</summary>
    public double FirstOdds { get; set; } = double.NaN;

    /// <summary>Length of the lookahead that the bounds were taken at; −1: not taken.</summary>
    public int BoundedAt { get; set; } = -1;

    /// <summary>Whether c is known.</summary>
    public bool IsExact { get; set; }

    /// <summary>Whether the candidate can't be among the best any more.</summary>
    public bool IsPruned { get; set; }

    /// <summary>What the best that could be kept was certain of, where <see cref="IsPruned"/> because it could not reach that; otherwise no number.</summary>
    public double PrunedBy { get; set; } = double.NaN;

    /// <summary>Its log weight, where the rule that keeps weighs; otherwise no number.</summary>
    public double LogWeight { get; set; } = double.NaN;

    /// <summary>How far it has come toward what is required; set where the beam is shared out among banks.</summary>
    public int Bank { get; set; }

    /// <summary>Its number in the trace; 0 where there is none.</summary>
    public int TraceId { get; set; }

    /// <summary>Why it was kept, or was not, in the words of the part that decided, where there is a trace; null: its rank says it.</summary>
    public string? Note { get; set; }

    /// <summary>Whether a hypothesis of the next step goes on from it.</summary>
    public bool GoesOn { get; set; }

    public bool IsOpen => !IsExact && !IsPruned;

    public bool TextEnded => Finish is not null || LookaheadEnded;

    /// <summary>By c, or the greatest it can reach: higher, then higher log P, then lower token id, then earlier parent.</summary>
    public static int ByRank(Candidate left, Candidate right) => Compare(left, left.Score, right, right.Score);

    /// <summary>The same by what c is certain to reach.</summary>
    public static int ByLeast(Candidate left, Candidate right) => Compare(left, left.Least, right, right.Least);

    /// <summary>The same by what c is expected to be.</summary>
    public static int ByEstimate(Candidate left, Candidate right) => Compare(left, left.Estimate, right, right.Estimate);

    /// <summary>Below 0: the left candidate ranks first if it is worth <paramref name="leftScore"/> and the right one <paramref name="rightScore"/>.</summary>
    public static int Compare(Candidate left, double leftScore, Candidate right, double rightScore)
    {
        if (leftScore != rightScore) return rightScore.CompareTo(leftScore);
        if (left.LogProbability != right.LogProbability) return right.LogProbability.CompareTo(left.LogProbability);
        // segments are of unequal lengths: by their ids, the shorter first
        for (var i = 0; i < left.Before.Count || i < right.Before.Count; i++)
        {
            if (left.Id(i) != right.Id(i)) return left.Id(i).CompareTo(right.Id(i));
            if (i == left.Before.Count || i == right.Before.Count) return left.Before.Count.CompareTo(right.Before.Count);
        }
        return left.Token.Token != right.Token.Token ? left.Token.Token.CompareTo(right.Token.Token) : left.ParentIndex.CompareTo(right.ParentIndex);
    }

    private int Id(int index) => index < Before.Count ? Before[index].Token : Token.Token;

    public void SetExact(double score)
    {
        (Score, Least, Estimate, IsExact) = (score, score, score, true);
    }
}
