using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Benchmarks;

/// <summary>DeAL with 8 candidates, a lookahead of 16 and a beam of 1 by a lexicon's reward, after a prompt of 128 tokens; ours by default, and told without savings too.</summary>
internal static class PeerDealSection
{
    private const int Prompt = 128;
    private const int BaseSamples = 16;
    private static readonly int[] Levels = [1, 3];

    public static IEnumerable<ContestResult> Run(PeersReport report)
    {
        Console.WriteLine($"\n| DeAL | {PeerContest.Header}");
        foreach (var (shape, tokens) in new[] { ("stories15M", 24), ("SmolLM2-135M", 8) })
        {
            int[] levels = [.. Levels.Where(level => report.Wants(Name(shape, level)))];
            if (levels.Length == 0) continue;
            using var search = new PeerSearch(shape, report.Threads);
            var lexicon = new PeerLexicon(search.Tokenizer);
            IReadOnlyList<WeightedHeuristic> rewards = [new(new LexiconSentiment(lexicon.Values))];
            var deviation = Deviation(search, rewards, tokens);
            foreach (var level in levels)
            {
                var lambda = level / deviation;
                var task = new DealTask(8, 16, tokens, lambda);
                DecodingResult Ours(SavingsOptions savings)
                {
                    using var stop = new CancellationTokenSource();
                    return search.Run(new()
                    {
                        Prompt = PeerPrompt.Text(Prompt),
                        Heuristics = rewards,
                        Decoder = Decoders.Deal(1, task.Candidates, task.Lookahead, lambda) with { Proposal = new TopTokens(task.Candidates) },
                        MaxTokens = tokens + 2 * task.Lookahead,
                        Savings = savings,
                        Stop = stop.Token,
                        Progress = new StopAfter(tokens, stop),
                    });
                }
                var expected = Ours(SavingsOptions.All).Answer.Ids;
                var (way, differ) = search.Quickest(expected, task.Candidates + 1, task.Candidates, settings =>
                {
                    var deal = new LlamaDeal(search.Llama, settings, [.. PeerPrompt.Tokens(Prompt)], task, lexicon.Of);
                    return (deal, deal.Search);
                });
                var name = Name(shape, level);
                if (way is null) report.MakeVoid(name, differ);
                else
                {
                    var naive = new List<double>();
                    yield return PeerContest.Run(report, name, tokens, () => Ours(SavingsOptions.All), way, 1, () => naive.Add(Contest.Measure(() => Ours(SavingsOptions.None), 1).Median));
                    Console.WriteLine(FormattableString.Invariant($"| the same without savings | {1000 * tokens / Samples.MedianOf(naive):0.0} | | | | | λ = {lambda:0.00} |"));
                }
            }
        }
    }

    private static double Deviation(PeerSearch search, IReadOnlyList<WeightedHeuristic> rewards, int tokens)
    {
        var samples = search.Run(new() { Prompt = PeerPrompt.Text(Prompt), Heuristics = rewards, Decoder = Decoders.Sample() with { Selection = new BestOf(BaseSamples) }, MaxTokens = tokens + 16 });
        double[] values = [.. samples.Answers.Select(answer => answer.Heuristics[0].Value)];
        return Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Length - 1));
    }

    private static string Name(string shape, int level) => $"llama.cpp/deal/{shape}/F32/{level} over sigma";
}
