using System.Globalization;

namespace DecodeAlign.Cli;

/// <summary>What a text cost: the model's probability, evaluations and time.</summary>
internal static class CostReport
{
    public static void Write(GenerateOutput output, Terminal terminal)
    {
        var page = new PageWriter(terminal.Out, terminal.Width);
        if (Constraint(output) is { } constraint) page.Paragraph($"constraint: {constraint}");
        var cost = output.Statistics;
        page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"{output.Decoder}, seed {output.Seed}: {cost.GeneratedTokens} tokens in {cost.ElapsedSeconds:0.0} s; log P {output.LogProbability:0.00}, score {output.Score:0.00}"));
        page.Paragraph(string.Create(CultureInfo.InvariantCulture,
            $"cost: {cost.TokenEvaluations:N0} token evaluations in {cost.BatchedPasses:N0} passes, {cost.HeuristicCalls:N0} heuristic calls, KV cache at most {cost.PeakKvBytes / 1e6:0.0} MB"));
        SavingsReport.Write(output.Savings, page);
    }

    // what held the text to what was asked: first in words, then in the model's own measure
    private static string? Constraint(GenerateOutput output)
    {
        if (output.MaskLossUntold is { } model) return $"{GenerateReport.Forced(output)}; what it forbade is not known, as '{model}' does not give its whole distribution";
        if (output.LostToMask is not { } lost) return null;
        var (worst, free) = (lost.DefaultIfEmpty().Max(), lost.Count(value => value < 0.01));
        return string.Create(CultureInfo.InvariantCulture,
            $"{GenerateReport.Forced(output)}; it masked less than 1 % of the model's probability at {free} of {lost.Count} tokens{(free < lost.Count ? $", and left {Math.Exp(-worst):0.####%} of it at the worst ({lost.Sum():0.00} nats in total)" : "")}");
    }
}
