namespace DecodeAlign.Decoding;

/// <summary>What one scorer says of an answer.</summary>
/// <param name="Objective">The objective.</param>
/// <param name="Value">Its reward r.</param>
/// <param name="Weight">Its weight in the target; 0: reported only.</param>
public readonly record struct ObjectiveReward(string Objective, double Value, double Weight);

/// <summary>One answer, and what it is worth to the target.</summary>
public sealed record PreferenceAnswer
{
    /// <summary>Number of the answer, from 0, in the order of asking.</summary>
    public required int Number { get; init; }

    /// <summary>The batch it was generated in, from 0.</summary>
    public required int Round { get; init; }

    /// <summary>The direction that the model was told.</summary>
    public required PreferenceDirection Direction { get; init; }

    /// <summary>The angle between the direction and the target, in degrees.</summary>
    public required double OffsetDegrees { get; init; }

    /// <summary>The prompt as the model read it.</summary>
    public required string Prompt { get; init; }

    /// <summary>Its stream of draws: answers to the same prompt as the model read it have different ones.</summary>
    public required int Stream { get; init; }

    /// <summary>What the inner decoder wrote.</summary>
    public required Answer Answer { get; init; }

    /// <summary>Each scorer's reward.</summary>
    public required IReadOnlyList<ObjectiveReward> Rewards { get; init; }

    /// <summary>s = v_target · r.</summary>
    public required double Score { get; init; }
}

/// <summary>How a preference chose: every answer, what it was asked under, and what it is worth to the target.</summary>
public sealed record PreferenceReport : SelectionReport
{
    /// <summary>The preference that answers were chosen by.</summary>
    public required PreferenceDirection Target { get; init; }

    /// <summary>Every answer, best first: higher score, then smaller offset, then earlier number.</summary>
    public required IReadOnlyList<PreferenceAnswer> Answers { get; init; }

    /// <summary>Name of the plan.</summary>
    public required string Plan { get; init; }

    /// <summary>Name of the choice of directions.</summary>
    public required string Directions { get; init; }

    /// <summary>Name of the conditioner.</summary>
    public required string Conditioner { get; init; }

    /// <summary>Name of the decoder that wrote each answer.</summary>
    public required string Inner { get; init; }

    /// <summary>The chosen answer.</summary>
    public PreferenceAnswer Chosen => Answers[0];

    /// <summary>The objectives' rewards, with their weights in the target.</summary>
    /// <param name="answer">One of the answers.</param>
    public override IReadOnlyList<HeuristicValue>? RatingsOf(Answer answer) =>
        Answers.FirstOrDefault(one => ReferenceEquals(one.Answer, answer)) is { } found ? [.. found.Rewards.Select(reward => new HeuristicValue(reward.Objective, reward.Value, reward.Weight, null))] : null;
}
