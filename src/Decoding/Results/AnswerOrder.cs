namespace DecodeAlign.Decoding;

/// <summary>The selection layer: which of several answers is best. Equal ones keep their order.</summary>
internal static class AnswerOrder
{
    public static IComparer<Answer> ByScore { get; } = By(AnswerSelection.Score);

    /// <summary>Best first: higher value, then higher log P.</summary>
    public static IComparer<Answer> By(AnswerSelection selection) => Comparer<Answer>.Create((left, right) =>
    {
        var byValue = Value(right, selection).CompareTo(Value(left, selection));
        return byValue != 0 ? byValue : right.LogProbability.CompareTo(left.LogProbability);
    });

    private static double Value(Answer answer, AnswerSelection selection) =>
        selection switch
    {
        AnswerSelection.Score => answer.Score,
        AnswerSelection.Confidence => answer.LogProbability / answer.Ids.Count,
        _ => Heuristics(answer),
    };

    /// <summary>h.</summary>
    public static double Heuristics(Answer answer) => answer.Heuristics.Sum(h => h.Weight * h.Value);
}
