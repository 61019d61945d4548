namespace DecodeAlign.Decoding;

/// <summary>What the constraints' mask did to the distribution after a node.</summary>
internal sealed class MaskReading
{
    /// <summary>Whether it left only one token, or only tokens without which the constraints could not be met any more within the limit.</summary>
    public required bool Forces { get; init; }

    /// <summary>log of what it left of the model's probability, one number; empty: the model does not tell.</summary>
    public double[] LogAllowed { get; init; } = [];

    /// <summary>The likeliest of the tokens that it forbade; read only where there is a trace.</summary>
    public TokenLogProbability[] Forbidden { get; init; } = [];

    /// <summary>What it took, in nats, at least 0; no number: the model does not tell.</summary>
    public double Loss => LogAllowed.Length > 0 ? Math.Max(0, -LogAllowed[0]) : double.NaN;
}
