namespace DecodeAlign.Decoding;

/// <summary>The most likely tokens of the distribution; equal ones by lower id.</summary>
/// <param name="Candidates">How many (k), at least 1. More than the vocabulary: all of it.</param>
public sealed record TopTokens(int Candidates) : Proposal
{
    internal override TokenChoice Choice => TokenChoice.Top;

    internal override int Count => Candidates;

    internal override void Validate() => Require.That(Candidates >= 1, nameof(Candidates), "at least 1", Candidates);
}
