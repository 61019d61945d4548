using System.Globalization;
using System.Net;
using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>A comparison as one page that asks for nothing from elsewhere, and runs no script.</summary>
internal static class ComparisonPage
{
    public static string Write(ComparisonReport report)
    {
        var page = new StringBuilder();
        HtmlReport.Begin(page, "comparison");
        page.Append("<h1>Comparison</h1>\n<p>").Append(Text(Setup(report))).Append("</p>\n");
        Plots(page, report);
        HtmlReport.Table(page, Columns(report), report.Decoders.Select(decoder => Row(report, decoder)));
        for (var p = 0; p < report.Prompts.Count; p++)
        {
            var number = p;
            page.Append("<h2>").Append(Text(report.Prompts[p])).Append("</h2>\n");
            HtmlReport.Texts(page, report.Decoders.Select(decoder => (decoder.Decoder, decoder.Texts[number].Text, Words(decoder.Texts[number]))));
        }
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    public static string[] Columns(ComparisonReport report) =>
        [.. new[] { "decoder", report.Heuristics.Count > 0 ? "reward" : null, report.Unseen is null ? null : "unseen", "log P", "evaluations", "passes", "seconds" }.OfType<string>()];

    public static string[] Row(ComparisonReport report, ComparisonRow decoder) =>
    [
        decoder.Decoder, .. report.Heuristics.Count > 0 ? [Number(decoder.Reward!.Value)] : Array.Empty<string>(), .. report.Unseen is null ? Array.Empty<string>() : [Number(decoder.Unseen!.Value)],
        decoder.LogProbability.ToString("0.0", CultureInfo.InvariantCulture), Whole(decoder.Evaluations), Whole(decoder.Passes), decoder.Seconds.ToString("0.00", CultureInfo.InvariantCulture),
    ];

    public static string Setup(ComparisonReport report) => string.Create(
        CultureInfo.InvariantCulture,
        $"{report.Prompts.Count} {(report.Prompts.Count == 1 ? "prompt" : "prompts")}, texts of at most {report.MaxTokens} tokens, seed {report.Seed}{(report.Heuristics.Count > 0 ? $"; searches rank by {string.Join(", ", report.Heuristics)}" : "")}{(report.Unseen is null ? "" : $"; unseen: {report.Unseen}")}{(report.Budget > 0 ? $"; each decoder is fitted to {report.Budget} token evaluations a text where it has a setting to spend them by" : "")}. Means over the prompts.");

    private static void Plots(StringBuilder page, ComparisonReport report)
    {
        if (report.Heuristics.Count == 0) return;
        page.Append("<div class=\"plots\">\n");
        Plot("Reward against cost", "token evaluations a text", "reward", decoder => decoder.Evaluations, decoder => decoder.Reward!.Value, logarithmic: true);
        Plot("Reward against −log P", "−log P of a text, nats", "reward", decoder => -decoder.LogProbability, decoder => decoder.Reward!.Value, logarithmic: false);
        if (report.Unseen is not null) Plot("Unseen against seen", "reward", "unseen", decoder => decoder.Reward!.Value, decoder => decoder.Unseen!.Value, logarithmic: false);
        page.Append("</div>\n<p class=\"legend\">Names show when pointed at; there are too few prompts for intervals here, which decodealign eval has.</p>\n");

        void Plot(string title, string x, string y, Func<ComparisonRow, double> across, Func<ComparisonRow, double> up, bool logarithmic) =>
            page.Append(ScatterPlot.Draw(title, x, y, [.. report.Decoders.Select(decoder => new PlotPoint(decoder.Decoder, DecoderRole.Search, across(decoder), new(up(decoder), up(decoder), up(decoder))))], logarithmic));
    }

    private static string Words(ComparisonText text) => string.Create(
        CultureInfo.InvariantCulture, $"{(text.Reward is { } reward ? $"reward {reward:0.###}, " : "")}{(text.Unseen is { } unseen ? $"unseen {unseen:0.###}, " : "")}log P {text.LogProbability:0.0}, {text.Evaluations} evaluations");

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Whole(double value) => value.ToString("0", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
