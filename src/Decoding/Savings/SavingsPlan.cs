using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>Which savings a search uses, decided before it begins, and what they saved.</summary>
internal sealed class SavingsPlan
{
    private readonly SavingsOptions _options;
    private readonly string? _idle;
    private readonly string? _noPruning;
    private readonly string? _noPipeline;
    private readonly string? _noFinish;
    private readonly string? _noForced;
    private readonly string? _noShortening;

    /// <param name="options">Which savings are wanted.</param>
    /// <param name="parts">What the decoder's parts do not leave exact, in the order of the step.</param>
    /// <param name="looksAhead">Whether there are lookaheads at all.</param>
    /// <param name="notForced">Why what follows forced tokens can't be read with them; null: it can.</param>
    /// <param name="rollsOut">Whether the model rolls lookaheads out by itself.</param>
    /// <param name="hasBudget">Whether evaluations are limited.</param>
    /// <param name="fits">How many steps that a pipeline expands ahead fit the memory.</param>
    public SavingsPlan(SavingsOptions options, IReadOnlyList<Obstacles> parts, bool looksAhead, string? notForced, bool rollsOut, bool hasBudget, int fits)
    {
        (_options, _noForced) = (options, notForced);
        _idle = looksAhead ? null : "there is no lookahead to save";
        _noPruning = _idle ?? First(parts, part => part.Prune);
        _noPipeline = _idle ?? First(parts, part => part.Pipeline) ?? (hasBudget && options.Pipeline is null ? "a budget counts evaluations, which a pipeline spends" : rollsOut ? "the model rolls lookaheads out by itself" : fits > 0 || options.Pipeline == 0 ? null : "the KV memory that is free does not hold it");
        Pipeline = _noPipeline is null ? fits : 0;
        _noFinish = First(parts, part => part.Finish);
        _noShortening = _idle ?? First(parts, part => part.Shorten);
    }

    /// <summary>The first part's reason against a saving.</summary>
    public static string? First(IEnumerable<Obstacles> parts, Func<Obstacles, string?> reason) => parts.Select(reason).FirstOrDefault(text => text is not null);

    /// <summary>Most undecided steps that are expanded ahead; 0: none.</summary>
    public int Pipeline { get; }

    /// <summary>Whether so many are expanded as pay.</summary>
    public bool Weighs => Pipeline > 0 && _options.Pipeline is null;

    public bool Reuse => _idle is null && (_options.Reuse || Pipeline > 0);

    public bool Prune => _noPruning is null && _options.Prune;

    public bool Shorten => _noShortening is null && _options.Shorten;

    public bool Finish => _noFinish is null && _options.Finish;

    public bool Forced => _noForced is null && _options.Forced;

    /// <summary>Lookahead tokens that stood there already when a candidate was proposed.</summary>
    public long Reused { get; set; }

    /// <summary>Candidates whose lookahead was not finished because of their bound.</summary>
    public long Pruned { get; set; }

    /// <summary>Whether a heuristic gave a bound that could prune.</summary>
    public bool BoundsSeen { get; set; }

    /// <summary>Lookaheads that ended because nothing could change any more.</summary>
    public long Shortened { get; set; }

    /// <summary>Searches that ended before their last live hypothesis.</summary>
    public long FinishedEarly { get; set; }

    /// <summary>Tokens that were read in the pass of a forced one before them.</summary>
    public long ForcedTogether { get; set; }

    /// <summary>Hypotheses that were expanded ahead and went on.</summary>
    public long GuessedRight { get; set; }

    /// <summary>Hypotheses that were expanded ahead and lost.</summary>
    public long GuessedWrong { get; set; }

    public Saving[] Describe() =>
    [
        new("reuse", Reuse, Note(_options.Reuse || Pipeline > 0, _idle, $"{Reused} lookahead tokens stood there already")),
        new("prune", Prune, Note(_options.Prune, _noPruning, BoundsSeen ? $"{Pruned} lookaheads left unfinished" : "nothing: the heuristics have no bounds")),
        new("shorten", Shorten, Note(_options.Shorten, _noShortening, $"{Shortened} lookaheads ended early")),
        new("finish", Finish, Note(_options.Finish, _noFinish, FinishedEarly > 0 ? $"{FinishedEarly} {(FinishedEarly == 1 ? "search" : "searches")} ended early, as no open text could overtake" : "nothing to end early")),
        new("forced", Forced, Note(_options.Forced, _noForced, $"{ForcedTogether} {(ForcedTogether == 1 ? "token" : "tokens")} read in the pass of a forced one before")),
        new("pipeline", Pipeline > 0, Note(_options.Pipeline != 0, _noPipeline, $"W = {(Weighs ? "what pays, at most " : "")}{Pipeline}, {GuessedRight} hypotheses expanded ahead, {GuessedWrong} in vain")),
    ];

    private static string Note(bool wanted, string? obstacle, FormattableString saved) =>
        !wanted ? "switched off" : obstacle ?? saved.ToString(CultureInfo.InvariantCulture);

    private static string Note(bool wanted, string? obstacle, string saved) => !wanted ? "switched off" : obstacle ?? saved;
}
