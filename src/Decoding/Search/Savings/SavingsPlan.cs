using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>Which savings a search uses, decided before it begins, and what they saved.</summary>
internal sealed class SavingsPlan
{
    private readonly SavingsOptions _options;
    private readonly string? _idle;
    private readonly string? _noPruning;
    private readonly string? _noPipeline;

    public SavingsPlan(DecodingRequest request, bool rollsOut, bool fits)
    {
        var options = request.Options;
        _options = options.Savings;
        _idle = options.LooksAhead(request.Heuristics) ? null : "there is no lookahead to save";
        _noPruning = _idle ?? (options.HalveLookaheads ? "halving drops candidates by unfinished lookaheads" : options.Banks ? "a bank keeps candidates that others outrank" : null);
        _noPipeline = _idle ?? (options.Beam > 1 ? $"it follows one hypothesis, and the beam is {options.Beam}"
            : options.HalveLookaheads ? "halving drops candidates by unfinished lookaheads"
            : rollsOut ? "the model rolls lookaheads out by itself"
            : fits ? null : "its memory does not fit the KV budget");
    }

    public int Pipeline => _noPipeline is null ? _options.Pipeline : 0;

    public bool Reuse => _idle is null && (_options.Reuse || Pipeline > 0);

    public bool Prune => _noPruning is null && _options.Prune;

    public bool Settle => _idle is null && _options.Settle;

    public bool Finish => _options.Finish;

    /// <summary>Lookahead tokens that stood there already when a candidate was proposed.</summary>
    public long Reused { get; set; }

    /// <summary>Candidates whose lookahead was not finished because of their bound.</summary>
    public long Pruned { get; set; }

    /// <summary>Whether a heuristic gave a bound that could prune.</summary>
    public bool BoundsSeen { get; set; }

    /// <summary>Lookaheads that ended because nothing could change any more.</summary>
    public long Settled { get; set; }

    /// <summary>Searches that ended before their last live hypothesis.</summary>
    public long FinishedEarly { get; set; }

    /// <summary>Steps that were expanded ahead along the candidate that won.</summary>
    public long GuessedRight { get; set; }

    /// <summary>Steps that were expanded ahead along one that lost.</summary>
    public long GuessedWrong { get; set; }

    public Saving[] Describe() =>
    [
        new("reuse", Reuse, Note(_options.Reuse || Pipeline > 0, _idle, $"{Reused} lookahead tokens stood there already")),
        new("prune", Prune, Note(_options.Prune, _noPruning, BoundsSeen ? $"{Pruned} lookaheads left unfinished" : "nothing: the heuristics have no bounds")),
        new("settle", Settle, Note(_options.Settle, _idle, $"{Settled} lookaheads ended early")),
        new("finish", Finish, Note(_options.Finish, null, FinishedEarly > 0 ? $"{FinishedEarly} {(FinishedEarly == 1 ? "search" : "searches")} ended early, as no open text could overtake" : "nothing to end early")),
        new("pipeline", Pipeline > 0, Note(_options.Pipeline > 0, _noPipeline, $"W = {Pipeline}, {GuessedRight} steps expanded ahead, {GuessedWrong} in vain")),
    ];

    private static string Note(bool wanted, string? obstacle, FormattableString saved) =>
        !wanted ? "switched off" : obstacle ?? saved.ToString(CultureInfo.InvariantCulture);

    private static string Note(bool wanted, string? obstacle, string saved) => !wanted ? "switched off" : obstacle ?? saved;
}
