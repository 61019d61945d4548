using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Models;
using DecodeAlign.Text;
using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

/// <summary>A trained checkpoint, on this engine and on the CPU engine: the same text from every decoder.</summary>
public class StoryTests
{
    private const string Prompt = "Once upon a time";

    [Fact]
    public void Forward_Prompt_LogitsAreThoseOfTheCpuEngine()
    {
        Engines.Require();
        var folder = SharedData.Require("models/TinyStories-656K");
        using var weights = ModelFolder.Open(folder).OpenWeights();
        using var engine = Engines.Load(weights);
        using var cpu = CpuEngine.Load(weights, new() { Threads = 2 }, "tokens");
        var worst = 0.0;
        foreach (var (ids, _, _) in ReferenceCases.Read(folder))
        {
            var (actual, expected) = (engine.EvaluateAll(ids), cpu.EvaluateAll(ids));
            for (var position = 0; position < ids.Length; position++)
                for (var token = 0; token < expected[position].Length; token++)
                    worst = Math.Max(worst, Math.Abs(expected[position][token] - actual[position][token]));
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"largest difference from the CPU engine: {worst:E2}");
        Assert.InRange(worst, 0, 1e-3);
    }

    [Fact]
    public Task Greedy_200Tokens_AreThoseOfTheCpuEngine() => Compare(SearchSetup.Greedy with { MaxTokens = 200 });

    [Fact]
    public Task BeamSearch_AreThoseOfTheCpuEngine() => Compare(SearchSetup.BeamSearch(4) with { MaxTokens = 60 });

    [Fact]
    public Task Deal_AreThoseOfTheCpuEngine() => Compare(SearchSetup.Deal(beam: 2, candidates: 5, lookahead: 8, lambda: 8) with { MaxTokens = 40 }, "park", "cake", "rain");

    [Fact]
    public Task Sampling_AreThoseOfTheCpuEngine() => Compare(SearchSetup.BestOf(3) with { MaxTokens = 40, Sampling = new() { Temperature = 0.8, TopP = 0.95 }, Seed = 3 }, "park");

    [Fact]
    public async Task RobustPreferenceSelection_AnswersAndChoice_AreThoseOfTheCpuEngine()
    {
        Engines.Require();
        var folder = SharedData.Require("models/TinyStories-656K");
        var cancellation = TestContext.Current.CancellationToken;
        var selection = new PreferenceSelection
        {
            Target = PreferenceDirection.Parse("park=0.6,length=0.8"),
            Objectives = [new("park", new KeywordCoverage([Keyword.Of("park")])), new("length", new LengthRange(10, 20))],
            Conditioner = PreferenceConditioner.Dpa(),
            Plan = PreferencePlan.Rps(),
        };
        var request = new DecodingRequest { Prompt = Prompt, Decoder = PreferencePlan.PaperDecoder with { Selection = selection }, MaxTokens = 30, Seed = 5 };
        await using var model = await TorchModel.LoadAsync(folder, new() { Device = Engines.Device, Threads = 2, KvBudgetBytes = 1 << 28 }, cancellationToken: cancellation);
        await using var cpu = await CpuModel.LoadAsync(folder, new() { Threads = 2 }, cancellationToken: cancellation);
        var actual = await new Decoder(model).GenerateAsync(request, cancellation);
        var expected = await new Decoder(cpu).GenerateAsync(request, cancellation);
        Assert.Equal(5, actual.Answers.Count);
        Assert.Equal(expected.Answers.Select(answer => answer.Text), actual.Answers.Select(answer => answer.Text));
        Assert.Equal(((PreferenceReport)expected.Selection!).Chosen.Number, ((PreferenceReport)actual.Selection!).Chosen.Number);
    }

    private static async Task Compare(SearchSetup options, params string[] keywords)
    {
        Engines.Require();
        var folder = SharedData.Require("models/TinyStories-656K");
        var cancellation = TestContext.Current.CancellationToken;
        var request = new DecodingRequest
        {
            Prompt = Prompt,
            Heuristics = keywords is [] ? [] : [new(new KeywordCoverage(keywords.Select(word => Keyword.Of(word))))],
        }.With(options with { Savings = SavingsOptions.All with { Pipeline = 4 } }); // each engine's own width follows what its passes cost
        await using var model = await TorchModel.LoadAsync(folder, new() { Device = Engines.Device, Threads = 2, KvBudgetBytes = 1 << 28 }, cancellationToken: cancellation);
        await using var cpu = await CpuModel.LoadAsync(folder, new() { Threads = 2 }, cancellationToken: cancellation);
        var actual = await new Decoder(model).GenerateAsync(request, cancellation);
        var expected = await new Decoder(cpu).GenerateAsync(request, cancellation);
        Assert.Equal(expected.Answers.Select(answer => answer.Text), actual.Answers.Select(answer => answer.Text));
        Assert.Equal(expected.Answer.Ids, actual.Answer.Ids);
        Assert.Equal(expected.Answer.LogProbability, actual.Answer.LogProbability, 1e-3);
        Assert.Equal(expected.Statistics.TokenEvaluations, actual.Statistics.TokenEvaluations);
    }
}
