namespace DecodeAlign.Benchmarks;

/// <summary>Scoring a text at each token: state carried along beside the whole string read anew.</summary>
internal static class HeuristicsSection
{
    public static IEnumerable<ContestResult> Run(EngineReport report)
    {
        Console.WriteLine("\n| coverage of three words, scored at each token | tokens/s | × the whole string each time |\n|---|---|---|");
        foreach (var tokens in new[] { 16, 64, 256 })
        {
            var name = $"heuristics/coverage/{tokens}";
            if (!report.Wants(name)) continue;
            var heuristics = new HeuristicCase(tokens);
            var contest = new Contest(name, tokens, () => heuristics.Incremental(), tokens, () => heuristics.WholeString());
            for (var i = 0; i < 200; i++) contest.WarmUp();
            for (var round = 0; round < report.Rounds; round++) contest.Round(50);
            var result = contest.Result();
            Console.WriteLine(FormattableString.Invariant($"| {tokens} tokens | {result.TokensPerSecond:0} | {result.Ratio:0.0} |"));
            yield return result;
        }
    }
}
