using System.Text;

namespace DecodeAlign.Decoding;

/// <summary>The selection layer: which of several answers is best. Equal ones keep their order.</summary>
internal static class AnswerOrder
{
    public static IComparer<Answer> ByScore { get; } = By(AnswerSelection.Score);

    /// <summary>Best first: higher value, then higher log P.</summary>
    /// <param name="selection">By what.</param>
    /// <param name="regularization">β of what is regularised; not used elsewhere.</param>
    public static IComparer<Answer> By(AnswerSelection selection, double regularization = 0) => Comparer<Answer>.Create((left, right) =>
    {
        var byValue = Value(right, selection, regularization).CompareTo(Value(left, selection, regularization));
        return byValue != 0 ? byValue : right.LogProbability.CompareTo(left.LogProbability);
    });

    private static double Value(Answer answer, AnswerSelection selection, double regularization) =>
        selection switch
        {
            AnswerSelection.Score => answer.Score,
            AnswerSelection.Confidence => answer.LogProbability / answer.Ids.Count,
            AnswerSelection.Divergence => Heuristics(answer) + regularization * answer.LogProbability,
            AnswerSelection.Length => Heuristics(answer) - regularization * Length(answer),
            _ => Heuristics(answer),
        };

    /// <summary>h.</summary>
    public static double Heuristics(Answer answer) => answer.Heuristics.Sum(h => h.Weight * h.Value);

    private static int Length(Answer answer) => answer.Ids.Count > 0 ? answer.Ids.Count : Encoding.UTF8.GetByteCount(answer.Text);
}
