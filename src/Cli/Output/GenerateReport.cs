using System.Globalization;
using Spectre.Console;

namespace DecodeAlign.Cli;

/// <summary>What <c>generate</c> prints for people: the text, then what was asked and what it cost.</summary>
internal static class GenerateReport
{
    private const string Dim = "\e[2m", Plain = "\e[0m";

    /// <param name="output">What came of it.</param>
    /// <param name="prompt">The prompt, printed with the text; null: both were printed already.</param>
    /// <param name="quiet">Whether the text is all.</param>
    /// <param name="terminal">Where to.</param>
    public static void Write(GenerateOutput output, string? prompt, bool quiet, Terminal terminal)
    {
        var console = Consoles.Of(terminal.Out, terminal.OutputIsTerminal);
        var colour = console.Profile.Capabilities.Ansi;
        if (prompt is not null) terminal.Out.WriteLine($"{(colour ? Dim : "")}{prompt}{(colour ? Plain : "")}{output.Text}");
        if (quiet) return;
        terminal.Out.WriteLine();
        if (output.Requirements.Count > 0) console.Write(Asked(output));
        if (output.Heuristics.Count > 0) console.Write(Heuristics(output));
        WriteConstraint(output, terminal.Out);
        WriteCost(output, terminal.Out);
        SavingsReport.Write(output.Savings, terminal.Out);
        if (output.Unmet.Count > 0) terminal.Error.WriteLine($"not met: {string.Join("; ", output.Unmet)}");
    }

    private static Table Asked(GenerateOutput output)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("asked", "met", "how");
        foreach (var requirement in output.Requirements)
            table.AddRow(Markup.Escape(requirement.Asked), requirement.Met ? "[green]yes[/]" : "[red]no[/]", Markup.Escape(requirement.How));
        return table;
    }

    // they have a say in the search, or only look at the finished text
    private static Table Heuristics(GenerateOutput output)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn(output.Ranks ? "ranked by" : "measured").AddColumn(new TableColumn("value").RightAligned());
        if (output.Ranks) table.AddColumn(new TableColumn("weight").RightAligned());
        table.AddColumn("met");
        foreach (var heuristic in output.Heuristics)
            table.AddRow([
                Markup.Escape(heuristic.Name), Number(heuristic.Value, "0.###"), .. output.Ranks ? new[] { Number(heuristic.Weight, "0.###") } : [],
                heuristic.Satisfied switch { true => "yes", false => "no", null => "" }]);
        return table;
    }

    // what held the text to what was asked: first in words, then in the model's own measure
    private static void WriteConstraint(GenerateOutput output, TextWriter writer)
    {
        if (output.MaskLossUntold is { } model) writer.WriteLine($"constraint: {Forced(output)}; what it forbade is not known, as '{model}' does not give its whole distribution");
        if (output.LostToMask is not { } lost) return;
        var (worst, free) = (lost.DefaultIfEmpty().Max(), lost.Count(value => value < 0.01));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"constraint: {Forced(output)}; it took next to nothing of the model's probability before {free} of {lost.Count} tokens{(free < lost.Count ? $", and left {Math.Exp(-worst):0.####%} of it before the worst ({lost.Sum():0.00} nats lost in all)" : "")}"));
    }

    private static string Forced(GenerateOutput output) => output.Forced.Count switch
    {
        0 => "no token had to be forced",
        1 => $"1 of {output.Ids.Count} tokens had to be forced",
        var count => $"{count} of {output.Ids.Count} tokens had to be forced",
    };

    private static void WriteCost(GenerateOutput output, TextWriter writer)
    {
        var cost = output.Statistics;
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{output.Decoder}, seed {output.Seed}: {cost.GeneratedTokens} tokens in {cost.ElapsedSeconds:0.0} s, ended by {Ending(output)}; log P {output.LogProbability:0.00}, score {output.Score:0.00}"));
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"cost: {cost.TokenEvaluations:N0} token evaluations in {cost.BatchedPasses:N0} passes, {cost.HeuristicCalls:N0} heuristic calls, KV cache at most {cost.PeakKvBytes / 1e6:0.0} MB"));
    }

    private static string Ending(GenerateOutput output) => output.FinishReason switch
    {
        Decoding.FinishReason.Eos => "the model",
        Decoding.FinishReason.Constraint => "the constraint",
        Decoding.FinishReason.Length => "the token limit",
        Decoding.FinishReason.Stop => "a stop text",
        Decoding.FinishReason.Deadline => "the deadline",
        Decoding.FinishReason.Budget => "the budget",
        _ => "an interrupt",
    };

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
