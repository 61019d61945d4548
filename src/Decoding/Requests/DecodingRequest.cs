namespace DecodeAlign.Decoding;

/// <summary>One text to generate. Immutable; safe to use for several calls.</summary>
public sealed record DecodingRequest
{
    /// <summary>The task input p_i: what the text goes on from.</summary>
    public required string Prompt { get; init; }

    /// <summary>The task instruction p_t, put before everything on a line of its own. Default none.</summary>
    public string TaskInstruction { get; init; } = "";

    /// <summary>The alignment instruction p_a, put before the prompt on a line of its own. Null (default): none, unless <see cref="AskForAlignment"/>.</summary>
    public string? AlignmentInstruction { get; init; }

    /// <summary>Whether heuristics supply p_a where <see cref="AlignmentInstruction"/> is null (DeAL's start-state adaptation). Default false.</summary>
    public bool AskForAlignment { get; init; }

    /// <summary>What to prefer, weighted. Default none.</summary>
    public IReadOnlyList<WeightedHeuristic> Heuristics { get; init; } = [];

    /// <summary>What must hold. Default none.</summary>
    public IReadOnlyList<IConstraint> Constraints { get; init; } = [];

    /// <summary>The decoder: how to search. Default: DeAL.</summary>
    public DecoderParts Decoder { get; init; } = DecoderParts.Default;

    /// <summary>Most tokens to generate, an end-of-sequence token included, at least 1; clipped to the model's context. Default 128.</summary>
    public int MaxTokens { get; init; } = 128;

    /// <summary>Texts that end the generation where they appear; they are cut off the text. Default none.</summary>
    public IReadOnlyList<string> StopSequences { get; init; } = [];

    /// <summary>Seed of every draw. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Which of the prompt's independent streams of draws is used, at least 0. Default 0.</summary>
    public int Stream { get; init; }

    /// <summary>Savings that leave the output as it is. Default: all.</summary>
    public SavingsOptions Savings { get; init; } = SavingsOptions.All;

    /// <summary>
    /// Most token evaluations, the prompt's included; the search ends before the pass that would exceed it, with the best text so far. 0 (default): no limit. What a second
    /// model evaluates again of a text may come on top.
    /// </summary>
    public long Budget { get; init; }

    /// <summary>Time from the call on, after which the search ends with the best text so far, at the next pass. <see cref="TimeSpan.Zero"/> (default): no limit.</summary>
    public TimeSpan Deadline { get; init; }

    /// <summary>
    /// Who comes first where requests at once ask more of a model than one pass computes: the lower, the earlier, as in vLLM; among equals the one whose <see cref="Deadline"/> is earlier. Default 0. It changes no text and starves
    /// nobody, since in every eighth pass it does not count; memory is granted in order of arrival whatever it is. Other than 0 only for a model of this process.
    /// </summary>
    public int Priority { get; init; }

    /// <summary>A second model with the same tokenizer that rolls out the lookahead; null (default): the model itself.</summary>
    public ILanguageModel? LookaheadModel { get; init; }

    /// <summary>Other models or prompts that are mixed into what tokens are chosen from; null (default): none. Needs <see cref="ModelCapabilities.FullDistribution"/> of each model.</summary>
    public Guidance? Guidance { get; init; }

    /// <summary>Changes of the distribution that tokens are chosen from, in order. Default none. Needs <see cref="ModelCapabilities.FullDistribution"/>.</summary>
    public IReadOnlyList<ILogitProcessor> LogitProcessors { get; init; } = [];

    /// <summary>Ends the search at the next step with the best text so far, unlike cancellation, which throws.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Receives every step's candidates; null (default): no trace is made.</summary>
    public ITraceSink? Trace { get; init; }

    /// <summary>Hears of each step; null (default): nobody does.</summary>
    public IProgress<DecodingProgress>? Progress { get; init; }

    /// <summary>Whether a search looks ahead at all.</summary>
    internal bool LooksAhead => Decoder.Rank.LooksAhead(Heuristics, Constraints.Count > 0);

    /// <summary>Whether it asks how likely that which may still be missing is to come.</summary>
    internal bool Foresees => Decoder.Rank.Foresees(Heuristics, Constraints.Count > 0);

    /// <summary>Whether tokens are chosen in the order of the model's own distribution.</summary>
    internal bool KeepsOrder => Decoder.Distribution.KeepsOrder && Guidance is null && LogitProcessors.Count == 0;

    /// <summary>What is reserved together with the search, for what chooses among its answers; null: nothing.</summary>
    internal AnswerReservation? ForAnswers { get; init; }

    /// <summary>The prompt as the model reads it: (p_t, p_a, p_i), empty parts left out, one a line.</summary>
    public string FullPrompt()
    {
        var alignment = AlignmentInstruction ?? (AskForAlignment ? string.Join(' ', Heuristics.Select(h => h.Heuristic.AlignmentInstruction).Where(text => !string.IsNullOrEmpty(text))) : "");
        return string.Concat(string.Concat(new[] { TaskInstruction, alignment }.Where(text => text.Length > 0).Select(text => text + "\n")), Prompt);
    }

    /// <summary>Checks every field that can be checked without a model.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Prompt);
        var parts = Decoder;
        ArgumentNullException.ThrowIfNull(parts, "Decoder");
        parts.Validate();
        Require.That(MaxTokens >= 1, nameof(MaxTokens), "at least 1", MaxTokens);
        Require.That(!StopSequences.Any(string.IsNullOrEmpty), nameof(StopSequences), "texts that are not empty", "an empty text");
        Require.That(Stream >= 0, nameof(Stream), "at least 0", Stream);
        Require.That(Budget >= 0, nameof(Budget), "at least 0", Budget);
        Require.That(Deadline >= TimeSpan.Zero, nameof(Deadline), "no time in the past", Deadline);
        ArgumentNullException.ThrowIfNull(Savings);
        Savings.Validate();
        Guidance?.Validate();
        foreach (var processor in LogitProcessors) ArgumentNullException.ThrowIfNull(processor, nameof(LogitProcessors));
        var mixes = Guidance is not null || LogitProcessors.Count > 0;
        Require.That(!mixes || LookaheadModel is null, nameof(LookaheadModel), "none beside guidance or logit processors, which work on the model's own distribution", "one");
        Require.That(!mixes || parts.Distribution.RepetitionPenalty == 1, nameof(Distribution.RepetitionPenalty), "1 beside guidance or logit processors, since a mixture has no logits (presencePenalty goes with both)", parts.Distribution.RepetitionPenalty);
        foreach (var (heuristic, weight) in Heuristics)
        {
            ArgumentNullException.ThrowIfNull(heuristic, nameof(Heuristics));
            Require.That(double.IsFinite(weight), $"weight of heuristic '{heuristic.Name}'", "a finite number", weight);
        }
    }
}
