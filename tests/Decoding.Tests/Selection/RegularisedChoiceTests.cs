using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class RegularisedChoiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("divergence", 0)]
    [InlineData("divergence", 0.4)]
    [InlineData("length", 0.3)]
    public async Task BestOf_Regularised_TakesTheGreatestByItsDefinition_ByBruteForce(string by, double beta)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            var parts = DecoderCatalogue.Get("best-of").Create([new("answers", 6), new("temperature", 1.0), new("chooseBy", by), new("regularization", beta)]);
            var all = (await new Decoder(model).GenerateBatchAsync(Request(parts with { Selection = null }), [.. Enumerable.Range(0, 6).Select(stream => new BatchPrompt("a", stream))], Cancel)).Texts.Select(text => text.Answer).ToList();
            var result = await new Decoder(model).GenerateAsync(Request(parts), Cancel);
            double Value(Answer answer) => answer.Heuristics[0].Value + (by == "length" ? -beta * answer.Ids.Count : beta * answer.LogProbability);
            Assert.Equal(all.Max(Value), Value(result.Answer), 1e-12);
            Assert.Equal(result.Answers.Select(Value), result.Answers.Select(Value).OrderByDescending(value => value));
        }
    }

    // β → 0 is best-of-N by h, β → ∞ the likeliest answer: h/λ + log P with λ = 1/β
    [Fact]
    public async Task BestOf_Divergence_GoesFromBestByHToTheLikeliest()
    {
        Answer[] answers = [ScriptedDecoder.Of("aaa", -9, 5), ScriptedDecoder.Of("bb", -4, 3), ScriptedDecoder.Of("c", -1, 0)];
        async Task<string> TextAsync(AnswerSelection by, double beta) =>
            (await new SelectingDecoder(new ScriptedDecoder(answers), new BestOf(3) { By = by, Regularization = beta }).GenerateAsync(Request(Decoders.Sample()), Cancel)).Text;
        Assert.Equal(("aaa", "bb", "c"), (await TextAsync(AnswerSelection.Divergence, 0.1), await TextAsync(AnswerSelection.Divergence, 0.7), await TextAsync(AnswerSelection.Divergence, 2)));
        Assert.Equal(("aaa", "c"), (await TextAsync(AnswerSelection.Length, 1), await TextAsync(AnswerSelection.Length, 5)));
    }

    // what other clients write has no tokens and no log P
    [Fact]
    public async Task BestOf_WithoutTokens_CountsBytesAndRefusesDivergence()
    {
        var decoder = new ScriptedDecoder(ScriptedDecoder.Of("éé", double.NaN, 1), ScriptedDecoder.Of("abc", double.NaN, 1));
        var result = await new SelectingDecoder(decoder, new BestOf(2) { By = AnswerSelection.Length }).GenerateAsync(Request(Decoders.Sample()), Cancel);
        Assert.Equal("abc", result.Text);
        var fault = await Assert.ThrowsAsync<NotSupportedException>(() => new SelectingDecoder(decoder, new BestOf(2) { By = AnswerSelection.Divergence }).GenerateAsync(Request(Decoders.Sample()), Cancel));
        Assert.Contains("h + β·log P needs log P", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("Regularization", () => new BestOf(2) { Regularization = -1 }.Validate());
    }

    [Theory]
    [InlineData("knee", FrontChoice.Knee)]
    [InlineData("nash", FrontChoice.Nash)]
    [InlineData("max-min", FrontChoice.MaxMin)]
    public async Task BestOf_FromTheFront_TakesWhatTheFrontChooses(string by, FrontChoice choice)
    {
        // the four of which the three rules choose differently, and one that is dominated
        double[][] values = [[1, 0], [0.95, 0.3], [0.5, 0.5], [0, 1], [0.4, 0.4]];
        var decoder = new ScriptedDecoder([.. values.Select((own, i) => ScriptedDecoder.Of($"{i}", -1, own))]);
        var selection = DecoderCatalogue.Get("best-of").Create([new("answers", 5), new("chooseBy", by)]).Selection!;
        var result = await new SelectingDecoder(decoder, selection).GenerateAsync(Request(Decoders.Sample()), Cancel);
        Assert.Equal($"{new ParetoFront(values).Choose(choice)}", result.Text);
        Assert.Equal("4", result.Answers[^1].Text);
        var report = Assert.IsType<FrontReport>(result.Selection);
        Assert.Equal(result.Answers.Take(4), report.Front);
        Assert.StartsWith("4 of 5 are on the front of h0, h1, and this ", report.Reason, StringComparison.Ordinal);
        var none = new SelectingDecoder(new ScriptedDecoder(ScriptedDecoder.Of("a", -1)), selection);
        Assert.Contains("needs heuristics", (await Assert.ThrowsAsync<NotSupportedException>(() => none.GenerateAsync(Request(Decoders.Sample()), Cancel))).Message, StringComparison.Ordinal);
    }

    private static DecodingRequest Request(DecoderParts decoder) => new() { Prompt = "a", Decoder = decoder, MaxTokens = 10, Heuristics = [new(new TextHeuristic((text, _) => text.Length * 0.37 % 1))] };
}
