using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A text of a batch is bitwise what the same request gives alone.</summary>
public class BatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GenerateBatchAsync_AnyDecoder_EachTextIsWhatTheRequestGivesAlone()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            await using var model = TableEngine.Model(random.Next(3, 8), seed, random.Next(1, 40), ties: random.Next(2) == 0);
            var request = new DecodingRequest { Prompt = "", Heuristics = [new(new TextHeuristic((text, _) => text.Length % 3))] }.With(Inner(random));
            BatchPrompt[] prompts = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => new BatchPrompt(new string(' ', random.Next(1, 4)), random.Next(0, 3)))];

            var batch = await new Decoder(model).GenerateBatchAsync(request, prompts, Cancel);

            Assert.Equal(prompts.Length, batch.Texts.Count);
            for (var i = 0; i < prompts.Length; i++)
            {
                var alone = await new Decoder(model).GenerateBatchAsync(request, [prompts[i]], Cancel);
                Assert.Equal(alone.Texts[0].Answer.Ids, batch.Texts[i].Answer.Ids);
                Assert.Equal(alone.Texts[0].Answer.Score, batch.Texts[i].Answer.Score);
                if (prompts[i].Stream > 0) continue;
                var plain = await new Decoder(model).GenerateAsync(request with { Prompt = prompts[i].Prompt }, Cancel);
                Assert.Equal(plain.Answers.Select(a => a.Ids), batch.Texts[i].Answers.Select(a => a.Ids));
            }
        }
    }

    [Fact]
    public async Task GenerateBatchAsync_StreamsOfOnePrompt_AreItsIndependentAnswers()
    {
        await using var model = TableEngine.Model(8, 1, ties: false);
        var request = new DecodingRequest { Prompt = "a" }.With(SearchSetup.Sample with { MaxTokens = 12, Seed = 5 });
        var several = await new Decoder(model).GenerateAsync(request.With(setup => setup with { Answers = 4 }), Cancel);
        var batch = await new Decoder(model).GenerateBatchAsync(request, [.. Enumerable.Range(0, 4).Select(stream => new BatchPrompt("a", stream))], Cancel);
        Assert.Equal(several.Answers.Select(a => string.Join(',', a.Ids)).Order(), batch.Texts.Select(t => string.Join(',', t.Answer.Ids)).Order());
        Assert.True(batch.Texts.Select(t => t.Answer.Text).Distinct().Count() > 1);
    }

    [Fact]
    public async Task GenerateBatchAsync_PromptsOfEqualLength_ShareTheirPasses()
    {
        await using var model = TableEngine.Model(6, 3, ties: false);
        var request = new DecodingRequest { Prompt = "" }.With(SearchSetup.Greedy with { MaxTokens = 20 });
        var alone = await new Decoder(model).GenerateBatchAsync(request, [new("ab")], Cancel);
        var batch = await new Decoder(model).GenerateBatchAsync(request, [new("ab"), new("ba"), new("bb")], Cancel);
        Assert.True(batch.Statistics.BatchedPasses <= 22, $"{batch.Statistics.BatchedPasses} passes");
        Assert.True(batch.Statistics.TokenEvaluations > alone.Statistics.TokenEvaluations);
    }

    [Fact]
    public async Task GenerateBatchAsync_Progress_SpeaksOfTheTextThatIsFurthestAndOfTheHighestLimit()
    {
        await using var model = new EngineModel(new TableEngine(6, 3, contextLength: 12, ties: false, ends: false), new LetterTokenizer(6));
        var heard = new Heard();
        await new Decoder(model).GenerateBatchAsync(new DecodingRequest { Prompt = "", Progress = heard }.With(SearchSetup.Greedy with { MaxTokens = 20 }), [new("ababab"), new("ab")], Cancel);
        Assert.All(heard.Reports, report => Assert.Equal(10, report.MaxTokens));
        Assert.Equal(heard.Reports.Select(report => report.Step).Order(), heard.Reports.Select(report => report.Step));
        Assert.Equal(10, heard.Reports[^1].Step);
    }

    private sealed class Heard : IProgress<DecodingProgress>
    {
        public List<DecodingProgress> Reports { get; } = [];

        public void Report(DecodingProgress value) => Reports.Add(value);
    }

    [Fact]
    public async Task GenerateBatchAsync_BadPrompts_AreNamed()
    {
        await using var model = TableEngine.Model(4, 1);
        var request = new DecodingRequest { Prompt = "" };
        await Assert.ThrowsAsync<ArgumentException>("prompts", () => new Decoder(model).GenerateBatchAsync(request, [], Cancel));
        await Assert.ThrowsAsync<ArgumentException>("Stream", () => new Decoder(model).GenerateBatchAsync(request, [new("a", -1)], Cancel));
        await Assert.ThrowsAsync<ArgumentNullException>("Prompt", () => new Decoder(model).GenerateBatchAsync(request, [new("a"), new(null!)], Cancel));
        await Assert.ThrowsAsync<ArgumentException>("Prompt", () => new Decoder(model).GenerateBatchAsync(request, [new("a"), new("")], Cancel));
    }

    private static SearchSetup Inner(Random random) => random.Next(5) switch
    {
        0 => SearchSetup.Greedy with { MaxTokens = 6 },
        1 => SearchSetup.Sample with { MaxTokens = 6, Seed = (ulong)random.Next(), Sampling = new() { TopP = 0.9, Temperature = 0.7, RepetitionPenalty = 1.1 } },
        2 => SearchSetup.BeamSearch(3) with { MaxTokens = 6 },
        3 => SearchSetup.Deal(2, 3, 2) with { MaxTokens = 6, CandidateChoice = random.Next(2) == 0 ? TokenChoice.Top : TokenChoice.Sample, LookaheadChoice = TokenChoice.Sample },
        _ => SearchSetup.BestOf(3) with { MaxTokens = 6 },
    };
}
