namespace DecodeAlign.Decoding;

/// <summary>Composes proposals.</summary>
public static class Proposals
{
    /// <summary>Adds up to <paramref name="count"/> of the tokens that the constraints suggest (<see cref="SuggestedTokens"/>).</summary>
    public static Proposal WithSuggestions(this Proposal proposal, int count) => new SuggestedTokens(proposal, count);

    /// <summary>Passes over candidates that would repeat <paramref name="tokens"/> tokens in a row (<see cref="Decoding.WithoutRepeats"/>).</summary>
    public static Proposal WithoutRepeats(this Proposal proposal, int tokens) => new WithoutRepeats(proposal, tokens);

    /// <summary>Searches at every <paramref name="tokens"/>-th token only (<see cref="Decoding.AtIntervals"/>).</summary>
    public static Proposal AtIntervals(this Proposal proposal, int tokens) => new AtIntervals(proposal, tokens);

    /// <summary>Searches only where the next token's entropy reaches so many nats (<see cref="Decoding.WhereUncertain"/>).</summary>
    public static Proposal WhereUncertain(this Proposal proposal, double entropy) => new WhereUncertain(proposal, entropy);
}
