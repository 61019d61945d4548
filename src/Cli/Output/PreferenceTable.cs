using System.Globalization;
using DecodeAlign.Decoding;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DecodeAlign.Cli;

/// <summary>What <c>generate --decoder rps -v</c> prints for people beside the text: every answer with what was asked of it and what it has; as a table where there is room, otherwise one below the other.</summary>
internal static class PreferenceTable
{
    private const int LongestText = 48, NarrowestText = 30, Asked = 6, Got = 4, Number = 6, Padding = 3;

    public static void Write(PreferenceReport report, Terminal terminal)
    {
        // each objective has two columns, asked and got, beside the offset and v·r
        var numbers = (2 * (Number + Padding)) + report.Target.Objectives.Sum(name => Asked + name.Length + Padding) + report.Chosen.Rewards.Sum(reward => Got + reward.Objective.Length + Padding);
        Consoles.Out(terminal).Write(terminal.Width > numbers + NarrowestText + Padding ? Wide(report) : Narrow(report));
    }

    private static Table Wide(PreferenceReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("offset");
        foreach (var name in report.Target.Objectives) table.AddColumn(new TableColumn($"asked {Markup.Escape(name)}").RightAligned());
        foreach (var reward in report.Chosen.Rewards) table.AddColumn(new TableColumn($"got {Markup.Escape(reward.Objective)}").RightAligned());
        table.AddColumn(new TableColumn("v·r").RightAligned()).AddColumn("answer");
        foreach (var answer in report.Answers)
        {
            string[] cells = [Offset(answer), .. answer.Direction.Weights.Select(Short), .. answer.Rewards.Select(reward => Short(reward.Value)), Text(answer.Score, "0.000"), Beginning(answer)];
            table.AddRow([.. cells.Select(cell => answer == report.Chosen ? $"[bold]{Markup.Escape(cell)}[/]" : Markup.Escape(cell))]);
        }
        return table;
    }

    private static Grid Narrow(PreferenceReport report)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(0, 0, 2, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        foreach (var answer in report.Answers)
        {
            var asked = answer.Direction.Objectives.Zip(answer.Direction.Weights, (name, weight) => $"{name} {Short(weight)}");
            var got = answer.Rewards.Select(reward => $"{reward.Objective} {Short(reward.Value)}");
            IRenderable[] lines = [new Paragraph($"v·r {Text(answer.Score, "0.000")} at {Offset(answer)}"), new Paragraph($"asked {string.Join(", ", asked)}"), new Paragraph($"got {string.Join(", ", got)}"), new Paragraph(Beginning(answer))];
            grid.AddRow(new Paragraph(answer == report.Chosen ? "kept" : ""), new Rows(lines));
        }
        return grid;
    }

    private static string Beginning(PreferenceAnswer answer)
    {
        var text = answer.Answer.Text.Trim().ReplaceLineEndings(" ");
        return text.Length > LongestText ? text[..LongestText] + "…" : text;
    }

    private static string Offset(PreferenceAnswer answer) => Text(answer.OffsetDegrees, "0.#°");

    private static string Short(double value) => Text(value, "0.00");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
