namespace DecodeAlign.Decoding;

/// <summary>
/// Candidates of several tokens, sampled one after the other: a segment ends before a token whose entropy reaches a threshold, where the model begins something new (CARDS, arXiv 2406.16306), or with its
/// longest. Needs <see cref="ModelCapabilities.FullDistribution"/>.
/// </summary>
/// <param name="Candidates">Segments per hypothesis and step, at least 1. Default 1.</param>
public sealed record Segments(int Candidates = 1) : Proposal
{
    /// <summary>Fewest tokens of a segment, at least 1. Default 4.</summary>
    public int Least { get; init; } = 4;

    /// <summary>Most tokens of a segment, at least <see cref="Least"/>. Default 64.</summary>
    public int Most { get; init; } = 64;

    /// <summary>The entropy of the next token, in nats, at which a segment ends; a finite number, at least 0. Default 3.</summary>
    public double Entropy { get; init; } = 3;

    internal override TokenChoice Choice => TokenChoice.Sample;

    internal override int Count => 1;

    // what was refused is gone but for the best
    internal override long MostNodes => (Candidates + 1L) * Most;

    internal override bool ReadsEntropy => true;

    internal override Segments Segmentation => this;

    /// <summary>Whether a segment ends before the next token.</summary>
    internal bool Ends(int tokens, double entropy) => tokens >= Most || (tokens >= Least && entropy >= Entropy);

    internal override void Validate()
    {
        Require.That(Candidates >= 1, nameof(Candidates), "at least 1", Candidates);
        Require.That(Least >= 1, nameof(Least), "at least 1", Least);
        Require.That(Most >= Least, nameof(Most), $"at least the fewest, {Least}", Most);
        Require.That(double.IsFinite(Entropy) && Entropy >= 0, nameof(Entropy), "a finite number, at least 0", Entropy);
    }
}
