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

    /// <summary>The decoder. Default: DeAL with its published settings.</summary>
    public DecodingOptions Options { get; init; } = DecodingOptions.Deal();

    /// <summary>A second model with the same tokenizer that rolls out the lookahead; null (default): the model itself.</summary>
    public ILanguageModel? LookaheadModel { get; init; }

    /// <summary>Ends the search at the next step with the best text so far, unlike cancellation, which throws.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Receives every step's candidates; null (default): no trace is made.</summary>
    public ITraceSink? Trace { get; init; }

    /// <summary>Hears of each step; null (default): nobody does.</summary>
    public IProgress<DecodingProgress>? Progress { get; init; }

    /// <summary>The prompt as the model reads it: (p_t, p_a, p_i), empty parts left out, one a line.</summary>
    public string FullPrompt()
    {
        var alignment = AlignmentInstruction ?? (AskForAlignment ? string.Join(' ', Heuristics.Select(h => h.Heuristic.AlignmentInstruction).Where(text => !string.IsNullOrEmpty(text))) : "");
        return string.Concat(string.Concat(new[] { TaskInstruction, alignment }.Where(text => text.Length > 0).Select(text => text + "\n")), Prompt);
    }
}
