using System.Globalization;
using System.Text.Json.Serialization;
using DecodeAlign.Decoding;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>An answer on the front, and how evenly it serves the objectives.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Values">Each objective's value.</param>
/// <param name="LogProbability">log P.</param>
/// <param name="Worst">The least of its shares of what each objective has on the front.</param>
/// <param name="Percentile20">The 20th percentile of the shares.</param>
/// <param name="Gini">Gini's coefficient of the shares.</param>
/// <param name="Weights">A sweep's shares of the weights under which it was written; null: there was no sweep.</param>
internal sealed record FrontAnswer(string Text, IReadOnlyList<double> Values, double LogProbability, double Worst, double Percentile20, double Gini, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? Weights);

/// <summary>What <c>--front</c> prints: the answers that no other one is at least as good as in every objective.</summary>
/// <param name="Objectives">The heuristics, or a preference's objectives.</param>
/// <param name="Answers">The front, in the order of the answers.</param>
/// <param name="Of">Answers in all.</param>
/// <param name="Hypervolume">Above the least value of each objective among all answers.</param>
/// <param name="Knee">Which of the front is nearest to the best in everything.</param>
/// <param name="Nash">Which has the greatest product of gains.</param>
/// <param name="MaxMin">Which has the greatest least share.</param>
internal sealed record FrontOutput(IReadOnlyList<string> Objectives, IReadOnlyList<FrontAnswer> Answers, int Of, double Hypervolume, int Knee, int Nash, int MaxMin)
{
    private const int LongestText = 48;

    /// <summary>Values of the answers that are not on it.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Dominated { get; init; }

    /// <summary>Of each objective, whether less is better.</summary>
    [JsonIgnore]
    public IReadOnlyList<bool> IsLessBetter { get; init; } = [];

    /// <summary>Null: the answers were not rated.</summary>
    public static FrontOutput? From(DecodingResult result)
    {
        if (ParetoFront.Of(result) is not { } front) return null;
        var ratings = result.Answers.Select(answer => ParetoFront.Ratings(result, answer)).ToList();
        bool[] less = [.. ratings[0].Select(value => value.Weight < 0)];
        double[] least = [.. less.Select((isLess, o) => ratings.Min(values => isLess ? -values[o].Value : values[o].Value))];
        var points = (result.Selection as SweepReport)?.Points;
        double[] Values(int i) => [.. ratings[i].Select(value => value.Value)];
        int Place(FrontChoice choice) => front.Members.Index().First(member => member.Item == front.Choose(choice)).Index;
        return new(
            [.. ratings[0].Select(value => value.Name)],
            [.. front.Members.Select(member => Answer(result.Answers[member], Values(member), front.Measure(member), points?[member].Shares))],
            result.Answers.Count, less.Length <= 8 ? front.Hypervolume(least) : double.NaN, Place(FrontChoice.Knee), Place(FrontChoice.Nash), Place(FrontChoice.MaxMin))
        {
            Dominated = [.. Enumerable.Range(0, ratings.Count).Except(front.Members).Select(Values)],
            IsLessBetter = less,
        };

        static FrontAnswer Answer(Answer answer, double[] values, FrontMeasures measures, IReadOnlyList<double>? weights) => new(answer.Text, values, answer.LogProbability, measures.Worst, measures.Percentile20, measures.Gini, weights);
    }

    public void Write(Terminal terminal)
    {
        new PageWriter(terminal.Out, terminal.Width).Paragraph(string.Create(CultureInfo.InvariantCulture, $"{Answers.Count} of {Of} answers are on the front of {string.Join(", ", Objectives)}: no other is at least as good in all. Hypervolume {Hypervolume:0.###}."));
        var table = new Table().Border(TableBorder.Rounded);
        if (Answers.Any(answer => answer.Weights is not null)) table.AddColumn(new TableColumn("weights").RightAligned());
        foreach (var column in (string[])[.. Objectives, "worst", "20 %", "Gini"]) table.AddColumn(new TableColumn(Markup.Escape(column)).RightAligned());
        table.AddColumn("answer");
        foreach (var (index, answer) in Answers.Index())
        {
            var text = answer.Text.Trim().ReplaceLineEndings(" ");
            string[] cells =
            [
                .. answer.Weights is { } weights ? new[] { string.Join(' ', weights.Select(weight => Number(weight, "0.##"))) } : [],
                .. answer.Values.Select(value => Number(value)), Number(answer.Worst), Number(answer.Percentile20), Number(answer.Gini),
                Choices(index) + (text.Length > LongestText ? text[..LongestText] + "…" : text),
            ];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }
        Consoles.Out(terminal).Write(table);
        if (Objectives.Count > 1) FrontPlot.Write(this, terminal.Out);
    }

    // what each rule chooses
    private string Choices(int index)
    {
        (string Name, int Chosen)[] rules = [("knee", Knee), ("Nash", Nash), ("max-min", MaxMin)];
        string[] names = [.. rules.Where(rule => rule.Chosen == index).Select(rule => rule.Name)];
        return names.Length == 0 ? "" : $"({string.Join(", ", names)}) ";
    }

    private static string Number(double value, string format = "0.###") => value.ToString(format, CultureInfo.InvariantCulture);
}
