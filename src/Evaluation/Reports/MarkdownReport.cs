using System.Text;

namespace DecodeAlign.Evaluation;

/// <summary>The figures as Markdown.</summary>
internal static class MarkdownReport
{
    public static string Write(ReportData data)
    {
        var text = new StringBuilder();
        text.Append("# Evaluation\n\n").Append(Figures.Setup(data)).Append("\n\n").Append(Figures.How).Append('\n');
        if (data.Notes.Count > 0) text.Append('\n').AppendJoin('\n', data.Notes.Select(note => $"- {note}")).Append('\n');
        if (data.Comparisons.Count > 0)
        {
            text.Append("\n## The best search against the best baseline\n\n");
            Table(text, Figures.ComparisonColumns, data.Comparisons.Select(Figures.Of));
        }
        foreach (var task in data.Tasks)
        {
            text.Append("\n## ").Append(task.Name).Append("\n\n").Append(Figures.Setup(task)).Append("\n\n");
            Table(text, Figures.Columns, task.Rows.Select(Figures.Of));
        }
        return text.ToString();
    }

    private static void Table(StringBuilder text, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        text.Append("| ").AppendJoin(" | ", columns).Append(" |\n|").Append(string.Concat(columns.Select(_ => "---|"))).Append('\n');
        foreach (var row in rows) text.Append("| ").AppendJoin(" | ", row.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");
    }
}
