using DecodeAlign.Decoding;
using FsCheck;
using FsCheck.Fluent;

namespace DecodeAlign.Tests;

/// <summary>
/// The search, with no savings, with each alone and with all of them, equals brute force over the definition: over random models, options, rewards and constraints, ties included.
/// </summary>
public class SearchEqualsDefinitionTests
{
    private static readonly int Cases = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { "long" => 100_000, "middle" => 9_000, "short" => 60, _ => 1_200 };

    [Fact]
    public void Deal_TopCandidatesGreedyLookahead_EqualsDefinition() => Compare(static (random, options) => options);

    [Fact]
    public void Deal_SampledLookahead_EqualsDefinition() => Compare(static (random, options) => options with { LookaheadChoice = TokenChoice.Sample });

    [Fact]
    public void Deal_SampledCandidates_EqualsDefinition() =>
        Compare(static (random, options) => options with { CandidateChoice = TokenChoice.Sample, Sampling = new() { Temperature = 0.5 + random.Next(4) / 2.0 } });

    [Fact]
    public void Deal_LengthNormalised_EqualsDefinition() => Compare(static (random, options) => options with { LengthExponent = random.Next(1, 5) / 2.0 });

    [Fact]
    public void Deal_SecondModelForLookahead_EqualsDefinition() => Compare(static (random, options) => options, secondModel: true);

    [Fact]
    public void Deal_Constrained_EqualsDefinition() =>
        Compare(static (random, options) => options with { LookaheadChoice = (TokenChoice)random.Next(2), CandidateChoice = (TokenChoice)random.Next(2) }, constrained: true);

    [Fact]
    public void Deal_SeveralAnswers_EqualsDefinition() =>
        Compare(static (random, options) => options with { Answers = random.Next(2, 4), LookaheadChoice = TokenChoice.Sample, CandidateChoice = (TokenChoice)random.Next(2) });

    [Fact]
    public void Deal_OneHypothesis_EqualsDefinition() =>
        Compare(static (random, options) => options with { Beam = 1, MaxTokens = random.Next(4, 12), Lookahead = random.Next(1, 6), Lambda = random.Next(1, 9) / 2.0 });

    // texts and lookaheads long enough that a guessed step loses a part of its hypotheses after it has pruned
    [Fact]
    public void Deal_SeveralHypothesesAhead_EqualsDefinition() =>
        Compare(static (random, options) => options with { Beam = random.Next(2, 5), MaxTokens = random.Next(5, 10), Lookahead = random.Next(2, 7), Lambda = random.Next(1, 9) / 2.0, Savings = SavingsOptions.All with { Pipeline = Width(random), Finish = random.Next(2) == 0 } });

    [Fact]
    public void BeamSearchAndGreedy_EqualDefinition() =>
        Compare(static (random, options) => (random.Next(2) == 0 ? SearchSetup.Greedy : SearchSetup.BeamSearch(options.Beam)) with { MaxTokens = options.MaxTokens, Savings = options.Savings });

    private static void Compare(Func<Random, SearchSetup, SearchSetup> vary, bool secondModel = false, bool constrained = false) =>
        Prop.ForAll(Gen.Choose(0, 1 << 30).ToArbitrary(), seed => CompareAsync(seed, vary, secondModel, constrained).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay(20260101, 1).WithQuietOnSuccess(true));

    private static async Task CompareAsync(int seed, Func<Random, SearchSetup, SearchSetup> vary, bool secondModel, bool constrained)
    {
        var random = new Random(seed);
        var vocabulary = random.Next(2, 6);
        var options = vary(random, new SearchSetup
        {
            Beam = random.Next(1, 6),
            Candidates = random.Next(1, vocabulary + 3),
            Lookahead = random.Next(0, 5),
            Lambda = random.Next(-4, 9) / 2.0,
            MaxTokens = random.Next(1, 7),
            Savings = Savings(random),
            Seed = (ulong)random.Next(),
        });
        TestReward[] rewards = [.. Enumerable.Range(0, random.Next(0, 3)).Select(h => TestReward.Random(random, seed + h))];
        double[] weights = [.. rewards.Select(_ => random.Next(-2, 4) / 2.0)];
        var count = constrained && vocabulary > 3 ? random.Next(0, options.MaxTokens) : 0;
        using var table = new TableEngine(vocabulary, seed, random.Next(1, 40));
        using var secondTable = new TableEngine(vocabulary, seed + 7, 8);
        await using var model = new EngineModel(table, new LetterTokenizer(vocabulary));
        await using var second = secondModel ? new EngineModel(secondTable, new LetterTokenizer(vocabulary)) : null;

        var result = await new Decoder(model).GenerateAsync(new DecodingRequest
        {
            Prompt = " ",
            LookaheadModel = second,
            Heuristics = [.. rewards.Select((reward, i) => new WeightedHeuristic(new ReachHeuristic(reward), weights[i]))],
            Constraints = count > 0 ? [new AtLeastConstraint(3, count)] : [],
        }.With(options));

        var expected = Enumerable.Range(0, options.Answers).Select(answer =>
            new BruteForce(ids => table.Logits(ids), ids => (secondModel ? secondTable : table).Logits(ids), [1], options, [.. rewards.Select(r => r.Score)], weights, answer, count > 0 ? Allowed : null).Run()).ToList();
        var best = expected.Select(texts => texts[0]).OrderByDescending(t => t.Score).ThenByDescending(t => t.LogProbability).ToList();
        Assert.Equal(best[0].Ids, result.Answer.Ids);
        Assert.Equal(best[0].Score, result.Answer.Score);
        Assert.Equal(best[0].LogProbability, result.Answer.LogProbability);
        Assert.Equal(!best[0].Eos ? FinishReason.Length : OnlyTheEnd(best[0].Ids[..^1]) ? FinishReason.Constraint : FinishReason.Eos, result.Answer.FinishReason);
        if (options.Answers > 1) Assert.Equal(best.Select(t => t.Ids), result.Answers.Select(a => a.Ids));
        else if (!options.Savings.Finish) Assert.Equal(expected[0].Select(t => t.Ids), result.Answers.Select(a => a.Ids));

        // at least so many of token 3, then the end
        bool Allowed(int[] ids, int token, int left)
        {
            var missing = Math.Max(0, count - ids.Count(id => id == 3) - (token == 3 ? 1 : 0));
            return token == 0 ? missing == 0 : missing + 1 <= left - 1;
        }

        bool OnlyTheEnd(int[] ids) => count > 0 && !Enumerable.Range(1, vocabulary - 1).Any(token => Allowed(ids, token, options.MaxTokens - ids.Length));
    }

    private static SavingsOptions Savings(Random random) => random.Next(10) switch
    {
        0 => SavingsOptions.None,
        1 => SavingsOptions.None with { Reuse = true },
        2 => SavingsOptions.None with { Prune = true },
        3 => SavingsOptions.None with { Shorten = true },
        4 => SavingsOptions.None with { Finish = true },
        5 => SavingsOptions.None with { Pipeline = Width(random) },
        6 => SavingsOptions.None with { Forced = true },
        7 => SavingsOptions.All with { Pipeline = 0, Finish = random.Next(2) == 0 },
        _ => SavingsOptions.All with { Pipeline = Width(random), Finish = random.Next(2) == 0 },
    };

    // a given one, or what the search takes to pay
    private static int? Width(Random random) => random.Next(2) == 0 ? random.Next(1, 9) : null;
}
