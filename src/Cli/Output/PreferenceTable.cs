using System.Globalization;
using DecodeAlign.Decoding;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>What <c>generate --decoder rps</c> prints for people beside the text: every answer, and why the first was kept.</summary>
internal static class PreferenceTable
{
    private const int LongestText = 48;

    public static void Write(PreferenceReport report, Terminal terminal)
    {
        var console = Consoles.Of(terminal.Out, terminal.OutputIsTerminal);
        var table = new Table().Border(TableBorder.Rounded).AddColumn("offset");
        foreach (var name in report.Target.Objectives) table.AddColumn(new TableColumn($"asked {Markup.Escape(name)}").RightAligned());
        foreach (var reward in report.Chosen.Rewards) table.AddColumn(new TableColumn($"got {Markup.Escape(reward.Objective)}").RightAligned());
        table.AddColumn(new TableColumn("v·r").RightAligned()).AddColumn("answer");
        foreach (var answer in report.Answers)
        {
            var text = answer.Answer.Text.Trim().ReplaceLineEndings(" ");
            string[] cells =
            [
                Number(answer.OffsetDegrees, "0.#°"), .. answer.Direction.Weights.Select(weight => Number(weight, "0.00")), .. answer.Rewards.Select(reward => Number(reward.Value, "0.00")),
                Number(answer.Score, "0.000"), text.Length > LongestText ? text[..LongestText] + "…" : text,
            ];
            table.AddRow([.. cells.Select(cell => answer == report.Chosen ? $"[bold]{Markup.Escape(cell)}[/]" : Markup.Escape(cell))]);
        }
        console.Write(table);
        terminal.Out.WriteLine($"kept: {report.Reason}");
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
