using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Decoders whose candidates are steps or blocks of several tokens.</summary>
public class SegmentsTests
{
    private const int Runs = 8_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ab", 1, 5)]
    [InlineData("a", 2, 4)]
    [InlineData("", 1, 3)]
    public async Task StepBeam_KeepsTheBestStepsByTheirReward(string separator, int least, int most)
    {
        var ended = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var (beam, candidates, weight) = (1 + seed % 3, 2 + seed % 2, seed % 4 == 0 ? 0.4 : 0.0);
            await using var model = TableEngine.Model(5, seed, ties: false);
            var trace = new TraceRecorder();
            KeyValuePair<string, object>[] settings = [new("beam", beam), new("candidates", candidates), new("separator", separator), new("segmentLeast", least), new("segmentMost", most), new("likelihoodWeight", weight)];
            await new Decoder(model).GenerateAsync(new() { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get("step-beam").Create(settings), MaxTokens = 16, Seed = (ulong)seed, Trace = trace }, Cancel);

            var live = new Dictionary<int, string> { [0] = "" };
            foreach (var step in trace.Steps)
            {
                Assert.Equal(live.Count * candidates, step.Candidates.Count);
                var values = step.Candidates.Select(candidate => weight * candidate.LogProbability + Reward(live[candidate.Parent] + Written(candidate), true)).ToArray();
                for (var i = 0; i < values.Length; i++) Assert.Equal(values[i], step.Candidates[i].Score, 1e-9);
                var kept = step.Candidates.Where(candidate => candidate.Outcome != CandidateOutcome.Pruned).ToList();
                Assert.Equal(Math.Min(beam, values.Length), kept.Count);
                Assert.Equal(values.OrderDescending().Take(beam).Sum(), kept.Sum(candidate => candidate.Score), 1e-9);
                foreach (var candidate in step.Candidates.Where(candidate => candidate.FinishReason is null))
                {
                    var (text, all) = (candidate.Text, candidate.Ids.Count);
                    Assert.InRange(all, least, most);
                    var completes = separator.Length > 0 && text.EndsWith(separator, StringComparison.Ordinal);
                    Assert.True(completes || all == most, $"'{text}' ends nowhere");
                    // nowhere before
                    for (var length = least; separator.Length > 0 && length < all; length++) Assert.False(text[..length].EndsWith(separator, StringComparison.Ordinal));
                    if (completes) ended++;
                }
                live = kept.Where(candidate => candidate.FinishReason is null).ToDictionary(candidate => candidate.Id, candidate => live[candidate.Parent] + Written(candidate));
            }
            Assert.Empty(live);
        }
        Assert.True(separator.Length == 0 || ended > 30, $"{ended} segments ended with the text");
    }

    [Fact]
    public async Task Dvts_IsAsManySeparateRuns_Bitwise()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            var trees = 1 + seed % 4;
            KeyValuePair<string, object>[] settings = [new("candidates", 3), new("separator", "a"), new("segmentMost", 4)];
            var request = new DecodingRequest { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward))], MaxTokens = 14, Seed = (ulong)seed, Stream = seed % 3 };
            var together = await new Decoder(model).GenerateAsync(request with { Decoder = DecoderCatalogue.Get("dvts").Create([.. settings, new("answers", trees)]) }, Cancel);

            var alone = new List<Answer>();
            for (var tree = 0; tree < trees; tree++)
                alone.Add((await new Decoder(model).GenerateAsync(request with { Decoder = DecoderCatalogue.Get("step-beam").Create([.. settings, new("beam", 1)]), Stream = seed % 3 * trees + tree }, Cancel)).Answer);
            Assert.Equal(alone.Select(Tell).Order(StringComparer.Ordinal), together.Answers.Select(Tell).Order(StringComparer.Ordinal));
            Assert.Equal(alone.Max(answer => Reward(answer.Text, true)), Reward(together.Text, true));
            if (trees > 2) Assert.True(alone.Select(answer => answer.Text).Distinct().Count() > 1);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Blockwise_ABlock_IsTheBestOfSeveralDrawn(int blocks)
    {
        using var engine = new TableEngine(4, 29, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(4));
        var request = new DecodingRequest { Prompt = "", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get("blockwise").Create([new("candidates", blocks), new("segmentMost", 2)]), MaxTokens = 4 };
        var batch = await new Decoder(model).GenerateBatchAsync(request, [.. Enumerable.Range(0, Runs).Select(stream => new BatchPrompt("b", stream))], Cancel);

        // the law of the best of k draws, block after block
        var expected = new Dictionary<string, double>();
        foreach (var (first, p) in Best(Blocks([]), blocks))
        {
            if (first[^1] == 0) expected[string.Join(' ', first)] = p;
            else foreach (var (second, q) in Best(Blocks(first), blocks)) expected[string.Join(' ', second)] = p * q;
        }
        Assert.Equal(1, expected.Values.Sum(), 1e-9);
        var counts = batch.Texts.CountBy(text => string.Join(' ', text.Answer.Ids)).ToDictionary();
        Assert.All(counts.Keys, text => Assert.Contains(text, expected.Keys));
        foreach (var (text, probability) in expected)
        {
            var deviation = 5 * Math.Sqrt(Runs * probability * (1 - probability)) + 1;
            Assert.InRange(counts.GetValueOrDefault(text), Runs * probability - deviation, Runs * probability + deviation);
        }

        List<(int[] Ids, double P)> Blocks(int[] before)
        {
            var blocks = new List<(int[] Ids, double P)>();
            Grow(before, 1);
            return blocks;

            void Grow(int[] ids, double probability)
            {
                var logits = engine.Logits([3, .. ids]);
                var normalizer = LogitReader.LogSumExp(logits);
                for (var token = 0; token < logits.Length; token++)
                {
                    var p = probability * Math.Exp(logits[token] - normalizer);
                    if (token == 0 || ids.Length + 1 == before.Length + 2) blocks.Add(([.. ids, token], p));
                    else Grow([.. ids, token], p);
                }
            }
        }
    }

    [Fact]
    public async Task Blocks_AllHaveTheirLength()
    {
        await using var model = new EngineModel(new TableEngine(6, 2, ties: false, ends: false), new LetterTokenizer(6));
        var trace = new TraceRecorder();
        await new Decoder(model).GenerateAsync(new() { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get("blockwise").Create([new("candidates", 3), new("segmentMost", 5)]), MaxTokens = 30, Trace = trace }, Cancel);
        Assert.Equal(6, trace.Steps.Count);
        Assert.All(trace.Steps, step => Assert.All(step.Candidates, candidate => Assert.True(candidate.FinishReason is not null || candidate.Ids.Count == 5)));
    }

    [Fact]
    public async Task NoRepeat_OfSegments_DrawsAmongWhatDoesNotRepeat()
    {
        var (repeated, plain) = (0, 0);
        for (var seed = 0; seed < 20; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            foreach (var name in (string[])["cards", "step-beam", "blockwise"])
            {
                repeated += Repeats((await new Decoder(model).GenerateAsync(Request(name, 2), Cancel)).Answer.Ids);
                plain += Repeats((await new Decoder(model).GenerateAsync(Request(name, 0), Cancel)).Answer.Ids);
            }

            DecodingRequest Request(string name, int noRepeat) => new() { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward))], Decoder = DecoderCatalogue.Get(name).Create([new("noRepeat", noRepeat), new("temperature", 0.5)]), MaxTokens = 12, Seed = (ulong)seed };
        }
        Assert.True(plain > 20 && repeated == 0, $"{plain} repeated pairs without, {repeated} with");

        static int Repeats(IReadOnlyList<int> ids) => ids.Count - 1 - ids.Skip(1).Zip(ids).Distinct().Count();
    }

    [Fact]
    public void Validate_FieldsOutOfRange_AreNamed()
    {
        var parts = DecoderCatalogue.Get("blockwise").Create();
        foreach (var (wrong, field) in ((DecoderParts, string)[])[(parts with { Rank = new() { LikelihoodWeight = -1 } }, "LikelihoodWeight"), (parts with { Proposal = new Segments { Entropy = double.NaN } }, "Entropy"), (parts with { Proposal = new Segments { Least = 3, Most = 2 } }, "Most")])
            Assert.Equal(field, Assert.Throws<ArgumentException>(wrong.Validate).ParamName);
    }

    // the greatest reward of several draws: those no better, to the power of the draws, less those that are worse
    private static IEnumerable<(int[] Ids, double P)> Best(List<(int[] Ids, double P)> blocks, int draws) => blocks.Select(block => (block.Ids,
        Math.Pow(blocks.Where(other => Value(other.Ids) <= Value(block.Ids)).Sum(other => other.P), draws) - Math.Pow(blocks.Where(other => Value(other.Ids) < Value(block.Ids)).Sum(other => other.P), draws)));

    private static double Value(int[] ids) => Reward(string.Concat(ids.Where(id => id > 0).Select(id => " abc"[id - 1])), ids[^1] == 0 || ids.Length == 4);

    // different for different texts, so that nothing is left to ties
    private static double Reward(string text, bool ended) => text.Select((letter, i) => letter * Math.Sin(i + 1.3)).Sum() / 100 + text.Count(c => c == 'a') * 0.7 + (text.Length == 0 ? 0.11 : 0);

    private static string Written(TraceCandidate candidate) => candidate.IsSpecial ? "" : candidate.Text;

    private static string Tell(Answer answer) => FormattableString.Invariant($"{string.Join(' ', answer.Ids)} {answer.LogProbability:R} {answer.Score:R} {answer.FinishReason}");
}
