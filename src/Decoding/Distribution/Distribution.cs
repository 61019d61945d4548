namespace DecodeAlign.Decoding;

/// <summary>
/// Shapes the next-token distribution for choosing tokens: penalties on what was generated already, then temperature, top-k, top-p and min-p, in this order. Defaults change nothing.
/// </summary>
public sealed record Distribution
{
    /// <summary>Divides the log-probabilities; greater than 0. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Keeps the k most likely tokens; 0 (default): all.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the fewest most likely tokens whose probability reaches p, in (0, 1]. Default 1: all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Keeps tokens at least this share as likely as the likeliest, in [0, 1]. Default 0: all.</summary>
    public double MinP { get; init; }

    /// <summary>Divides the logit of every token generated already where it is positive, and multiplies it where it is negative (CTRL, arXiv 1909.05858, as it is applied since); at least 1. Default 1.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Subtracted once from every token generated already. Default 0.</summary>
    public double PresencePenalty { get; init; }

    /// <summary>Subtracted from every token as often as it was generated already. Default 0.</summary>
    public double FrequencyPenalty { get; init; }

    /// <summary>Whether the penalties leave the order of the model's distribution as it is.</summary>
    internal bool KeepsOrder => RepetitionPenalty == 1 && PresencePenalty == 0 && FrequencyPenalty == 0;

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of its range; it is named.</exception>
    public void Validate()
    {
        Require.That(double.IsFinite(Temperature) && Temperature > 0, nameof(Temperature), "a finite number above 0 (for the most likely token use greedy)", Temperature);
        Require.That(TopK >= 0, nameof(TopK), "at least 0", TopK);
        Require.That(TopP is > 0 and <= 1, nameof(TopP), "in (0, 1]", TopP);
        Require.That(MinP is >= 0 and <= 1, nameof(MinP), "in [0, 1]", MinP);
        Require.That(double.IsFinite(RepetitionPenalty) && RepetitionPenalty >= 1, nameof(RepetitionPenalty), "a finite number, at least 1", RepetitionPenalty);
        Require.That(double.IsFinite(PresencePenalty), nameof(PresencePenalty), "a finite number", PresencePenalty);
        Require.That(double.IsFinite(FrequencyPenalty), nameof(FrequencyPenalty), "a finite number", FrequencyPenalty);
    }
}
