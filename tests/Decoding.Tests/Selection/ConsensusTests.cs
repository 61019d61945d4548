using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class ConsensusTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("abcd", "abcd", 1)]
    [InlineData("", "", 1)]
    [InlineData("abc", "", 0)]
    [InlineData("abc", "xyz", 0)]
    // by hand: n = 1: 2 of 3 and 2 of 2; n = 2: 1 of 2 and 1 of 1; P = 7/12, R = 1, F2 = 5·P·R / (4·P + R) = 0.875
    [InlineData("abc", "ab", 0.875)]
    // the other way round: P = 1, R = 7/12
    [InlineData("ab", "abc", 5 * (7 / 12.0) / (4 + 7 / 12.0))]
    [InlineData("a b\nc", "abc", 1)]
    public void Characters_IsChrf(string text, string other, double expected) => Assert.Equal(expected, TextSimilarity.Characters.Measure(text, other), 1e-12);

    [Theory]
    [InlineData("The fox ran.", "the FOX, it ran", 6.0 / 7)]
    [InlineData("a a b", "a b b", 4.0 / 6)]
    [InlineData("", "a", 0)]
    [InlineData(".", "!", 1)]
    public void Words_IsTheirF1(string text, string other, double expected) => Assert.Equal(expected, TextSimilarity.Words.Measure(text, other), 1e-12);

    [Fact]
    public void Diversity_OfASet_IsOneMinusTheMeanSimilarityOfItsPairs()
    {
        // of one side only, so that the order of a pair counts
        var similarity = TextSimilarity.Of("prefix", (text, other) => text.StartsWith(other, StringComparison.Ordinal) ? 1 : 0.25);
        Assert.Equal(0, similarity.Diversity([]));
        Assert.Equal(0, similarity.Diversity(["a"]));
        Assert.Equal(0, similarity.Diversity(["a", "a"]));
        Assert.Equal(1 - (0.25 + 1) / 2, similarity.Diversity(["a", "ab"]), 12);
        Assert.Equal(1 - (1 + 5 * 0.25) / 6, similarity.Diversity(["a", "ab", "c"]), 12);
        Assert.Throws<InvalidOperationException>(() => TextSimilarity.Of("broken", (_, _) => double.NaN).Diversity(["a", "b"]));
    }

    [Fact]
    public async Task Mbr_TakesTheGreatestMeanSimilarity_ByBruteForce()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            var sampled = Decoders.Sample();
            var answers = await new Decoder(model).GenerateBatchAsync(Request(sampled), [.. Enumerable.Range(0, 6).Select(stream => new BatchPrompt("a", stream))], Cancel);
            var result = await new Decoder(model).GenerateAsync(Request(sampled with { Selection = new MinimumBayesRisk(6) { Similarity = TextSimilarity.Words } }), Cancel);
            string[] texts = [.. answers.Texts.Select(text => text.Answer.Text)];
            var means = texts.Select((text, i) => texts.Where((_, j) => j != i).Average(other => TextSimilarity.Words.Measure(text, other))).ToArray();
            var best = Enumerable.Range(0, 6).OrderByDescending(i => Math.Round(means[i], 12)).ThenByDescending(i => answers.Texts[i].Answer.LogProbability).First();
            Assert.Equal(texts[best], result.Text);
            var report = Assert.IsType<ConsensusReport>(result.Selection);
            Assert.Equal(means.Max(), report.Standings[0].Value, 1e-12);
            Assert.Equal(result.Answers, report.Standings.Select(standing => standing.Answer));
        }
    }

    [Theory]
    [InlineData(@"\d+", "so it is 12.", "that makes 3, no, 12", "I say 7.", "2 and 12 are 14", "12")]
    [InlineData(@"answer: (\w+)", "answer: no", "the answer: yes", "answer: yes!", "maybe", "yes")]
    [InlineData("", "b", " b", "a", "c", "b")]
    public async Task SelfConsistency_TakesWhatMostSay(string pattern, string first, string second, string third, string fourth, string winner)
    {
        var scripted = new Scripted([(first, -3), (second, -2), (third, -1), (fourth, -4)]);
        var result = await new SelectingDecoder(scripted, new SelfConsistency(4) { Pattern = pattern }).GenerateAsync(Request(Decoders.Sample()), Cancel);
        var report = Assert.IsType<ConsensusReport>(result.Selection);
        Assert.Equal(winner, report.Standings[0].Vote);
        Assert.Equal(2, report.Standings[0].Value);
        // of those that agree the likeliest
        Assert.Equal(report.Standings.Where(standing => standing.Vote == winner).Max(standing => standing.Answer.LogProbability), result.Answer.LogProbability);
        Assert.Contains($"2 of 4 answers say \"{winner}\"", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelfConsistency_OwnProjection_NullHasNoVote()
    {
        var scripted = new Scripted([("x", -1), ("y", -2), ("zz", -5), ("w", -3)]);
        Task<DecodingResult> RunAsync(Func<string, string?> projection) => new SelectingDecoder(scripted, new SelfConsistency(4) { Projection = projection }).GenerateAsync(Request(Decoders.Sample()), Cancel);
        Assert.Equal("zz", (await RunAsync(text => text.Length == 2 ? "two" : null)).Text);
        // nothing can be read of any: the likeliest
        Assert.Equal("x", (await RunAsync(_ => null)).Text);
        // a tie of votes: those of the likelier answer
        Assert.Equal("x", (await RunAsync(text => text)).Text);
    }

    [Fact]
    public async Task Confidence_IsLogPAToken()
    {
        await using var model = TableEngine.Model(6, 3, ties: false);
        var answers = await new Decoder(model).GenerateBatchAsync(Request(Decoders.Sample()), [.. Enumerable.Range(0, 8).Select(stream => new BatchPrompt("a", stream))], Cancel);
        var result = await new Decoder(model).GenerateAsync(Request(Decoders.Sample() with { Selection = new BestOf(8) { By = AnswerSelection.Confidence } }), Cancel);
        Assert.Equal(answers.Texts.Max(text => text.Answer.LogProbability / text.Answer.Ids.Count), result.Answer.LogProbability / result.Answer.Ids.Count);
    }

    [Fact]
    public async Task Similarity_NoNumber_IsAnErrorThatNamesIt()
    {
        var selection = new MinimumBayesRisk(2) { Similarity = TextSimilarity.Of("mine", (_, _) => double.NaN) };
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => new SelectingDecoder(new Scripted([("a", -1), ("b", -2)]), selection).GenerateAsync(Request(Decoders.Sample()), Cancel));
        Assert.Contains("'mine'", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SelfConsistency(2) { Pattern = "(" }.Validate());
        Assert.Throws<ArgumentException>(() => new SelfConsistency(2) { Pattern = "(?=a)" }.Validate());
    }

    private static DecodingRequest Request(DecoderParts decoder) => new() { Prompt = "a", Decoder = decoder, MaxTokens = 8 };

    private sealed class Scripted((string Text, double LogProbability)[] answers) : IDecoder
    {
        public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
        {
            var (text, logProbability) = answers[request.Stream % answers.Length];
            var answer = new Answer { Text = text, Ids = [1], FinishReason = FinishReason.Length, LogProbability = logProbability, Score = logProbability, Heuristics = [] };
            return Task.FromResult(new DecodingResult { Prompt = request.Prompt, Answer = answer, Answers = [answer], Decoder = "scripted", Seed = 0, Statistics = new(1, 1, 0, 0, 0, 0, 0) });
        }
    }
}
