using System.Globalization;
using DecodeAlign.Decoding;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>What <c>generate</c> prints for people: the text, then in words what was asked and how it came about, then, where they are wanted, numbers.</summary>
internal static class GenerateReport
{
    private const string Dim = "\e[2m", Plain = "\e[0m";

    /// <param name="output">What came of it.</param>
    /// <param name="prompt">What is printed before the text.</param>
    /// <param name="wraps">Whether lines of a text without a form of its own are broken between words, where they are longer than the terminal's.</param>
    /// <param name="terminal">Where to.</param>
    public static void WriteText(GenerateOutput output, string prompt, bool wraps, Terminal terminal)
    {
        var colour = prompt.Length > 0 && Consoles.Out(terminal).Profile.Capabilities.Ansi;
        var text = wraps && output.IsProse && terminal.OutputIsTerminal ? WrappedText.At(prompt + output.Text, terminal.Width) : prompt + output.Text;
        terminal.Out.WriteLine($"{(colour ? Dim : "")}{text[..prompt.Length]}{(colour ? Plain : "")}{text[prompt.Length..]}");
    }

    /// <param name="output">What came of it.</param>
    /// <param name="chosen">How it was chosen among answers to a preference; null: it was not.</param>
    /// <param name="numbers">Whether values and costs are told.</param>
    /// <param name="terminal">Where to.</param>
    public static void Write(GenerateOutput output, SelectionReport? chosen, bool numbers, Terminal terminal)
    {
        var console = Consoles.Out(terminal);
        terminal.Out.WriteLine();
        if (output.Requirements.Count > 0) console.Write(Requirements(output));
        var page = new PageWriter(terminal.Out, terminal.Width);
        foreach (var heuristic in Told(output)) page.Paragraph($"{(output.RanksBy(heuristic) ? "ranked by" : "measured")} {heuristic.Name}: {Number(heuristic.Value)}");
        if (chosen is not null) page.Paragraph($"kept 1 of {(chosen is PreferenceReport preferred ? preferred.Answers.Count : output.Answers?.Count)} answers: {chosen.Reason}");
        page.Paragraph($"It took {output.Statistics.ElapsedSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s; {Ending(output)} ended the text{(output.Forced.Count > 0 ? $"; {Forced(output)}" : "")}.{(numbers ? "" : " (-v: numbers)")}");
        output.Front?.Write(terminal);
        if (!numbers) return;
        terminal.Out.WriteLine();
        if (output.Heuristics.Count > 0) console.Write(Heuristics(output));
        if (chosen is PreferenceReport preference) PreferenceTable.Write(preference, terminal);
        CostReport.Write(output, terminal);
    }

    /// <summary>What is said of forced tokens.</summary>
    public static string Forced(GenerateOutput output) => output.Forced.Count switch
    {
        0 => "no token had to be forced",
        var count => $"{count} of {output.Ids.Count} tokens had to be forced",
    };

    private static Grid Requirements(GenerateOutput output)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap().Padding(0, 0, 2, 0)).AddColumn(new GridColumn().Padding(0, 0, 0, 0));
        foreach (var requirement in output.Requirements)
            grid.AddRow(requirement.Met ? "[green]met[/]" : "[red]not met[/]", Markup.Escape($"{requirement.Asked}: {requirement.How}"));
        return grid;
    }

    // what serves a requirement is told where it had a say; what was asked for, always
    private static IEnumerable<HeuristicValue> Told(GenerateOutput output) =>
        output.Heuristics.Index().Where(one => one.Index >= output.OfRequirements ? one.Item.Weight != 0 || !output.Ranks : output.RanksBy(one.Item)).Select(one => one.Item);

    private static Table Heuristics(GenerateOutput output)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("heuristic").AddColumn(new TableColumn("value").RightAligned()).AddColumn(new TableColumn("weight").RightAligned()).AddColumn("met");
        foreach (var heuristic in output.Heuristics)
            table.AddRow(
                Markup.Escape(heuristic.Name), Number(heuristic.Value), output.RanksBy(heuristic) ? Number(heuristic.Weight) : "measured only",
                heuristic.Satisfied switch { true => "yes", false => "no", null => "" });
        return table;
    }

    private static string Ending(GenerateOutput output) => output.FinishReason switch
    {
        FinishReason.Eos => "the model",
        FinishReason.Constraint => "the constraint",
        FinishReason.Length => "the token limit",
        FinishReason.Stop => "a stop text",
        FinishReason.Deadline => "the deadline",
        FinishReason.Budget => "the budget",
        _ => "an interrupt",
    };

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
