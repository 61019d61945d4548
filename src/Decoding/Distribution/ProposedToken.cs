namespace DecodeAlign.Decoding;

/// <summary>A token that was chosen as a candidate.</summary>
/// <param name="Token">The token, with the model's own log-probability.</param>
/// <param name="LogProposal">Where it was drawn, or chosen from a mixture: log q, of the distribution that it is of; otherwise no number.</param>
internal readonly record struct ProposedToken(TokenLogProbability Token, double LogProposal);
