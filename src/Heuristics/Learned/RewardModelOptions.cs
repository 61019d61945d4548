namespace DecodeAlign.Heuristics;

/// <summary>How a reward model is asked.</summary>
public sealed record RewardModelOptions
{
    /// <summary>The name by which results and errors speak of it. Default <c>reward</c>.</summary>
    public string Name { get; init; } = "reward";

    /// <summary>The head's outputs, in order; null (default): named by their number, from 0.</summary>
    public IReadOnlyList<RewardOutput>? Outputs { get; init; }

    /// <summary>What stands around a text, given the prompt. Default: the text goes on from the prompt as it is (<see cref="TextLayout.Plain"/>).</summary>
    public Func<string, TextLayout> Layout { get; init; } = TextLayout.Plain;

    /// <summary>The learned gate over the outputs, which makes one score of them; null (default): there is none.</summary>
    public RewardGating? Gating { get; init; }

    /// <summary>Where the reward is read: null (default): at the text's end; otherwise at the end of each of its steps.</summary>
    public RewardSteps? Steps { get; init; }
}

/// <summary>Makes a reward a process reward: it is read where steps end, and not in the middle of one.</summary>
/// <param name="Separator">What ends a step, such as a line break; a text that has ended ends its last one too. Before the first step has ended the text is read where it stands.</param>
/// <param name="Aggregate">What the steps' rewards are together. Default: the least.</param>
public sealed record RewardSteps(string Separator, StepAggregate Aggregate = StepAggregate.Least);

/// <summary>What the rewards of steps are together.</summary>
public enum StepAggregate
{
    /// <summary>The least: a chain is as good as its weakest step.</summary>
    Least,

    /// <summary>The last step's.</summary>
    Last,

    /// <summary>Their mean.</summary>
    Mean,
}

/// <summary>A learned gate over a head's outputs (ArmoRM, arXiv 2406.12845): it reads the prompt, and says what each output of the text counts for. Safe for concurrent use.</summary>
/// <param name="Inputs">How many of the head's outputs, the last ones, are what the gate reads; they are no rewards.</param>
/// <param name="Marker">What stands between prompt and text, as the chat template writes it. The gate reads the first token of its last occurrence.</param>
/// <param name="Coefficients">From what was read there: a finite number for each reward. The score is their weighted sum.</param>
public sealed record RewardGating(int Inputs, string Marker, Func<ReadOnlyMemory<float>, IReadOnlyList<double>> Coefficients);
