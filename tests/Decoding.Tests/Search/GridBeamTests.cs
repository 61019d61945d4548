using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class GridBeamTests
{
    private const int Required = 3;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateAsync_GridBeam_EqualsItsDefinition()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            using var engine = new TableEngine(6, seed, ties: seed % 2 == 0);
            await using var model = new EngineModel(engine, new LetterTokenizer(6));
            var count = random.Next(1, 4);
            var options = SearchSetup.GridBeam(random.Next(2, 8), random.Next(1, 4), random.Next(0, 2)) with { MaxTokens = count + random.Next(2, 8), NoRepeat = random.Next(0, 4), Savings = SavingsOptions.None };

            var result = await GenerateAsync(model, options, count);

            var expected = Define(engine, options, count);
            // equal scores may stand in either order
            if (seed % 2 != 0) Assert.Equal(expected.Select(text => text.Ids), result.Answers.Select(answer => answer.Ids));
            Assert.Equal(expected[0].Score, result.Answer.Score, 12);
            var saving = await GenerateAsync(model, options with { Savings = SavingsOptions.All }, count);
            Assert.Equal(result.Answer.Ids, saving.Answer.Ids);
        }
    }

    [Fact]
    public async Task GenerateAsync_BeamThatHoldsEveryText_FindsTheLikeliest()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            using var engine = new TableEngine(4, seed, ties: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(4));
            var options = SearchSetup.GridBeam(beam: 400, candidates: 4) with { MaxTokens = 5, NoRepeat = 0 };
            var result = await GenerateAsync(model, options, count: 2);
            var best = Texts(4, 4).Where(ids => ids.Count(id => id == Required) >= 2).Max(ids => Plain(engine, [.. ids, 0]) / (ids.Length + 1));
            Assert.Equal(best, result.Answer.Score, 10);
        }
    }

    [Fact]
    public async Task GenerateAsync_SuggestionsAndBanks_PlaceUnlikelyTokensBetterThanABeamOfTheSameSize()
    {
        var (grid, beam) = (0.0, 0.0);
        for (var seed = 0; seed < 60; seed++)
        {
            await using var model = TableEngine.Model(12, seed, ties: false);
            var options = SearchSetup.GridBeam(beam: 6, candidates: 2, suggestions: 1) with { MaxTokens = 12, NoRepeat = 0 };
            grid += (await GenerateAsync(model, options, count: 3)).Answer.Score;
            beam += (await GenerateAsync(model, options with { Banks = false, Suggestions = 0 }, count: 3)).Answer.Score;
        }
        Assert.True(grid > beam, $"{grid} with banks, {beam} without");
    }

    [Fact]
    public async Task GenerateAsync_NegativeSuggestions_AreRefused()
    {
        var options = SearchSetup.GridBeam() with { Suggestions = -1 };
        await using var model = TableEngine.Model(5, 1);
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => GenerateAsync(model, options, 1));
        Assert.Contains("Suggestions must be at least 0", fault.Message, StringComparison.Ordinal);
    }

    private static Task<DecodingResult> GenerateAsync(EngineModel model, SearchSetup options, int count) =>
        new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "a", Constraints = [new AtLeastConstraint(Required, count)] }.With(options), Cancel);

    /// <summary>The search written out with lists: likely and suggested tokens of each text, the best of each bank in turn.</summary>
    private static List<Text> Define(TableEngine engine, SearchSetup options, int count)
    {
        var (live, finished) = (new List<Text> { new([], 0, 0, 0) }, new List<Text>());
        while (live.Count > 0)
        {
            var candidates = new List<Text>();
            for (var parent = 0; parent < live.Count; parent++)
            {
                var (ids, before) = (live[parent].Ids, live[parent].LogProbability);
                var (seen, left) = (Seen(ids), options.MaxTokens - ids.Length);
                var allowed = Enumerable.Range(0, 6).Where(token => token == 0 ? seen >= count : Math.Max(0, count - seen - (token == Required ? 1 : 0)) + 1 <= left - 1).ToList();
                var logProbabilities = LogProbabilities(engine, ids);
                var chosen = allowed.OrderByDescending(token => logProbabilities[token]).ThenBy(token => token).Take(options.Candidates).ToList();
                if (seen < count && options.Suggestions > 0 && allowed.Contains(Required) && !chosen.Contains(Required)) chosen.Add(Required);
                if (chosen.FindAll(token => !Repeats([.. ids, token], options.NoRepeat)) is { Count: > 0 } others) chosen = others;
                candidates.AddRange(chosen.Select(token => new Text([.. ids, token], before + logProbabilities[token], (before + logProbabilities[token]) / (ids.Length + 1), parent)));
            }
            var ranked = candidates.OrderByDescending(text => text.Score).ThenByDescending(text => text.LogProbability).ThenBy(text => text.Ids[^1]).ThenBy(text => text.Parent).ToList();
            var banks = ranked.GroupBy(text => text.Ids[^1] == 0 ? int.MaxValue : Math.Min(count, Seen(text.Ids))).OrderByDescending(bank => bank.Key).Select(bank => bank.ToList()).ToList();
            var kept = Enumerable.Range(0, ranked.Count).SelectMany(round => banks.Where(bank => bank.Count > round).Select(bank => bank[round])).Take(options.Beam).ToList();
            finished.AddRange(kept.Where(text => text.Ids[^1] == 0));
            live = [.. kept.Where(text => text.Ids[^1] != 0)];
        }
        return [.. finished.OrderByDescending(text => text.Score).ThenByDescending(text => text.LogProbability)];
    }

    private static bool Repeats(int[] ids, int n) => n > 0 && ids.Length > n && Enumerable.Range(0, ids.Length - n).Any(start => ids.AsSpan(start, n).SequenceEqual(ids.AsSpan(ids.Length - n)));

    private static int Seen(int[] ids) => ids.Count(id => id == Required);

    private static double[] LogProbabilities(TableEngine engine, int[] ids)
    {
        var logits = engine.Logits([2, .. ids]);
        var normalizer = LogitReader.LogSumExp(logits);
        return [.. logits.Select(logit => Math.Min(0, logit - normalizer))];
    }

    private static double Plain(TableEngine engine, int[] ids) => ids.Select((id, i) => LogProbabilities(engine, ids[..i])[id]).Sum();

    private static IEnumerable<int[]> Texts(int vocabulary, int most) =>
        most == 0 ? [[]] : Texts(vocabulary, most - 1).SelectMany(text => text.Length == most - 1 ? Enumerable.Range(1, vocabulary - 1).Select(token => (int[])[.. text, token]).Prepend(text) : [text]);

    private sealed record Text(int[] Ids, double LogProbability, double Score, int Parent);
}
