using System.Text.Json.Serialization;

namespace DecodeAlign.Evaluation;

/// <summary>What a run shows, in numbers.</summary>
public sealed record ReportData
{
    /// <summary>Which prompts.</summary>
    public required EvaluationSplit Split { get; init; }

    /// <summary>The model that wrote.</summary>
    public required string Model { get; init; }

    /// <summary>Seed of every draw.</summary>
    public required ulong Seed { get; init; }

    /// <summary>When the test judges were opened, in UTC; null: they were not.</summary>
    public DateTime? TestJudgesOpened { get; init; }

    /// <summary>Texts written, of so many.</summary>
    public required int Texts { get; init; }

    /// <summary>Texts there will be once the run is done.</summary>
    public required int TextsPlanned { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<ReportTask> Tasks { get; init; }

    /// <summary>The best search against the best baseline, by budget and task; p-values corrected over a budget's tasks.</summary>
    public required IReadOnlyList<ReportComparison> Comparisons { get; init; }

    /// <summary>What must be said beside the figures.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

/// <summary>A task's part.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reward">What searches rank by.</param>
/// <param name="DevJudge">The judge for tuning.</param>
/// <param name="TestJudge">The judge of the claim.</param>
/// <param name="Constraint">What must hold; null: nothing.</param>
/// <param name="MaxTokens">Most tokens of a text.</param>
/// <param name="Prompts">Number of prompts.</param>
/// <param name="Headroom">The best baseline at the greatest budget less the first reference, by the primary scorer; null: there is nothing to take it of.</param>
/// <param name="Rows">A row a decoder and budget.</param>
public sealed record ReportTask(string Name, string Reward, string DevJudge, string TestJudge, string? Constraint, int MaxTokens, int Prompts, ReportHeadroom? Headroom, IReadOnlyList<ReportRow> Rows);

/// <summary>How far the best baseline gets above a reference: a task without room can't tell decoders apart.</summary>
/// <param name="Decoder">The baseline.</param>
/// <param name="Over">The reference.</param>
/// <param name="Difference">By the primary scorer.</param>
/// <param name="IsThere">Whether the interval is above 0.</param>
public sealed record ReportHeadroom(string Decoder, string Over, PairedDifference Difference, bool IsThere);

/// <summary>A decoder at a budget on a task: means over prompts, with 95 % intervals where they are compared.</summary>
public sealed record ReportRow
{
    /// <summary>Number of the cell in the run's file.</summary>
    public required int Cell { get; init; }

    /// <summary>The decoder's specification, fitted.</summary>
    public required string Decoder { get; init; }

    /// <summary>What it is in the comparison.</summary>
    public required DecoderRole Role { get; init; }

    /// <summary>Token evaluations a text that it was fitted to; 0: it was not.</summary>
    public required long Budget { get; init; }

    /// <summary>Number of texts.</summary>
    public required int Texts { get; init; }

    /// <summary>The search's own reward.</summary>
    public required Interval Reward { get; init; }

    /// <summary>The dev judge's.</summary>
    public required Interval DevJudge { get; init; }

    /// <summary>The test judge's; null: not opened.</summary>
    public Interval? TestJudge { get; init; }

    /// <summary>Token evaluations a text.</summary>
    public required double Evaluations { get; init; }

    /// <summary>Batched passes a text.</summary>
    public required double Passes { get; init; }

    /// <summary>Texts that the reward looked at, a text.</summary>
    public required double HeuristicCalls { get; init; }

    /// <summary>Wall time a text, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>−log P of a text, in nats.</summary>
    public required double NegativeLogProbability { get; init; }

    /// <summary>−log P a token, in nats.</summary>
    public required double NegativeLogProbabilityPerToken { get; init; }

    /// <summary>The KL divergence from the model, and what it is.</summary>
    public required ReportKl Kl { get; init; }

    /// <summary>Bits per byte under a model of bytes of stories, less those of held-out human stories.</summary>
    public required double BitsFromHumanStories { get; init; }

    /// <summary>The same for books.</summary>
    public required double BitsFromHumanBooks { get; init; }

    /// <summary>Share of 4-grams of words that occurred before.</summary>
    public required double Rep4 { get; init; }

    /// <summary>Share of different ones among the pairs of words.</summary>
    public required double Distinct2 { get; init; }

    /// <summary>Words of the longest run that occurs twice.</summary>
    public required double LongestRepeatedRun { get; init; }

    /// <summary>Share of texts with a word five times in a row.</summary>
    public required double FiveInARow { get; init; }

    /// <summary>Words of a text.</summary>
    public required double Words { get; init; }

    /// <summary>Share of texts that the model ended.</summary>
    public required double Ended { get; init; }
}

/// <summary>A KL divergence from the model to what a decoder writes, in nats.</summary>
/// <param name="Kind"><c>exact</c>, <c>bound</c> (it is at most this) or <c>unknown</c>.</param>
/// <param name="Value">Its value; null: unknown.</param>
/// <param name="How">Where it is from.</param>
public sealed record ReportKl(string Kind, double? Value, string How);

/// <summary>The best search against the best baseline of a task at a budget, each chosen by the dev judge.</summary>
/// <param name="Task">The task.</param>
/// <param name="Budget">Token evaluations a text.</param>
/// <param name="Search">The search.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="Scorer">The primary scorer: <c>test judge</c>, or <c>dev judge</c> where the other is closed.</param>
/// <param name="Prompts">Prompts that both have texts to.</param>
/// <param name="Difference">Search less baseline.</param>
/// <param name="AdjustedP">p, corrected by Holm's rule over the budget's tasks.</param>
/// <param name="EvaluationsRatio">Cost of the search over the baseline's.</param>
/// <param name="SecondsRatio">Wall time of the search over the baseline's.</param>
/// <param name="Rep4Difference">Repetition of the search less the baseline's.</param>
/// <param name="Verdict">What may be said.</param>
public sealed record ReportComparison(string Task, long Budget, string Search, string Baseline, string Scorer, int Prompts, PairedDifference Difference, double AdjustedP, double EvaluationsRatio, double SecondsRatio, double Rep4Difference, string Verdict);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReportData))]
internal sealed partial class ReportJson : JsonSerializerContext;
