using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>What answers tell of masks and forced tokens, against the constraint walked along the answer and the model's table.</summary>
public class MaskLossTests
{
    private static readonly string[] Decoders = ["greedy", "sample", "beam", "deal", "grid-beam", "best-of", "args-stochastic", "diverse-beam", "particles", "cards", "stochastic-beam", "step-beam", "dvts", "blockwise", "speculative-rejection", "neurologic", "rad"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answers_AnyDecoder_TellWhatTheConstraintsTookAndForced()
    {
        var (forced, lost) = (0, 0);
        for (var seed = 0; seed < 300; seed++)
        {
            using var engine = new TableEngine(5, seed, ties: seed % 2 == 0);
            await using var model = new EngineModel(engine, new LetterTokenizer(5));
            var request = Request(seed);

            var result = await new Decoder(model).GenerateAsync(request, Cancel);

            foreach (var answer in result.Answers)
            {
                var (losses, places) = Walk(engine, request, answer.Ids);
                Assert.Equal(places, answer.Forced);
                Assert.Equal(losses.Length, answer.MaskLoss!.Count);
                for (var i = 0; i < losses.Length; i++) Assert.Equal(losses[i], answer.MaskLoss[i], 1e-12);
                Assert.Equal(losses.Sum(), answer.TotalMaskLoss!.Value, 1e-9);
                forced += places.Length;
                lost += losses.Count(loss => loss > 0.01);
            }
            Assert.Equal(result.Statistics.TokenEvaluations, (await new Decoder(model).GenerateAsync(request with { Trace = new TraceRecorder() }, Cancel)).Statistics.TokenEvaluations);
        }
        Assert.True(forced > 200 && lost > 200, $"{forced} tokens forced, before {lost} something lost");
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(3, 0, false)]
    [InlineData(0, 12, false)]
    public async Task Answers_SearchEndedEarly_TellTheClosingTokensAsForcedWithTheirLoss(int deadline, int budget, bool stopped)
    {
        var closed = 0;
        for (var seed = 0; seed < 100; seed++)
        {
            using var engine = new TableEngine(5, seed, ties: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(5));
            using var stop = new CancellationTokenSource();
            if (stopped) await stop.CancelAsync();
            var request = Request(seed * Decoders.Length) with { MaxTokens = 20, Deadline = TimeSpan.FromSeconds(deadline), Budget = budget, Stop = stop.Token };

            var answer = (await new Decoder(model, new Ticking()).GenerateAsync(request, Cancel)).Answer;

            if (answer.FinishReason == FinishReason.Eos) continue;
            Assert.Equal(stopped ? FinishReason.Cancelled : deadline > 0 ? FinishReason.Deadline : FinishReason.Budget, answer.FinishReason);
            // what closes a text are the last tokens, each of which brings it nearer its end
            var (losses, open) = Walk(engine, request, answer.Ids, answer.Forced);
            Assert.Equal(Enumerable.Range(open.Length == 0 ? 0 : answer.Ids.Count - open.Length, open.Length), answer.Forced);
            for (var i = 0; i < losses.Length; i++) Assert.Equal(losses[i], answer.MaskLoss![i], 1e-12);
            if (answer.Forced.Count > 0) closed++;
            Assert.True(stopped ? answer.Forced.Count == answer.Ids.Count : answer.Forced.Count < answer.Ids.Count);
        }
        Assert.InRange(closed, 40, 100);
    }

    [Fact]
    public async Task Answers_NoConstraint_TellNothing()
    {
        await using var model = TableEngine.Model(5, 1);
        var answer = (await new Decoder(model).GenerateAsync(Request(3) with { Constraints = [] }, Cancel)).Answer;
        Assert.Null(answer.MaskLoss);
        Assert.Null(answer.TotalMaskLoss);
        Assert.Empty(answer.Forced);
    }

    [Fact]
    public async Task Answers_ModelWithoutItsDistribution_TellWhatWasForcedAlone()
    {
        await using var parts = new TableParts();
        var request = new DecodingRequest { Prompt = "a", Decoder = DecoderCatalogue.Get("beam").Create(), MaxTokens = 4, Constraints = [new AtLeastConstraint(3, 3)] };
        var answer = (await new Decoder(parts.Model("topmost:5:1")).GenerateAsync(request, Cancel)).Answer;
        Assert.Null(answer.MaskLoss);
        Assert.Equal([0, 1, 2, 3], answer.Forced);
    }

    private static DecodingRequest Request(int seed)
    {
        var name = Decoders[seed % Decoders.Length];
        return new()
        {
            Prompt = "a",
            Decoder = DecoderCatalogue.Get(name).Create(name switch { "deal" => [new("lookahead", 3), new("beam", 1 + seed % 3)], "cards" or "step-beam" or "dvts" or "blockwise" => [new("segmentLeast", 2), new("segmentMost", 3), new("attempts", 3)], _ => [] }),
            Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'b') * 0.3))],
            Constraints = [new AtLeastConstraint(3, 1 + seed % 4)],
            MaxTokens = 5 + seed % 6,
            Seed = (ulong)seed,
            Savings = seed % 4 == 0 ? SavingsOptions.None : SavingsOptions.All,
        };
    }

    // closing: places of tokens before which only what brings the end nearer was allowed
    private static (double[] Losses, int[] Forced) Walk(TableEngine engine, DecodingRequest request, IReadOnlyList<int> ids, IReadOnlyList<int>? closing = null)
    {
        var tree = new TokenTree();
        var node = tree.AddRoot([2]);
        using var session = request.Constraints[0].Open(new() { Tree = tree, Root = node, Prompt = "a", Tokenizer = new LetterTokenizer(5), Model = engine.Facts, MaxTokens = request.MaxTokens });
        var (losses, forced) = (new double[ids.Count], new List<int>());
        for (var i = 0; i < ids.Count; i++)
        {
            var (mask, needed, left) = (new TokenMask(5, allowed: true), session.TokensNeeded(node), request.MaxTokens - i);
            session.Restrict(node, closing?.Contains(i) == true ? needed : left, mask);
            var logits = engine.Logits(tree.Path(TokenTree.Empty, node));
            losses[i] = Math.Log(logits.Sum(logit => Math.Exp((double)logit)) / Enumerable.Range(0, 5).Where(token => mask[token]).Sum(token => Math.Exp((double)logits[token])));
            if (mask.Count == 1 || needed == left || closing?.Contains(i) == true) forced.Add(i);
            if (ids[i] != 0) node = tree.Append(node, ids[i]);
        }
        return (losses, [.. forced]);
    }

    /// <summary>A second passes each time the clock is read.</summary>
    private sealed class Ticking : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
