using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace DecodeAlign.Evaluation;

/// <summary>The figures and their plots as one page that asks for nothing from elsewhere, and runs no script.</summary>
internal static partial class HtmlReport
{
    public static string Write(ReportData data)
    {
        var page = new StringBuilder();
        Begin(page, "evaluation");
        page.Append("<h1>Evaluation</h1>\n<p>").Append(Text(Figures.Setup(data))).Append("</p>\n");
        if (data.Notes.Count > 0) page.Append("<ul class=\"notes\">\n").Append(string.Concat(data.Notes.Select(note => $"<li>{Text(note)}</li>\n"))).Append("</ul>\n");
        if (data.Comparisons.Count > 0)
        {
            page.Append("<h2>The best search against the best baseline</h2>\n");
            Table(page, Figures.ComparisonColumns, data.Comparisons.Select(Figures.Of));
        }
        foreach (var task in data.Tasks) Task(page, task);
        page.Append("<h2>How to read this</h2>\n<p>").Append(Text(Figures.How)).Append("</p>\n</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void Task(StringBuilder page, ReportTask task)
    {
        page.Append("<h2>").Append(Text(task.Name)).Append("</h2>\n<p>").Append(Code().Replace(Text(Figures.Setup(task)), "<code>$1</code>")).Append("</p>\n");
        page.Append("<p class=\"legend\"><span class=\"search\">●</span> search <span class=\"baseline\">■</span> baseline <span class=\"reference\">▲</span> reference; bars are 95 % intervals, names show when pointed at</p>\n<div class=\"plots\">\n");
        bool open = task.Rows.All(row => row.TestJudge is not null);
        Interval Unseen(ReportRow row) => open ? row.TestJudge!.Value : row.DevJudge;
        var unseen = open ? "test judge" : "dev judge";
        Plot(page, task, "Reward against cost", "token evaluations a text", "reward", row => row.Evaluations, row => row.Reward, logarithmic: true);
        Plot(page, task, $"Unseen ({unseen}) against cost", "token evaluations a text", unseen, row => row.Evaluations, Unseen, logarithmic: true);
        Plot(page, task, "Unseen against seen", "reward", unseen, row => row.Reward.Mean, Unseen, logarithmic: false);
        Plot(page, task, "Unseen against −log P", "−log P of a text, nats", unseen, row => row.NegativeLogProbability, Unseen, logarithmic: false);
        Plot(page, task, "Unseen against repetition", "rep-4", unseen, row => row.Rep4, Unseen, logarithmic: false);
        page.Append("</div>\n");
        Table(page, Figures.Columns, task.Rows.Select(Figures.Of));
    }

    private static void Plot(StringBuilder page, ReportTask task, string title, string x, string y, Func<ReportRow, double> across, Func<ReportRow, Interval> up, bool logarithmic) =>
        page.Append(ScatterPlot.Draw(title, x, y, [.. task.Rows.Select(row => new PlotPoint(row.Decoder, row.Role, across(row), up(row)))], logarithmic));

    internal static void Table(StringBuilder page, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        page.Append("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"figures\"><table>\n<thead><tr>").Append(string.Concat(columns.Select(column => $"<th scope=\"col\">{Text(column)}</th>"))).Append("</tr></thead>\n<tbody>\n");
        foreach (var row in rows) page.Append("<tr>").Append(string.Concat(row.Select((cell, i) => i == 0 ? $"<th scope=\"row\">{Text(cell)}</th>" : $"<td>{Text(cell)}</td>"))).Append("</tr>\n");
        page.Append("</tbody></table></div>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Texts side by side, each with what stands above it and in small letters below.</summary>
    /// <param name="page">The page.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="id">What their ids begin with, before a number from 1; null: they have none.</param>
    internal static void Texts(StringBuilder page, IEnumerable<(string Head, string Text, string Note)> texts, string? id = null) =>
        page.Append("<div class=\"texts\">\n").Append(string.Concat(texts.Select((text, i) => $"<section{(id is null ? "" : $" id=\"{id}-{i + 1}\"")}>{(text.Head.Length > 0 ? $"<h3>{Text(text.Head)}</h3>" : "")}<p>{Text(text.Text.Trim())}</p><p class=\"note\">{Text(text.Note)}</p></section>\n"))).Append("</div>\n");

    /// <summary>All that stands before a page's heading.</summary>
    internal static void Begin(StringBuilder page, string title)
    {
        using var style = new StreamReader(typeof(HtmlReport).Assembly.GetManifestResourceStream("DecodeAlign.Evaluation.Reports.report.css")!);
        page.Append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>DecodeAlign ").Append(title).Append("</title>\n<style>\n")
            .Append(style.ReadToEnd()).Append("</style>\n</head>\n<body>\n<main>\n");
    }

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code();
}
