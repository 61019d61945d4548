using System.Globalization;
using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>The front of a result's answers as one page that asks for nothing from elsewhere, and runs no script: each pair of objectives as a picture, how evenly each answer of the front serves them, what rules would choose, and all texts.</summary>
public static class FrontPage
{
    private const int MostPlots = 10;

    /// <summary>Makes the page.</summary>
    /// <param name="result">What came of a request, with several answers: of <c>best-of</c>, <c>rps</c>, a beam, a sweep of weights.</param>
    /// <returns>The page; null: the answers were not rated, as where there are no heuristics (<see cref="ParetoFront.Of(DecodingResult)"/>).</returns>
    public static string? ToHtml(DecodingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (ParetoFront.Of(result) is not { } front) return null;
        var ratings = result.Answers.Select(answer => ParetoFront.Ratings(result, answer)).ToList();
        var objectives = ratings[0].Select((value, o) => new FrontObjective(value.Name, value.Weight < 0, [.. ratings.Select(values => values[o].Value)])).ToList();
        int[] below = [.. Enumerable.Range(0, ratings.Count).Except(front.Members)];
        var page = new StringBuilder();
        HtmlReport.Begin(page, "front");
        page.Append("<h1>Front</h1>\n<p>").Append(PlotFrame.Text(Setup(result, front, objectives))).Append("</p>\n<p>").Append(PlotFrame.Text(result.Prompt)).Append("</p>\n");
        Plots(page, front, objectives);
        HtmlReport.Table(page, Columns(result, objectives), front.Members.Select((member, i) => Row(result, front, objectives, member, i)));
        page.Append("<p class=\"legend\">Worst, 20 % and Gini are of an answer's shares: 0 for the least that an objective has on the front, 1 for the greatest. The knee is the nearest to the best in all, Nash's choice has the greatest product of shares, max-min the greatest least share.</p>\n<h2>On the front</h2>\n");
        HtmlReport.Texts(page, front.Members.Select((member, i) => (Name(front, member, i), result.Answers[member].Text, Values(objectives, result, member))), "answer");
        if (below.Length > 0)
        {
            page.Append("<details>\n<summary>").Append(CultureInfo.InvariantCulture, $"{below.Length} dominated").Append("</summary>\n");
            HtmlReport.Texts(page, below.Select(i => ("", result.Answers[i].Text, Values(objectives, result, i))));
            page.Append("</details>\n");
        }
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Plots(StringBuilder page, ParetoFront front, List<FrontObjective> objectives)
    {
        var pairs = objectives.SelectMany((_, x) => Enumerable.Range(x + 1, objectives.Count - x - 1).Select(y => (X: objectives[x], Y: objectives[y]))).ToList();
        if (pairs.Count == 0) return;
        page.Append("<div class=\"plots\">\n");
        foreach (var (x, y) in pairs.Take(MostPlots)) page.Append(FrontPlot.Draw(x, y, front.Members, isWhole: objectives.Count == 2));
        page.Append("</div>\n<p class=\"legend\"><span class=\"search\">●</span> on the front <span class=\"baseline\">■</span> the answer <span class=\"reference\">▲</span> dominated; better is to the right and upwards. Values show when pointed at, and a number leads to its text.")
            .Append(pairs.Count > MostPlots ? string.Create(CultureInfo.InvariantCulture, $" The first {MostPlots} of {pairs.Count} pairs of objectives.") : objectives.Count == 2 ? " Left of and below the line everything is dominated." : "").Append("</p>\n");
    }

    private static string Setup(DecodingResult result, ParetoFront front, List<FrontObjective> objectives)
    {
        double[] least = [.. objectives.Select(objective => objective.Values.Min(objective.Worth))];
        var volume = objectives.Count <= 8 ? string.Create(CultureInfo.InvariantCulture, $" Hypervolume above the least value of each: {front.Hypervolume(least):0.###}.") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{front.Members.Count} of {result.Answers.Count} answers of {result.Decoder} are on the front of {string.Join(", ", objectives.Select(objective => objective.Title))}: no other is at least as good as one of them in all, and better in one.{volume}");
    }

    private static string[] Columns(DecodingResult result, List<FrontObjective> objectives) =>
        ["answer", .. result.Selection is SweepReport ? ["weights"] : Array.Empty<string>(), .. objectives.Select(objective => objective.Title), "worst", "20 %", "Gini", "log P"];

    private static string[] Row(DecodingResult result, ParetoFront front, List<FrontObjective> objectives, int member, int index)
    {
        var measures = front.Measure(member);
        return
        [
            Name(front, member, index), .. result.Selection is SweepReport sweep ? [string.Join(" ", sweep.Points[member].Shares.Select(share => Number(share, "0.##")))] : Array.Empty<string>(),
            .. objectives.Select(objective => Number(objective.Values[member])), Number(measures.Worst), Number(measures.Percentile20), Number(measures.Gini), Number(result.Answers[member].LogProbability, "0.0"),
        ];
    }

    // its number, and what would choose it
    private static string Name(ParetoFront front, int member, int index)
    {
        (string Rule, FrontChoice Choice)[] rules = [("knee", FrontChoice.Knee), ("Nash", FrontChoice.Nash), ("max-min", FrontChoice.MaxMin)];
        string[] names = [.. member == 0 ? ["the answer"] : Array.Empty<string>(), .. rules.Where(rule => front.Choose(rule.Choice) == member).Select(rule => rule.Rule)];
        return string.Create(CultureInfo.InvariantCulture, $"{index + 1}{(names.Length == 0 ? "" : $" ({string.Join(", ", names)})")}");
    }

    private static string Values(List<FrontObjective> objectives, DecodingResult result, int answer) =>
        $"{string.Join(", ", objectives.Select(objective => $"{objective.Name} {Number(objective.Values[answer])}"))}, log P {Number(result.Answers[answer].LogProbability, "0.0")}";

    private static string Number(double value, string format = "0.###") => value.ToString(format, CultureInfo.InvariantCulture).Replace('-', '−');
}
