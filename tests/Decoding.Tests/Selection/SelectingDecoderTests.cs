using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class SelectingDecoderTests
{
    private static readonly PreferenceDirection Target = PreferenceDirection.Parse("long=0.8,early=0.6");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Selections => ["best-of", "best-of by h", "rps", "halving", "rps over best-of"];

    [Theory]
    [MemberData(nameof(Selections))]
    public async Task GenerateAsync_AnybodysDecoder_ChoosesAsInOneSearch(string name)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            var (request, selection) = (Request(seed), Selection(name));
            var plain = new PlainDecoder(new(model));

            var one = await new Decoder(model).GenerateAsync(request with { Decoder = request.Decoder with { Selection = selection } }, Cancel);
            var around = await new SelectingDecoder(plain, selection).GenerateAsync(request, Cancel);

            Assert.Equal(one.Answers.Select(answer => (answer.Text, answer.Score)), around.Answers.Select(answer => (answer.Text, answer.Score)));
            Assert.Equal((one.Decoder, one.Prompt, one.Selection?.Reason), (around.Decoder, around.Prompt, around.Selection?.Reason));
            Assert.Equal(one.Selection is PreferenceReport && name == "rps over best-of" ? one.Answers.Count * 2 : one.Answers.Count, plain.Calls);
        }
    }

    [Theory]
    [MemberData(nameof(Selections))]
    public async Task StreamAsync_AnySelection_DeliversTheWholeTextAtTheEnd(string name)
    {
        await using var model = TableEngine.Model(8, 4, ties: false);
        var request = Request(4);
        request = request with { Decoder = request.Decoder with { Selection = Selection(name) } };
        var whole = await new Decoder(model).GenerateAsync(request, Cancel);

        var pieces = new List<DecodingUpdate>();
        await foreach (var update in new Decoder(model).StreamAsync(request, Cancel)) pieces.Add(update);

        var piece = Assert.Single(pieces);
        Assert.Equal((whole.Text, whole.Text, whole.Selection?.Reason), (piece.Text, piece.Result!.Text, piece.Result.Selection?.Reason));
        Assert.Equal(whole.Answer.Ids, piece.Ids);
    }

    [Theory]
    [MemberData(nameof(Selections))]
    public async Task GenerateAsync_Traced_IsOneTraceWithOneEnd(string name)
    {
        await using var model = TableEngine.Model(8, 5, ties: false);
        var (alone, plain) = (new CountingSink(), new CountingSink());
        var request = Request(5);
        var selection = Selection(name);

        await new Decoder(model).GenerateAsync(request with { Trace = alone, Decoder = request.Decoder with { Selection = selection } }, Cancel);
        var result = await new SelectingDecoder(new PlainDecoder(new(model)), selection).GenerateAsync(request with { Trace = plain }, Cancel);

        Assert.All([alone, plain], sink =>
        {
            Assert.Equal((1, 1), (sink.Begun, sink.Ended.Count));
            var ids = sink.Steps.SelectMany(step => step.Candidates).Select(candidate => candidate.Id).ToList();
            Assert.Equal(ids.Count, ids.Distinct().Count());
            Assert.All(sink.Steps.SelectMany(step => step.Candidates), candidate => Assert.True(candidate.Parent == 0 || ids.Contains(candidate.Parent)));
        });
        Assert.Same(result, plain.Ended[0]);
        Assert.Equal(alone.Steps.Select(step => step.Answer).Distinct().Count(), plain.Steps.Select(step => step.Answer).Distinct().Count());
    }

    [Fact]
    public async Task GenerateAsync_BestOfByScoreWithoutLogP_IsRefused()
    {
        var unknown = new Scripted(_ => double.NaN);
        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => new SelectingDecoder(unknown, new BestOf(2)).GenerateAsync(Request(1), Cancel));
        Assert.Contains("By = AnswerSelection.Heuristics", fault.Message, StringComparison.Ordinal);
        Assert.NotNull(await new SelectingDecoder(unknown, new BestOf(2) { By = AnswerSelection.Heuristics }).GenerateAsync(Request(1), Cancel));
    }

    [Fact]
    public async Task SelectAsync_PreferenceOverADecoderWithoutAModel_RatesTheTexts()
    {
        // no tokens and no model: the scorers read what was written
        var decoder = new Scripted(_ => double.NaN);
        var result = await new SelectingDecoder(decoder, Selection("rps")).GenerateAsync(Request(1) with { Prompt = "é" }, Cancel);
        var report = Assert.IsType<PreferenceReport>(result.Selection);
        Assert.All(report.Answers, answer => Assert.Equal(answer.Answer.Text.Length, answer.Rewards[0].Value));
        Assert.Equal(report.Answers.Max(answer => answer.Score), report.Chosen.Score);
        Assert.Equal(5, report.Answers.Select(answer => answer.Answer.Text).Distinct().Count());
    }

    [Fact]
    public async Task SelectAsync_BatchOfAnybodysDecoder_KeepsEachTextsOwnReport()
    {
        await using var model = TableEngine.Model(8, 6, ties: false);
        var decoder = new SelectingDecoder(new PlainDecoder(new(model)), new BestOf(2));
        var inner = Request(6);
        var batch = await decoder.GenerateBatchAsync(inner with { Decoder = inner.Decoder with { Selection = Selection("rps") } }, [new("ab"), new("ba")], Cancel);
        Assert.All(batch.Texts, text => Assert.Same(text.Answer, Assert.IsType<PreferenceReport>(text.Selection).Chosen.Answer));
        await Assert.ThrowsAsync<ArgumentException>("prompts", () => decoder.GenerateBatchAsync(inner, [], Cancel));
    }

    private static DecodingRequest Request(int seed) => new()
    {
        Prompt = "ab",
        Decoder = Decoders.Sample(0.9) with { Rank = new() { Lambda = 0.5 } },
        MaxTokens = 7,
        Seed = (ulong)seed,
        Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'c')))],
    };

    private static Selection Selection(string name)
    {
        var rps = new PreferenceSelection
        {
            Target = Target,
            Objectives = [new("long", new TextHeuristic((text, _) => text.Length)), new("early", new TextHeuristic((text, _) => -text.IndexOf('b', StringComparison.Ordinal)))],
            Conditioner = PreferenceConditioner.From("letters", (prompt, v) => prompt + (char)('a' + (int)Math.Round(v.Weights[0] * 6))),
        };
        return name switch
        {
            "best-of" => new BestOf(4),
            "best-of by h" => new BestOf(3) { By = AnswerSelection.Heuristics },
            "rps" => rps,
            "halving" => rps with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 3 }, 7) },
            _ => rps.Over(new BestOf(2)),
        };
    }

    private sealed class CountingSink : ITraceSink
    {
        public int Begun { get; private set; }

        public List<TraceStep> Steps { get; } = [];

        public List<DecodingResult> Ended { get; } = [];

        public void OnBegin(TraceHeader header) => Begun++;

        public void OnStep(TraceStep traceStep) => Steps.Add(traceStep);

        public void OnEnd(DecodingResult result) => Ended.Add(result);
    }

    /// <summary>Texts of growing length, of which nothing but the text is known.</summary>
    private sealed class Scripted(Func<int, double> score) : IDecoder
    {
        private int _calls;

        public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
        {
            var answer = new Answer { Text = new string('é', ++_calls), Ids = [], FinishReason = FinishReason.Eos, LogProbability = score(_calls), Score = score(_calls), Heuristics = [] };
            return Task.FromResult(new DecodingResult { Prompt = request.Prompt, Answer = answer, Answers = [answer], Decoder = "scripted", Seed = 0, Statistics = default });
        }
    }
}
