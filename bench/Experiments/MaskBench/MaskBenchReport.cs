using System.Globalization;
using System.Text.RegularExpressions;

namespace DecodeAlign.Experiments;

/// <summary>The tables of a run.</summary>
internal static partial class MaskBenchReport
{
    public static void Print(IReadOnlyList<MaskBenchResult> results, int examples)
    {
        Line($"| family | schemas | passing | refused | invalid taken | valid missed | compile p50, ms | most | masks, first time: mean, ms | p50 | p99 | most | second time: p50 |");
        Line($"|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var family in results.GroupBy(result => result.Case.Family).OrderBy(family => family.Key, StringComparer.Ordinal)) Row(family.Key, [.. family]);
        Row("all", results);
        long[] bytes = [.. results.Select(result => result.CompileBytes).Order()];
        Line($"\nallocated by a compile, MB in all: p50 {bytes[bytes.Length / 2] / 1e6:0.0}, p99 {bytes[bytes.Length * 99 / 100] / 1e6:0}; most:");
        foreach (var result in results.OrderByDescending(result => result.CompileBytes).Take(5)) Line($"- {result.Case.Id}: {result.CompileBytes / 1e6:0}, {result.HeldBytes / 1e6:0} held afterwards");
        Line($"\nlongest compile: {results.Max(result => result.CompileTime):0} ms ({results.MaxBy(result => result.CompileTime)!.Case.Id})");
        Line($"\n| refused for | schemas |\n|---|---|");
        foreach (var reason in results.Where(result => result.Refusal is not null).GroupBy(result => Reason(result.Refusal!)).OrderByDescending(reason => reason.Count())) Line($"| {reason.Key} | {reason.Count()} ({string.Join(", ", reason.Take(2).Select(result => result.Case.Id))}) |");
        foreach (var result in results.Where(result => result.Taken.Count > 0).Take(examples)) Line($"\nTAKEN {result.Case.Id}: {Cut(result.Taken[0])}");
        foreach (var result in results.Where(result => result.Missed.Count > 0).Take(examples)) Line($"\nmissed {result.Case.Id}: {Around(result.Missed[0])}");
        Keywords(results);
    }

    private static void Row(string name, IReadOnlyList<MaskBenchResult> results)
    {
        float[] first = [.. results.SelectMany(result => result.Masks.First).Order()], second = [.. results.SelectMany(result => result.Masks.Second).Order()];
        double[] compile = [.. results.Select(result => result.CompileTime).Order()];
        var passing = results.Count(result => result.Passes);
        Line($"| {name} | {results.Count} | {passing} ({100.0 * passing / results.Count:0.0} %) | {results.Count(result => result.Refusal is not null)} | {results.Count(result => result.Taken.Count > 0)} | {results.Count(result => result.Missed.Count > 0)} | {compile[compile.Length / 2]:0.0} | {compile[^1]:0} | {(first.Length == 0 ? 0 : first.Average()):0.000} | {At(first, 0.5):0.000} | {At(first, 0.99):0.000} | {At(first, 1):0.0} | {At(second, 0.5):0.0000} |");
    }

    private static void Keywords(IReadOnlyList<MaskBenchResult> results)
    {
        Line($"\n| keyword | schemas | passing |\n|---|---|---|");
        var known = results.Select(result => (result.Passes, Names: Names().Matches(result.Case.Schema).Select(match => match.Groups[1].Value).ToHashSet())).ToList();
        string[] keywords = ["$ref", "allOf", "anyOf", "oneOf", "not", "if", "enum", "const", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties", "dependencies", "items", "additionalItems", "contains", "uniqueItems", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
        foreach (var keyword in keywords)
        {
            var with = known.Where(result => result.Names.Contains(keyword)).ToList();
            if (with.Count > 0) Line($"| {keyword} | {with.Count} | {100.0 * with.Count(result => result.Passes) / with.Count:0.0} % |");
        }
    }

    private static float At(float[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];

    // the same reason at other places, or with other numbers
    private static string Reason(string refusal) => Numbers().Replace(Places().Replace(Cut(refusal.Split("Parameter")[0].Trim()), "…"), "n");

    private static string Cut(string text) => text.Length <= 300 ? text : text[..300] + "…";

    private static string Around(string text)
    {
        var at = text.IndexOf('█', StringComparison.Ordinal);
        return text[Math.Max(0, at - 120)..Math.Min(text.Length, at + 80)];
    }

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    [GeneratedRegex("\"([$a-zA-Z]+)\" *:")]
    private static partial Regex Names();

    [GeneratedRegex("#[^:' ]*")]
    private static partial Regex Places();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Numbers();
}
