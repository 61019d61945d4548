namespace DecodeAlign.Decoding;

/// <summary>Tokens sampled from the distribution, without replacement.</summary>
/// <param name="Candidates">How many (k), at least 1. More than the vocabulary: all of it.</param>
public sealed record SampledTokens(int Candidates = 1) : Proposal
{
    internal override TokenChoice Choice => TokenChoice.Sample;

    internal override int Count => Candidates;

    internal override void Validate() => Require.That(Candidates >= 1, nameof(Candidates), "at least 1", Candidates);
}
