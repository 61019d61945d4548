namespace DecodeAlign.Decoding;

/// <summary>How a selection chose among whole answers. Each selection that tells has a type of its own, with what it knew.</summary>
public abstract record SelectionReport
{
    /// <summary>Why the chosen answer was chosen, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>What the selection rated an answer by, in place of the request's heuristics; null (default): by those, or by none. Of a value with a negative weight less is better.</summary>
    /// <param name="answer">One of the result's answers.</param>
    public virtual IReadOnlyList<HeuristicValue>? RatingsOf(Answer answer) => null;
}
