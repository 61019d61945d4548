using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class KeepDiverseTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_EqualsItsDefinition()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            using var engine = new TableEngine(6, seed, ties: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(6));
            var (groups, beam, candidates, penalty, most) = (random.Next(1, 4), random.Next(3, 7), random.Next(1, 5), random.Next(0, 4) / 2.0, random.Next(1, 6));
            KeyValuePair<string, object>[] settings = [new("groups", groups), new("beam", beam), new("candidates", candidates), new("diversityPenalty", penalty)];

            var result = await new Decoder(model).GenerateAsync(new() { Prompt = "b", Decoder = DecoderCatalogue.Get("diverse-beam").Create(settings), MaxTokens = most }, Cancel);

            var expected = Define(engine, groups, beam, candidates, penalty, most);
            Assert.Equal(expected.Order(StringComparer.Ordinal), result.Answers.Select(answer => string.Join(' ', answer.Ids)).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Groups_WithAPenalty_WriteMoreDifferentTokensThanABeam()
    {
        var (diverse, plain) = (0, 0);
        for (var seed = 0; seed < 30; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            diverse += await FirstTokensAsync(model, DecoderCatalogue.Get("diverse-beam").Create([new("beam", 4), new("groups", 4), new("candidates", 6), new("diversityPenalty", 5.0)]));
            plain += await FirstTokensAsync(model, DecoderCatalogue.Get("beam").Create([new("beam", 4), new("candidates", 6)]));
        }
        Assert.True(diverse > plain, $"{diverse} first tokens with groups, {plain} without");

        static async Task<int> FirstTokensAsync(EngineModel model, DecoderParts decoder) =>
            (await new Decoder(model).GenerateAsync(new() { Prompt = "b", Decoder = decoder, MaxTokens = 5, Savings = SavingsOptions.None }, Cancel)).Answers.Select(answer => answer.Ids[0]).Distinct().Count();
    }

    // groups of lists, one after the other (Vijayakumar and others, algorithm 1, with Hamming diversity)
    private static List<string> Define(TableEngine engine, int groups, int beam, int candidates, double penalty, int most)
    {
        var live = Enumerable.Range(0, groups).Select(_ => new List<(int[] Ids, double LogP)> { ([], 0.0) }).ToArray();
        var finished = new List<string>();
        for (var step = 1; step <= most; step++)
        {
            var used = new List<int>();
            for (var g = 0; g < groups; g++)
            {
                var size = beam / groups + (g < beam % groups ? 1 : 0);
                var options = new List<(int[] Ids, double LogP, double Key)>();
                foreach (var (ids, logP) in live[g])
                {
                    var logits = engine.Logits([3, .. ids]);
                    var normalizer = LogitReader.LogSumExp(logits);
                    foreach (var token in Enumerable.Range(0, logits.Length).OrderByDescending(token => logits[token]).Take(candidates))
                    {
                        var sum = logP + logits[token] - normalizer;
                        options.Add(([.. ids, token], sum, sum - penalty * used.Count(other => other == token)));
                    }
                }
                var best = options.OrderByDescending(option => option.Key).ThenByDescending(option => option.LogP).Take(size).ToList();
                used.AddRange(best.Select(option => option.Ids[^1]));
                foreach (var option in best.Where(option => option.Ids[^1] == 0 || step == most)) finished.Add(string.Join(' ', option.Ids));
                live[g] = [.. best.Where(option => option.Ids[^1] != 0 && step < most).Select(option => (option.Ids, option.LogP))];
            }
        }
        return finished;
    }
}
