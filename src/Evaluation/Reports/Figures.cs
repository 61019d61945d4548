using System.Globalization;

namespace DecodeAlign.Evaluation;

/// <summary>The report's tables, as Markdown and HTML both show them: the same figures in the same words.</summary>
internal static class Figures
{
    public static IReadOnlyList<string> ComparisonColumns { get; } = ["task", "evaluations allowed", "best search", "best baseline", "scorer", "difference [95 %]", "p (Holm)", "cost", "time", "rep-4", "verdict"];

    public static IReadOnlyList<string> Columns { get; } =
    [
        "decoder", "role", "reward [95 %]", "dev judge [95 %]", "test judge [95 %]", "evaluations", "passes", "heuristic calls", "seconds", "−log P", "−log P a token", "KL", "bits from human stories", "from books",
        "rep-4", "distinct-2", "longest repeat", "words", "ended by itself",
    ];

    public static IReadOnlyList<string> Of(ReportComparison one) =>
    [
        one.Task, one.Budget == 0 ? "any" : Number(one.Budget), one.Search, one.Baseline, one.Scorer, Signed(one.Difference.Difference), one.AdjustedP.ToString(one.AdjustedP < 0.001 ? "0.0000" : "0.000", CultureInfo.InvariantCulture),
        $"{Number(one.EvaluationsRatio, "0.00")} ×", $"{Number(one.SecondsRatio, "0.00")} ×", one.Rep4Difference.ToString("+0.000;−0.000", CultureInfo.InvariantCulture), one.Verdict,
    ];

    public static IReadOnlyList<string> Of(ReportRow row) =>
    [
        row.Decoder, row.Role switch { DecoderRole.Search => "search", DecoderRole.Baseline => "baseline", _ => "reference" }, Text(row.Reward), Text(row.DevJudge), row.TestJudge is { } test ? Text(test) : "closed",
        Number(row.Evaluations), Number(row.Passes), Number(row.HeuristicCalls), Number(row.Seconds, "0.000"), Number(row.NegativeLogProbability, "0.0"), Number(row.NegativeLogProbabilityPerToken, "0.00"),
        row.Kl.Value is { } kl ? $"{Number(kl, "0.0")} ({row.Kl.Kind})" : row.Kl.Kind, Signed(row.BitsFromHumanStories), Signed(row.BitsFromHumanBooks),
        Number(row.Rep4, "0.000"), Number(row.Distinct2, "0.000"), Number(row.LongestRepeatedRun, "0.0"), Number(row.Words, "0.0"), Number(row.Ended, "0.00"),
    ];

    public static string Setup(ReportData data) =>
        $"{data.Model}, seed {data.Seed}, {(data.Split == EvaluationSplit.Dev ? "dev" : "test")} prompts, {data.Texts} texts. " + (data.TestJudgesOpened is { } opened
            ? $"The test judges were opened on {opened.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC."
            : "The test judges are closed.");

    public static string Setup(ReportTask task) =>
        $"Ranked by `{task.Reward}`{(task.Constraint is { } constraint ? $" under the constraint `{constraint}`" : "")}; tuned by `{task.DevJudge}`; claimed by `{task.TestJudge}`. {task.Prompts} prompts, at most {task.MaxTokens} tokens."
        + (task.Headroom is { } room ? $" Headroom, {room.Decoder} over {room.Over}: {Signed(room.Difference.Difference)}." : "");

    public static string How =>
        "Means over prompts; intervals are of a percentile bootstrap over prompts (10,000 resamples), those of differences paired. Evaluations are tokens put through the model, the prompt's included. Bits per byte are under byte n-gram models "
        + "that ship with DecodeAlign (trained on children's stories, and on books), less those of held-out human text: 0 is human, negative plainer, positive stranger. rep-4 is the share of 4-grams of words that occurred before. "
        + "KL is from the model's own distribution, exact or an upper bound where that is known. Seconds are wall time on the machine of the run.";

    private static string Text(Interval of) => string.Create(CultureInfo.InvariantCulture, $"{Short(of.Mean)} [{Short(of.Low)}, {Short(of.High)}]");

    private static string Signed(Interval of) => string.Create(CultureInfo.InvariantCulture, $"{Signed(of.Mean)} [{Signed(of.Low)}, {Signed(of.High)}]");

    private static string Signed(double value) => value.ToString("+0.000;−0.000;0.000", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString("0.000;−0.000;0.000", CultureInfo.InvariantCulture);

    private static string Number(double value, string format = "0") => value.ToString(format, CultureInfo.InvariantCulture);
}
