using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

/// <summary>Every saving leaves what trained models write as it is, bit for bit.</summary>
public class SavingsOnModelsTests
{
    private static readonly SavingsOptions[] Ways =
    [
        SavingsOptions.None with { Reuse = true }, SavingsOptions.None with { Prune = true }, SavingsOptions.None with { Shorten = true }, SavingsOptions.None with { Pipeline = 5 },
        SavingsOptions.All with { Pipeline = 0 }, SavingsOptions.All,
    ];

    [Fact]
    public Task EmbeddedModel_EachSaving_WritesTheSame() => CompareAsync(EmbeddedModel.Folder);

    [Fact]
    public Task TinyStories_EachSaving_WritesTheSame() => CompareAsync(SharedData.Require("models/TinyStories-656K"));

    private static async Task CompareAsync(string folder)
    {
        await using var model = await CpuModel.LoadAsync(folder, new() { Threads = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        IHeuristic[] rewards =
        [
            new KeywordCoverage([Keyword.AnyOf(["dog", "dogs"]), Keyword.AnyOf(["tree", "trees"])], instruction: null),
            new LexiconSentiment(new Dictionary<string, double> { ["happy"] = 2, ["fun"] = 2, ["sad"] = -2, ["loved"] = 2 }),
        ];
        for (var i = 0; i < 4; i++)
        {
            var request = new DecodingRequest { Prompt = "One day, a boy went to the park.", Decoder = Decoders.Deal(1 + i / 2 * 2, 4, 6, lambda: 6), MaxTokens = 12, Heuristics = [new(rewards[i % 2])] };
            var naive = await RunAsync(request, SavingsOptions.None);
            foreach (var way in Ways)
            {
                var result = await RunAsync(request, way);
                Assert.Equal(naive.Answer.Ids, result.Answer.Ids);
                Assert.Equal(naive.Answer.Score, result.Answer.Score);
                Assert.Equal(naive.Answer.LogProbability, result.Answer.LogProbability);
                Assert.True(result.Statistics.TokenEvaluations <= naive.Statistics.TokenEvaluations || way.Pipeline > 0);
            }
        }

        Task<DecodingResult> RunAsync(DecodingRequest request, SavingsOptions savings) =>
            new Decoder(model).GenerateAsync(request with { Savings = savings }, TestContext.Current.CancellationToken);
    }
}
