using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>What holds of every decoder that searches with one model and one heuristic; those that need a preference, a judge, several heuristics or thresholds have tests of their own.</summary>
public class EveryDecoderTests
{
    public static TheoryData<string> Names => [.. DecoderCatalogue.All.Select(entry => entry.Name).Where(name => name is not ("rps" or "listwise" or "tournament" or "sweep" or "dual-ascent"))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Batch_EachTextIsWhatTheRequestGivesAlone(string name)
    {
        for (var seed = 0; seed < 25; seed++)
        {
            await using var model = TableEngine.Model(6, seed, 5 + seed, ties: seed % 2 == 0);
            var request = Request(name, seed);
            BatchPrompt[] prompts = [new("b"), new("ab", 2), new("b", 1), new("b"), new("cab", 3)];

            var batch = await new Decoder(model).GenerateBatchAsync(request, prompts, Cancel);

            for (var i = 0; i < prompts.Length; i++)
            {
                var alone = await new Decoder(model).GenerateAsync(request with { Prompt = prompts[i].Prompt, Stream = prompts[i].Stream }, Cancel);
                Assert.Equal(alone.Answers.Select(Tell), batch.Texts[i].Answers.Select(Tell));
                Assert.Equal(alone.Measures, batch.Texts[i].Measures);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Stream_DeliversTheAnswerAndNothingElse(string name)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            await using var model = TableEngine.Model(5, seed, ties: false);
            var request = Request(name, seed) with { StopSequences = seed % 3 == 0 ? ["aba"] : [] };
            var whole = await new Decoder(model).GenerateAsync(request, Cancel);
            var (text, ids) = ("", new List<int>());
            await foreach (var update in new Decoder(model).StreamAsync(request, Cancel))
            {
                text += update.Text;
                ids.AddRange(update.Ids);
                Assert.StartsWith(text, whole.Text, StringComparison.Ordinal);
            }
            Assert.Equal(whole.Text, text);
            Assert.Equal(whole.Answer.Ids, ids);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Constraint_HoldsInEveryAnswer_AndABudgetIsKept(string name)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            using var engine = new TableEngine(5, seed, ties: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(5));
            var request = Request(name, seed) with { Constraints = [new AtLeastConstraint(3, 2)] };
            Assert.All((await new Decoder(model).GenerateAsync(request, Cancel)).Answers, answer => Assert.True(answer.Ids.Count(id => id == 3) >= 2));

            var little = await new Decoder(model).GenerateAsync(request with { Budget = 30 }, Cancel);
            Assert.True(little.Answer.Ids.Count(id => id == 3) >= 2);
            Assert.InRange(little.Statistics.TokenEvaluations, 1, 30);
        }
    }

    private static DecodingRequest Request(string name, int seed) => new()
    {
        Prompt = "b",
        Decoder = DecoderCatalogue.Get(name).Create(name is "cards" or "step-beam" or "dvts" ? [new("segmentLeast", 1), new("segmentMost", 3), new("attempts", 3)] : name == "blockwise" ? [new("segmentMost", 3)] : [new("answers", 4), new("rejectEvery", 2)]),
        Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a') * 0.6 - text.Count(c => c == 'c') * 0.2))],
        MaxTokens = 10,
        Seed = (ulong)seed,
    };

    private static string Tell(Answer answer) => FormattableString.Invariant($"{string.Join(' ', answer.Ids)} {answer.LogProbability:R} {answer.Score:R} {answer.LogWeight:R} {answer.FinishReason}");
}
