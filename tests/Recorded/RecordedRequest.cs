namespace DecodeAlign.Tests;

/// <summary>A request with every setting written out, in names that belong to no decoder's types, so that a file of them outlives a change of those types and of their defaults.</summary>
internal sealed record RecordedRequest
{
    /// <summary><c>generate</c>, <c>stream</c>, <c>batch</c> or <c>preference</c>.</summary>
    public required string Way { get; init; }

    public required string Model { get; init; }
    public required string? LookaheadModel { get; init; }
    public required string Prompt { get; init; }
    public required string TaskInstruction { get; init; }
    public required string? AlignmentInstruction { get; init; }
    public required bool AskForAlignment { get; init; }

    /// <summary>What a batch goes on from, in place of <see cref="Prompt"/>.</summary>
    public required IReadOnlyList<RecordedPrompt> Batch { get; init; }

    public required IReadOnlyList<RecordedHeuristic> Heuristics { get; init; }
    public required IReadOnlyList<string> Constraints { get; init; }
    public required bool Traced { get; init; }

    /// <summary>Told to stop once this many steps are reported; 0: never.</summary>
    public required int StopAtStep { get; init; }

    /// <summary>Seconds, of a clock that each reported step moves by one; 0: none.</summary>
    public required double Deadline { get; init; }

    public required string Decoder { get; init; }
    public required int Beam { get; init; }
    public required int Candidates { get; init; }
    public required int Lookahead { get; init; }
    public required double Lambda { get; init; }
    public required int MaxTokens { get; init; }
    public required bool SampledCandidates { get; init; }
    public required bool SampledLookahead { get; init; }
    public required double Temperature { get; init; }
    public required int TopK { get; init; }
    public required double TopP { get; init; }
    public required double MinP { get; init; }
    public required double RepetitionPenalty { get; init; }
    public required double PresencePenalty { get; init; }
    public required double LengthExponent { get; init; }
    public required int Answers { get; init; }
    public required bool SelectedByHeuristics { get; init; }
    public required IReadOnlyList<string> StopSequences { get; init; }
    public required ulong Seed { get; init; }
    public required bool Reuse { get; init; }
    public required bool Prune { get; init; }
    public required bool Settle { get; init; }
    public required bool Finish { get; init; }
    public required int Pipeline { get; init; }
    public required int SegmentLength { get; init; }
    public required double LookaheadEntropy { get; init; }
    public required bool HalveLookaheads { get; init; }
    public required int Suggestions { get; init; }
    public required bool Banks { get; init; }
    public required int NoRepeat { get; init; }
    public required long Budget { get; init; }
    public required RecordedPreference? Preference { get; init; }
}

internal sealed record RecordedHeuristic(string Kind, double Weight);

internal sealed record RecordedPrompt(string Prompt, int Stream);

/// <summary>What a request under a preference adds. Directions: <c>grid</c>, <c>cap</c>, <c>symmetric</c>, <c>target</c>, <c>nearest</c> or <c>offset</c>, the last two at <see cref="MaxAngle"/>.</summary>
internal sealed record RecordedPreference
{
    public required IReadOnlyList<string> Objectives { get; init; }
    public required IReadOnlyList<double> Weights { get; init; }
    public required string Conditioner { get; init; }
    public required string Directions { get; init; }
    public required int Count { get; init; }
    public required double MaxAngle { get; init; }
    public required double GridStep { get; init; }
    public required ulong Seed { get; init; }
    public required int Answers { get; init; }
    public required bool Halving { get; init; }
    public required double? Temperature { get; init; }
}
