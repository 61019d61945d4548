using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class DualAscentTests
{
    private static readonly IHeuristic Objective = Heuristic.FromText("a", text => text.Count('a'.Equals)), Constraint = Heuristic.FromText("b", text => text.Count('b'.Equals));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // worked by hand: L = a + μ·min(0, b − 2); μ = 0: aaaa; 1.8: 0.4, 0.2, 0: aaaa; 3.6: bbb, which has one to spare; 2.7: bbb; 1.8: aaaa
    [Fact]
    public async Task Rounds_MoveTheMultiplierByWhatIsLacking_AndTheFeasibleBestIsTaken()
    {
        var decoder = new Chooser("aaaa", "aab", "bbb");
        var request = new DecodingRequest { Prompt = "x", Decoder = Decoders.Deal(), Heuristics = [new(new Constrained(Objective, [new(Constraint, 2, 0)]))] };
        var result = await new SelectingDecoder(decoder, new DualAscent(5) { Step = 0.9 }).GenerateAsync(request, Cancel);

        var report = Assert.IsType<DualReport>(result.Selection);
        Assert.Equal([0, 1.8, 3.6, 2.7, 1.8], report.Rounds.Select(round => Math.Round(round.Multipliers[0], 12)));
        Assert.Equal(["aaaa", "aaaa", "bbb", "bbb", "aaaa"], report.Rounds.Select(round => round.Answer.Text));
        Assert.Equal([(4, 0, false), (4, 0, false), (0, 3, true), (0, 3, true), (4, 0, false)], report.Rounds.Select(round => (round.Objective, round.Reached[0], round.IsFeasible)));
        Assert.Equal("bbb", result.Text);
        Assert.Equal("of 5 rounds 2 reach every threshold; this has the greatest objective, 0", report.Reason);
        // what was measured for the multipliers alone is not told
        Assert.All(result.Answers, answer => Assert.Equal("constrained", Assert.Single(answer.Heuristics).Name));

        var short1 = await new SelectingDecoder(decoder, new DualAscent(2) { Step = 0.9 }).GenerateAsync(request, Cancel);
        Assert.Equal(("aaaa", "none of 2 rounds reaches every threshold; this lacks least, 2 in all"), (short1.Text, short1.Selection!.Reason));
    }

    [Fact]
    public async Task Rounds_EndWhereTheMultipliersStay_AndPromptsHaveTheirOwn()
    {
        var decoder = new Chooser("aab", "bba");
        var request = new DecodingRequest { Prompt = "", Decoder = Decoders.Deal(), Heuristics = [new(new Constrained(Objective, [new(Constraint, 1, 3)])), new(Constraint, 0)] };
        // exactly the threshold: nothing to move
        var result = await new SelectingDecoder(decoder, new DualAscent(9)).GenerateAsync(request with { Prompt = "x" }, Cancel);
        Assert.Single(Assert.IsType<DualReport>(result.Selection).Rounds);
        Assert.Equal(["constrained", "b"], result.Answer.Heuristics.Select(value => value.Name));
        // a prompt with "-" can't have the first text: it goes on by itself
        var batch = await new SelectingDecoder(decoder, new DualAscent(3)).GenerateBatchAsync(request, [new("x", 0), new("-", 0)], Cancel);
        Assert.Equal([1, 3], batch.Texts.Select(text => ((DualReport)text.Selection!).Rounds.Count));
        Assert.Equal([3, 2, 1], ((DualReport)batch.Texts[1].Selection!).Rounds.Select(round => round.Multipliers[0]));
    }

    [Fact]
    public async Task OverDeal_EqualsARunForEachRound()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            await using var model = ToyEngine.Model(ToyTokenizer.Letters, seed);
            var parts = DecoderCatalogue.Get("dual-ascent").Create([new("rounds", 4), new("dualStep", 0.7), new("beam", 2), new("lookahead", 2), new("lambda", 4.0)]);
            var request = new DecodingRequest { Prompt = "abc", Heuristics = [new(new Constrained(Objective, [new(Constraint, 3, 0)]))], Decoder = parts, MaxTokens = 8 };
            var result = await new Decoder(model).GenerateAsync(request, Cancel);
            var (multiplier, texts, evaluations) = (0.0, new List<string>(), 0L);
            for (var round = 0; round < 4; round++)
            {
                var alone = await new Decoder(model).GenerateAsync(request with { Decoder = DecoderCatalogue.Get("deal").Create([new("beam", 2), new("lookahead", 2), new("lambda", 4.0)]), Heuristics = [new(new Constrained(Objective, [new(Constraint, 3, multiplier)]))] }, Cancel);
                texts.Add(alone.Text);
                evaluations += alone.Statistics.TokenEvaluations;
                var next = Math.Max(0, multiplier + 0.7 * (3 - alone.Text.Count('b'.Equals)));
                if (next == multiplier) break;
                multiplier = next;
            }
            Assert.Equal(texts, Assert.IsType<DualReport>(result.Selection).Rounds.Select(round => round.Answer.Text));
            var best = texts.OrderBy(text => Math.Max(0, 3 - text.Count('b'.Equals))).ThenByDescending(text => text.Count('a'.Equals)).First();
            Assert.Equal((best, "dual-ascent over deal", evaluations), (result.Text, result.Decoder, result.Statistics.TokenEvaluations));
        }
    }

    [Fact]
    public async Task WithoutThresholds_OrADecoderThatRanks_IsRefused()
    {
        var selecting = new SelectingDecoder(new Chooser("a"), new DualAscent(2));
        var request = new DecodingRequest { Prompt = "x", Heuristics = [new(Objective)] };
        Assert.Contains("--combine constrained", (await Assert.ThrowsAsync<ArgumentException>(() => selecting.GenerateAsync(request, Cancel))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => selecting.GenerateAsync(request with { Decoder = Decoders.Sample() }, Cancel));
        Assert.Throws<ArgumentException>("Step", () => new DualAscent(2) { Step = 0 }.Validate());
        Assert.Throws<ArgumentException>(() => new Constrained(Objective, [new(Constraint, 2)]).WithMultipliers([1, 2]));
    }

    /// <summary>Takes the text with the greatest h, the first of equals; texts that begin with "a" are not for the prompt "-".</summary>
    private sealed class Chooser(params string[] texts) : IDecoder
    {
        public async Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
        {
            var allowed = texts.Where(text => request.Prompt != "-" || text[0] != 'a').Select(text => new Answer { Text = text, Ids = [], FinishReason = FinishReason.Eos, LogProbability = double.NaN, Score = 0, Heuristics = [] }).ToList();
            var values = await new AnswerScorer(this, request.Prompt, 10, [.. request.Heuristics.Select((one, i) => new PreferenceObjective($"{i}", one.Heuristic))]).ScoreAsync(allowed, cancellationToken);
            var best = Enumerable.Range(0, allowed.Count).MaxBy(i => values[i].Zip(request.Heuristics, (value, one) => value * one.Weight).Sum());
            var answer = allowed[best] with { Heuristics = [.. request.Heuristics.Select((one, h) => new HeuristicValue(one.Heuristic.Name, values[best][h], one.Weight, null))] };
            return new() { Prompt = request.Prompt, Answer = answer, Answers = [answer], Decoder = "chooser", Seed = 0, Statistics = new(1, 1, 1, 1, 0, 0, 0) };
        }
    }
}
