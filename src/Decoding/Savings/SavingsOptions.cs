namespace DecodeAlign.Decoding;

/// <summary>
/// Savings that leave the output as it is, bit for bit: the answer of a search with any of them is the answer of the naive search, which evaluates k·l + 1 tokens for each
/// hypothesis and step, in l + 1 batched passes. Where a saving's condition does not hold it is off, and <see cref="DecodingResult.Savings"/> says so.
/// </summary>
public sealed record SavingsOptions
{
    /// <summary>All of them; the default.</summary>
    public static SavingsOptions All { get; } = new();

    /// <summary>None of them: the naive search.</summary>
    public static SavingsOptions None { get; } = new() { Reuse = false, Prune = false, Shorten = false, Finish = false, Forced = false, Pipeline = 0 };

    /// <summary>
    /// Keeps what a survivor's lookahead has read: its distribution is the next step's, and its tokens begin the lookahead of the candidate they start with. Sampled lookahead
    /// is covered, since a draw depends on (seed, path, purpose) alone. Default true.
    /// </summary>
    public bool Reuse { get; init; } = true;

    /// <summary>
    /// Looks ahead first from the candidates whose lookahead has been read but for one token, and then only from those whose greatest reachable rank, by the heuristics' bounds, still
    /// competes for the beam; all hypotheses' candidates compete together, and ties are decided as in the ranking. Default true.
    /// </summary>
    public bool Prune { get; init; } = true;

    /// <summary>Ends a lookahead once the least and the greatest value still reachable coincide. Default true.</summary>
    public bool Shorten { get; init; } = true;

    /// <summary>Ends the search once no live hypothesis can overtake the best finished one. It never changes the chosen answer, only how many others there are. Default true.</summary>
    public bool Finish { get; init; } = true;

    /// <summary>
    /// Where a constraint leaves one token alone, reads what follows it in the same pass: text that is forced takes one pass, whatever its number of tokens. The tokens, their log P and the evaluations are
    /// those of the naive search; of several hypotheses all have to be forced. Default true.
    /// </summary>
    public bool Forced { get; init; } = true;

    /// <summary>
    /// Undecided steps that are expanded ahead of the one being decided, along the candidates that are expected to go on (by c as their lookaheads stand, where heuristics tell that at no cost) and in the same passes (W); 0: none. It implies
    /// <see cref="Reuse"/>, and works with decoders that keep the best. It buys passes with evaluations: those beyond a candidate that loses after all are wasted. From 0 to 256; null (default): at each step as many as pay, by what a row
    /// and a pass cost (<see cref="ModelFacts.RowsPerPass"/>) and how often the search was mistaken, at most 16, with no more than a quarter above the evaluations of the naive search, and none where a budget limits evaluations (docs/savings.md).
    /// </summary>
    public int? Pipeline { get; init; }

    internal void Validate() => Require.That(Pipeline is null or >= 0 and <= 256, nameof(Pipeline), "from 0 to 256", Pipeline ?? 0);
}
