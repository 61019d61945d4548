namespace DecodeAlign.Decoding;

/// <summary>How a number of answers is spent on directions.</summary>
public enum AnswerAllocation
{
    /// <summary>One direction after the other in turn, all in one batch; the first ones get one more where the number does not divide.</summary>
    Even,

    /// <summary>
    /// Successive halving, for a given number of answers: every direction is asked once or more, then the better half of them again, and so on, a batch a round. Better is a higher mean score of
    /// the direction's answers so far, then the smaller offset, then the earlier direction.
    /// </summary>
    Halving,
}

/// <summary>Which directions are asked, and for how many answers. The presets are RPS and what it must be compared with at equal cost (arXiv 2510.20498). Immutable.</summary>
public sealed record PreferencePlan
{
    /// <summary>A name for results. Default <c>rps</c>.</summary>
    public string Name { get; init; } = "rps";

    /// <summary>The directions. Default: the five nearest on a grid of 5°.</summary>
    public IDirectionChoice Directions { get; init; } = new Neighbourhood();

    /// <summary>Answers in all, 1 to 10,000; 0 (default): one a direction.</summary>
    public int Answers { get; init; }

    /// <summary>How the answers are spent. Default <see cref="AnswerAllocation.Even"/>.</summary>
    public AnswerAllocation Allocation { get; init; }

    /// <summary>The sampling temperature in place of the request's; null (default): the request's.</summary>
    public double? Temperature { get; init; }

    /// <summary>The decoder of the paper: sampled, temperature 0.7, top-p 0.9, repetition penalty 1.1.</summary>
    public static DecoderParts PaperDecoder { get; } = new() { Name = "sample", Distribution = new() { Temperature = 0.7, TopP = 0.9, RepetitionPenalty = 1.1 }, Proposal = new SampledTokens() };

    /// <summary>RPS: k directions of the neighbourhood, the same number of answers for each.</summary>
    public static PreferencePlan Rps(Neighbourhood? neighbourhood = null, int answersPerDirection = 1)
    {
        Require.That(answersPerDirection >= 1, nameof(answersPerDirection), "at least 1", answersPerDirection);
        var directions = neighbourhood ?? new();
        return new() { Directions = directions, Answers = directions.Count * answersPerDirection };
    }

    /// <summary>RPS that spends a number of answers by successive halving.</summary>
    public static PreferencePlan AdaptiveRps(Neighbourhood neighbourhood, int answers) =>
        new() { Name = "adaptive rps", Directions = neighbourhood, Answers = answers, Allocation = AnswerAllocation.Halving };

    /// <summary>Baseline: all answers from the target.</summary>
    public static PreferencePlan Target(int answers = 5) => new() { Name = "target", Directions = new TargetDirection(), Answers = answers };

    /// <summary>Baseline: all answers from the target at another temperature, chosen so that their scores spread as RPS's do.</summary>
    public static PreferencePlan TargetAt(double temperature, int answers = 5) =>
        new() { Name = "target, temperature matched", Directions = new TargetDirection(), Answers = answers, Temperature = temperature };

    /// <summary>Baseline: all answers from the nearest of the directions that the model was trained on.</summary>
    public static PreferencePlan NearestTrained(IReadOnlyList<PreferenceDirection> trained, int answers = 5) =>
        new() { Name = "nearest trained", Directions = new NearestDirection(trained), Answers = answers };

    /// <summary>Baseline: all answers from one direction at a fixed angle from the target.</summary>
    public static PreferencePlan FixedOffset(double degrees, int axis = 0, int answers = 5) =>
        new() { Name = "fixed offset", Directions = new OffsetDirection(degrees, axis), Answers = answers };

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Directions);
        Require.That(Answers is >= 0 and <= 10_000, nameof(Answers), "from 0 (one a direction) to 10000", Answers);
        Require.That(Enum.IsDefined(Allocation), nameof(Allocation), "one of the allocations", Allocation);
        Require.That(Allocation == AnswerAllocation.Even || Answers > 0, nameof(Answers), "given where they are spent by halving", Answers);
    }
}
