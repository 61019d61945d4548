using System.Text.Json.Serialization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Server;

/// <summary>The answers that no other one is at least as good as in every objective.</summary>
/// <param name="Objectives">What they are compared by.</param>
/// <param name="Answers">The front.</param>
/// <param name="Count">Answers in all.</param>
/// <param name="Knee">Which of the front is nearest to the best in everything.</param>
/// <param name="Nash">Which has the greatest product of gains.</param>
/// <param name="MaxMin">Which has the greatest least share.</param>
internal sealed record AnswerFront(
    [property: JsonPropertyName("objectives")] IReadOnlyList<string> Objectives, [property: JsonPropertyName("answers")] IReadOnlyList<AnswerOnFront> Answers, [property: JsonPropertyName("of")] int Count,
    [property: JsonPropertyName("knee")] int Knee, [property: JsonPropertyName("nash")] int Nash, [property: JsonPropertyName("maxMin")] int MaxMin)
{
    /// <summary>Null: the answers were not rated.</summary>
    public static AnswerFront? Of(IReadOnlyList<Answer> answers, SelectionReport? selection)
    {
        if (ParetoFront.Of(answers, selection) is not { } front) return null;
        IReadOnlyList<HeuristicValue> Ratings(int i) => selection?.RatingsOf(answers[i]) ?? answers[i].Heuristics;
        int Place(FrontChoice choice) => front.Members.Index().First(member => member.Item == front.Choose(choice)).Index;
        return new([.. Ratings(0).Select(value => value.Name)], [.. front.Members.Select(member => AnswerOnFront.Of(answers[member], Ratings(member), front.Measure(member)))], answers.Count, Place(FrontChoice.Knee), Place(FrontChoice.Nash), Place(FrontChoice.MaxMin));
    }
}

/// <summary>An answer on the front, and how evenly it serves the objectives.</summary>
internal sealed record AnswerOnFront(
    [property: JsonPropertyName("text")] string Text, [property: JsonPropertyName("values")] IReadOnlyList<double> Values,
    [property: JsonPropertyName("worst")] double Worst, [property: JsonPropertyName("percentile20")] double Percentile20, [property: JsonPropertyName("gini")] double Gini)
{
    public static AnswerOnFront Of(Answer answer, IReadOnlyList<HeuristicValue> ratings, FrontMeasures measures) => new(answer.Text, [.. ratings.Select(value => value.Value)], measures.Worst, measures.Percentile20, measures.Gini);
}
