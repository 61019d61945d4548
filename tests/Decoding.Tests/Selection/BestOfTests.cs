using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class BestOfTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(AnswerSelection.Score)]
    [InlineData(AnswerSelection.Heuristics)]
    [InlineData(AnswerSelection.Soft)]
    public async Task GenerateAsync_NothingDecidedBeforeTheEnd_AsksTheHeuristicOncePerText(AnswerSelection by)
    {
        await using var model = TableEngine.Model(8, 3);
        var best = Decoders.BestOf(4) with { Selection = new BestOf(4) { By = by } };

        var result = await new Decoder(model).GenerateAsync(Request(best), Cancel);

        Assert.Equal(4, result.Statistics.HeuristicCalls);
        Assert.All(result.Answers, answer => Assert.Equal(answer.LogProbability + Length(answer.Text), answer.Score, 12));
    }

    [Fact]
    public async Task GenerateAsync_Soft_DrawsByTheSoftmaxOfH()
    {
        await using var model = TableEngine.Model(6, 5);
        const double Beta = 0.7;
        // the same three texts each time, chosen from anew for each stream
        double[] values = [0, 0.4, 1.1];
        var decoder = new SelectingDecoder(new Scripted(values), new BestOf(3) { By = AnswerSelection.Soft, Temperature = Beta });
        const int Draws = 6000;
        var chosen = new int[3];
        var batch = await decoder.GenerateBatchAsync(Request(Decoders.Sample()), [.. Enumerable.Range(0, Draws).Select(stream => new BatchPrompt("a", stream))], Cancel);
        foreach (var text in batch.Texts) chosen[Array.IndexOf(values, text.Answer.Heuristics[0].Value)]++;

        var total = values.Sum(value => Math.Exp(value / Beta));
        // chi-squared of two degrees: 13.8 is passed once in a thousand
        Assert.InRange(values.Select((value, i) => Math.Pow(chosen[i] - Draws * Math.Exp(value / Beta) / total, 2) / (Draws * Math.Exp(value / Beta) / total)).Sum(), 0, 13.8);
    }

    [Fact]
    public async Task GenerateAsync_SoftWithTinyBeta_IsTheBestByH()
    {
        await using var model = TableEngine.Model(8, 3);
        async Task<string> TextAsync(BestOf selection) => (await new Decoder(model).GenerateAsync(Request(Decoders.Sample() with { Selection = selection }), Cancel)).Text;

        Assert.Equal(await TextAsync(new BestOf(6) { By = AnswerSelection.Heuristics }), await TextAsync(new BestOf(6) { By = AnswerSelection.Soft, Temperature = 1e-9 }));
    }

    [Fact]
    public async Task GenerateAsync_SampledWithoutRepeats_RepeatsNothingAndDrawsFromTheRest()
    {
        await using var model = TableEngine.Model(5, 2);
        var plain = DecoderCatalogue.Get("sample").Create();
        var without = DecoderCatalogue.Get("sample").Create([new("noRepeat", 1)]);
        var texts = await new Decoder(model).GenerateBatchAsync(Request(without) with { MaxTokens = 2 }, [.. Enumerable.Range(0, 4000).Select(stream => new BatchPrompt("a", stream))], Cancel);
        var same = await new Decoder(model).GenerateBatchAsync(Request(plain) with { MaxTokens = 1 }, [.. Enumerable.Range(0, 4000).Select(stream => new BatchPrompt("a", stream))], Cancel);

        // the first token is the plain sample's; the second never the first again
        Assert.Equal(same.Texts.Select(text => text.Answer.Ids[0]), texts.Texts.Select(text => text.Answer.Ids[0]));
        Assert.DoesNotContain(texts.Texts, text => text.Answer.Ids.Count == 2 && text.Answer.Ids[0] == text.Answer.Ids[1]);
        var first = texts.Texts.GroupBy(text => text.Answer.Ids[0]).Where(group => group.Key != 0).MaxBy(group => group.Count())!;
        var p = await DistributionAsync(model, first.Key);
        var rest = 1 - p[first.Key];
        var chi = Enumerable.Range(0, 5).Where(token => token != first.Key).Sum(token => Math.Pow(first.Count(text => text.Answer.Ids[1] == token) - first.Count() * p[token] / rest, 2) / (first.Count() * p[token] / rest));
        // three degrees: 16.3 is passed once in a thousand
        Assert.InRange(chi, 0, 16.3);
    }

    private static DecodingRequest Request(DecoderParts decoder) => new() { Prompt = "a", Decoder = decoder, MaxTokens = 10, Heuristics = [new(new TextHeuristic((text, _) => Length(text)))] };

    private static double Length(string text) => text.Length / 10.0;

    private static async Task<double[]> DistributionAsync(ILanguageModel model, int token)
    {
        var tree = new TokenTree();
        await using var session = await model.OpenAsync(tree, 8);
        var p = new double[model.Facts.VocabularySize];
        await session.EvaluateAsync(new EvaluationRequest[] { new() { Node = tree.AppendAll(tree.AddRoot(model.Tokenizer.EncodePrompt("a")), [token]), LogProbabilities = p } });
        return [.. p.Select(Math.Exp)];
    }

    private sealed class Scripted(double[] values) : IDecoder
    {
        public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
        {
            var value = values[request.Stream % values.Length];
            var answer = new Answer { Text = "a", Ids = [1], FinishReason = FinishReason.Eos, LogProbability = -1, Score = -1, Heuristics = [new("h", value, 1, null)] };
            return Task.FromResult(new DecodingResult { Prompt = request.Prompt, Answer = answer, Answers = [answer], Decoder = "scripted", Seed = 0, Statistics = default });
        }
    }
}
