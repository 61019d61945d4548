namespace DecodeAlign.Decoding;

/// <summary>Candidates that the constraints suggest, beside those that the model finds likely.</summary>
internal static class Suggestions
{
    /// <summary>Has their log-probabilities read in the same pass.</summary>
    public static EvaluationRequest Ask(SearchGroup group, EvaluationRequest request, TokenMask? allowed, NextTokens next)
    {
        next.Suggested = group.Constraints.Suggested(request.Node, allowed);
        next.SuggestedLogProbabilities = new double[next.Suggested.Length];
        return request with { Named = next.Suggested, NamedLogProbabilities = next.SuggestedLogProbabilities };
    }

    /// <summary>The chosen candidates and the likeliest of those suggested that are not among them; equal ones by lower id.</summary>
    public static TokenLogProbability[] Add(NextTokens next, TokenLogProbability[] chosen, int most) => next.Suggested.Length == 0 ? chosen :
    [
        .. chosen,
        .. next.Suggested.Zip(next.SuggestedLogProbabilities, (token, value) => new TokenLogProbability(token, value))
            .Where(suggested => !double.IsNegativeInfinity(suggested.LogProbability) && !Array.Exists(chosen, candidate => candidate.Token == suggested.Token))
            .OrderByDescending(suggested => suggested.LogProbability).ThenBy(suggested => suggested.Token).Take(most),
    ];
}
