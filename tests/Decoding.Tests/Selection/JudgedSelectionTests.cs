using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class JudgedSelectionTests
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LabelJudge_Values_AreTheLettersLogProbabilitiesAmongThemselves()
    {
        var engine = Engine(3);
        await using var model = new EngineModel(engine, new AsciiTokenizer());
        var judge = new LabelJudge(model, "Be kind.");
        JudgeQuestion[] questions = [new("hello", ["one", " two ", "three"]), new("hello", ["b", "a"]), new("hello", ["a", "b"])];
        await using var sessions = await ModelSessions.OpenAsync(judge.Needs(new(["hello"], 3, 8, 3)), Cancel);
        var (readings, work) = await judge.ReadAsync(questions, sessions, Cancel);

        foreach (var (question, reading) in questions.Zip(readings))
        {
            var text = $"Prompt: hello\n\n{string.Concat(question.Answers.Select((answer, i) => $"Answer {Letters[i]}: {answer.Trim()}\n\n"))}Be kind.\nWhich answer is best? Answer with its letter.\nBest answer: ";
            var logits = engine.Logits([.. text.Select(letter => (int)letter)]);
            double[] weights = [.. question.Answers.Select((_, i) => Math.Exp(logits[Letters[i]]))];
            for (var i = 0; i < weights.Length; i++) Assert.Equal(Math.Log(weights[i] / weights.Sum()), reading.Values[i], 1e-6);
            Assert.Equal((text.Length, 0), ((int)reading.InputTokens, (int)reading.OutputTokens));
        }
        Assert.Equal(engine.Rows, work.TokenEvaluations);
        // what the questions begin with is evaluated once
        Assert.True(work.TokenEvaluations < readings.Sum(reading => reading.InputTokens) - 2 * "Prompt: hello".Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Tournament_EqualsAKnockoutByHand(int orders)
    {
        for (var seed = 0; seed < 12; seed++)
        {
            var count = 1 + seed % 7;
            var judge = new TableJudge(seed);
            Answer[] answers = [.. Enumerable.Range(0, count).Select(i => ScriptedDecoder.Of($"{(char)('a' + i)}", -i))];
            var result = await new SelectingDecoder(new ScriptedDecoder(answers), new Tournament(count) { Judge = judge, Orders = orders }).GenerateAsync(Request(Decoders.Sample()), Cancel);

            List<string> left = [.. answers.Select(answer => answer.Text)];
            while (left.Count > 1)
                left = [.. left.Chunk(2).Select(pair => pair.Length == 1 ? pair[0] : Margin(judge, pair, orders) >= 0 ? pair[0] : pair[1])];
            Assert.Equal(left[0], result.Text);
            var report = Assert.IsType<JudgeReport>(result.Selection);
            Assert.Equal((count - 1) * orders, report.Questions);
            Assert.Equal(report.Questions, result.Statistics.HeuristicCalls);
            Assert.Equal(count - 1, report.Standings.Sum(standing => standing.Wins));
            Assert.Equal(result.Answers, report.Standings.Select(standing => standing.Answer));
            // who goes out later stands higher
            Assert.Equal(report.Standings.Skip(1).Select(standing => standing.Wins), report.Standings.Skip(1).Select(standing => standing.Wins).OrderByDescending(wins => wins));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Listwise_TakesTheGreatestMeanOverTheOrders(int orders)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var judge = new TableJudge(seed);
            string[] texts = ["a", "b", "c", "d", "e"];
            var result = await new SelectingDecoder(new ScriptedDecoder([.. texts.Select(text => ScriptedDecoder.Of(text))]), new Listwise(5) { Judge = judge, Orders = orders }).GenerateAsync(Request(Decoders.Sample()), Cancel);
            var means = texts.Select(text => Enumerable.Range(0, orders).Average(order =>
            {
                var from = order * 5 / orders;
                string[] turned = [.. texts[from..], .. texts[..from]];
                return judge.Value(turned, Array.IndexOf(turned, text));
            })).ToList();
            Assert.Equal(texts[means.IndexOf(means.Max())], result.Text);
            Assert.Equal(means.Max(), Assert.IsType<JudgeReport>(result.Selection).Standings[0].Value, 1e-12);
        }
    }

    [Fact]
    public async Task Catalogue_ModelJudgesItsOwnAnswers_AndItsWorkIsCounted()
    {
        foreach (var name in (string[])["tournament", "listwise"])
        {
            var engine = Engine(5);
            await using (var model = new EngineModel(engine, new AsciiTokenizer()))
            {
                var parts = DecoderCatalogue.Get(name).Create([new("answers", 4), new("criterion", "Short is good."), new("topK", 3)]);
                var result = await new Decoder(model).GenerateAsync(Request(parts), Cancel);
                Assert.Equal((name, 4), (result.Decoder, result.Answers.Count));
                Assert.Equal(engine.Rows, result.Statistics.TokenEvaluations);
                Assert.Equal(name == "tournament" ? 6 : 1, result.Statistics.HeuristicCalls);
                // two prompts in one search: each is as it is alone
                var batch = await new Decoder(model).GenerateBatchAsync(Request(parts), [new("a", 0), new("other", 1)], Cancel);
                Assert.Equal(result.Text, batch.Texts[0].Answer.Text);
                // a choice around it: all sessions are one ask, and are closed
                await new SelectingDecoder(new Decoder(model), new Listwise(2)).GenerateAsync(Request(parts), Cancel);
            }
            Assert.Equal(0, engine.OpenSessions);
        }
    }

    [Fact]
    public async Task Judge_WhoseMemoryIsNotThere_IsRefusedBeforeTheFirstToken()
    {
        var (writing, judging) = (Engine(1), Engine(2));
        await using var model = new EngineModel(writing, new AsciiTokenizer());
        await using var small = new EngineModel(new Cramped(judging), new AsciiTokenizer());
        await Assert.ThrowsAsync<KvBudgetException>(() => new Decoder(model).GenerateAsync(Request(Decoders.Sample() with { Selection = new Tournament(2) { Judge = new LabelJudge(small) } }), Cancel));
        Assert.Equal(0, writing.Rows);
    }

    [Fact]
    public async Task Judge_ThatFails_IsNamed()
    {
        var decoder = new ScriptedDecoder(ScriptedDecoder.Of("a"), ScriptedDecoder.Of("b"));
        async Task<string> MessageAsync<T>(Selection selection)
            where T : Exception => (await Assert.ThrowsAsync<T>(() => new SelectingDecoder(decoder, selection).GenerateAsync(Request(Decoders.Sample()), Cancel))).Message;

        Assert.Contains("must be finite", await MessageAsync<HeuristicException>(new Tournament(2) { Judge = new TableJudge(1, double.NaN) }), StringComparison.Ordinal);
        Assert.Contains("1 values for 2 answers", await MessageAsync<HeuristicException>(new Listwise(2) { Judge = new TableJudge(1, few: true) }), StringComparison.Ordinal);
        Assert.Contains("no model behind this decoder", await MessageAsync<NotSupportedException>(new Tournament(2)), StringComparison.Ordinal);
        Assert.Contains("'other' is a name", await MessageAsync<NotSupportedException>(new Tournament(2) { JudgeModel = "other" }), StringComparison.Ordinal);
        // a model that tells the most likely tokens alone can't judge its own answers
        var top = TableEngine.Model(6, 1).Facts with { Capabilities = ModelCapabilities.FullDistribution };
        Assert.Contains("a model that judges its own answers needs NamedTokens", DecoderCatalogue.Get("tournament").FindRefusal(top), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("Orders", () => new Tournament(2) { Orders = 3 }.Validate());
        Assert.Throws<ArgumentException>("Answers", () => new Listwise(27).Validate());
        // the letters are no tokens of this tokenizer
        await using var model = TableEngine.Model(6, 1);
        await Assert.ThrowsAsync<NotSupportedException>(() => new Decoder(model).GenerateAsync(Request(Decoders.Sample() with { Selection = new Listwise(2) }), Cancel));
    }

    private static TableEngine Engine(int seed) => new(AsciiTokenizer.Size, seed, contextLength: 4096, ties: false, readsAll: true);

    private static double Margin(TableJudge judge, string[] pair, int orders)
    {
        var margin = judge.Value(pair, 0) - judge.Value(pair, 1);
        return orders == 1 ? margin : margin + judge.Value([pair[1], pair[0]], 1) - judge.Value([pair[1], pair[0]], 0);
    }

    private static DecodingRequest Request(DecoderParts decoder) => new() { Prompt = "a", Decoder = decoder, MaxTokens = 8 };

    /// <summary>Has room for ten tokens.</summary>
    private sealed class Cramped(TableEngine engine) : IInferenceEngine
    {
        public ModelFacts Facts => engine.Facts;

        public int MaxRows => engine.MaxRows;

        public long KvBudgetBytes => 10;

        public IEngineSession Open(TokenTree tree, int maxNodes) => maxNodes > 10 ? throw new KvBudgetException(maxNodes, 10, 10) : engine.Open(tree, maxNodes);

        public void Forward(ReadOnlySpan<ForwardRow> rows, ReadOnlySpan<EvaluationRequest> reads) => engine.Forward(rows, reads);

        public void Dispose() => engine.Dispose();
    }

    /// <summary>Values by a hash of what is read and where.</summary>
    private sealed class TableJudge(int seed, double? instead = null, bool few = false) : IAnswerJudge
    {
        public string Name => "table";

        public int MostAnswers => 9;

        public double Value(IReadOnlyList<string> answers, int place) => instead ?? Randomness.Uniform((ulong)seed, Randomness.Mix((ulong)string.Concat(answers).Aggregate(7L, (hash, letter) => hash * 31 + letter), (ulong)place), DrawPurpose.Selection, 0);

        public Task<JudgeReadings> ReadAsync(IReadOnlyList<JudgeQuestion> questions, ModelSessions sessions, CancellationToken cancellationToken = default) =>
            Task.FromResult(new JudgeReadings([.. questions.Select(question => new JudgeReading([.. question.Answers.Take(few ? 1 : 9).Select((_, i) => Value(question.Answers, i))], 5, 1))], default));
    }
}
