using System.Globalization;
using System.Text;
using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>A comparison as a table in Markdown: what each decoder is for, what its texts are worth, how far from the model's own they are, and what they cost.</summary>
internal static class ComparisonMarkdown
{
    private const string Reference = "greedy";

    public static string Write(ComparisonReport report, string? command)
    {
        var greedy = report.Decoders.FirstOrDefault(decoder => decoder.Decoder == Reference);
        var text = new StringBuilder("# Decoders side by side\n\n").Append(ComparisonPage.Setup(report)).Append("\n\n");
        if (command is not null) text.Append("Made by\n\n    ").Append(command).Append("\n\n");
        if (greedy is not null) text.Append("*log P lost* is the greedy text's mean log P less the decoder's, in nats a text. ");
        text.Append("*KL* is the divergence of the texts' distribution from the model's, in nats, where it is known: exact for samples of the model and for the one text of a decoder that draws nothing, ≤ where it is a bound (").Append(Divergence.BestOfN).Append(").\n\n");
        string?[] columns = ["decoder", "what it does", "paper", report.Heuristics.Count > 0 ? "reward" : null, report.Unseen is null ? null : "unseen", greedy is null ? "log P" : "log P lost", "KL", "evaluations", "passes", "seconds"];
        Row(text, columns);
        Row(text, columns.Select(column => column is null ? null : "---"));
        foreach (var decoder in report.Decoders)
        {
            var entry = DecoderCatalogue.Get(decoder.Decoder.Split(':')[0]);
            Row(text, [
                $"`{decoder.Decoder}`", entry.Summary, entry.Paper is null ? "" : $"[{entry.Paper}](https://arxiv.org/abs/{entry.Paper["arXiv ".Length..]})",
                decoder.Reward is { } reward ? Number(reward, "0.000") : null, decoder.Unseen is { } unseen ? Number(unseen, "0.000") : null,
                Number(greedy is null ? decoder.LogProbability : greedy.LogProbability - decoder.LogProbability, "0.0"), Kl(decoder),
                Number(decoder.Evaluations, "0"), Number(decoder.Passes, "0"), Number(decoder.Seconds, "0.00"),
            ]);
        }
        return text.ToString();
    }

    private static string Kl(ComparisonRow decoder) =>
        Divergence.Of(decoder.Decoder, fitted: null, constrained: false, -decoder.LogProbability) is { Value: { } nats } kl ? $"{(kl.Kind == "bound" ? "≤ " : "")}{Number(nats, "0.0")}" : "";

    private static void Row(StringBuilder text, IEnumerable<string?> cells) => text.Append("| ").AppendJoin(" | ", cells.OfType<string>().Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal))).Append(" |\n");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
