namespace DecodeAlign.Decoding;

/// <summary>
/// Adds the likeliest of the tokens that the constraints suggest, since they lead on to what is still required (<see cref="IConstraintSession.Suggest"/>), or the heuristics, where these rank and the model can name tokens
/// (<see cref="IHeuristicSession.Suggest"/>), where they are not among the candidates. Needs <see cref="ModelCapabilities.NamedTokens"/> where there are constraints.
/// </summary>
/// <param name="Inner">What proposes the other candidates.</param>
/// <param name="Suggestions">How many, at least 0.</param>
public sealed record SuggestedTokens(Proposal Inner, int Suggestions) : ProposalDecorator(Inner)
{
    internal override bool IsOneDraw => Suggestions == 0 && Inner.IsOneDraw;

    internal override long MostNodes => Inner.MostNodes + Suggestions;

    internal override IEnumerable<(ModelCapabilities Capability, string Who)> Needs(bool constrained) =>
        constrained && Suggestions > 0 ? [.. Inner.Needs(constrained), (ModelCapabilities.NamedTokens, "candidates that a constraint suggests")] : Inner.Needs(constrained);

    // their log-probabilities are read in the same pass
    internal override EvaluationRequest Ask(SearchGroup group, EvaluationRequest request, TokenMask? allowed, NextTokens next)
    {
        request = Inner.Ask(group, request, allowed, next);
        if (Suggestions == 0) return request;
        next.Suggested = group.Suggested(request.Node, allowed);
        next.SuggestedLogProbabilities = new double[next.Suggested.Length];
        return request with { Named = next.Suggested, NamedLogProbabilities = next.SuggestedLogProbabilities };
    }

    // the likeliest that are not among the others; equal ones by lower id
    internal override ProposedToken[] Complete(NextTokens next, ProposedToken[] chosen)
    {
        chosen = Inner.Complete(next, chosen);
        return next.Suggested.Length == 0 ? chosen :
        [
            .. chosen,
            .. next.Suggested.Zip(next.SuggestedLogProbabilities, (token, value) => new ProposedToken(new(token, value), double.NaN))
                .Where(suggested => !double.IsNegativeInfinity(suggested.Token.LogProbability) && !Array.Exists(chosen, candidate => candidate.Token.Token == suggested.Token.Token))
                .OrderByDescending(suggested => suggested.Token.LogProbability).ThenBy(suggested => suggested.Token.Token).Take(Suggestions),
        ];
    }

    internal override void Validate()
    {
        base.Validate();
        Require.That(Suggestions >= 0, nameof(Suggestions), "at least 0", Suggestions);
    }
}
