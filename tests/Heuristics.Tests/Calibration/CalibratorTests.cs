using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

public class CalibratorTests
{
    private static readonly string[] Prompts = ["a", "be", "cab"];

    private static IHeuristic Reward(double factor, double offset) => Heuristic.FromText("letters", text => factor * (text.Count(c => c is 'a' or 'c') - 0.5 * text.Count(c => c == 'b')) + offset);

    [Fact]
    public async Task RunAsync_Samples_GiveTheSpreadOfTheirValues()
    {
        await using var model = ToyEngine.Model(ToyTokenizer.Letters);
        var options = new CalibrationOptions { SamplesPerPrompt = 20, MaxTokens = 12, Seed = 3 };
        var calibration = await Calibrator.RunAsync(model, Prompts, new Dictionary<string, IHeuristic> { ["letters"] = Reward(1, 0), ["length"] = Heuristic.FromText("length", text => text.Length) }, options);

        // the same samples once more, scored by hand
        var values = new List<double>();
        var logProbabilities = new List<double>();
        var lengthsOfFour = new List<double>();
        for (var i = 0; i < Prompts.Length; i++)
        {
            var result = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = Prompts[i] }.With(SearchSetup.Sample with { Answers = 20, MaxTokens = 12, Seed = 3 + (ulong)i }));
            values.AddRange(result.Answers.Select(answer => answer.Text.Count(c => c is 'a' or 'c') - 0.5 * answer.Text.Count(c => c == 'b')));
            lengthsOfFour.AddRange(result.Answers.Select(answer => answer.Ids.TakeWhile(id => id != 0).ToArray()).Where(ids => ids.Length >= 4).Select(ids => (double)GeneratedText.Decode(ToyTokenizer.Letters, ids.AsSpan(..4)).Length));
            logProbabilities.AddRange(result.Answers.Select(answer => answer.LogProbability));
        }
        var scale = calibration["letters"];
        var mean = values.Average();
        Assert.Equal(60, scale.Samples);
        Assert.Equal(mean, scale.Mean, 1e-12);
        Assert.Equal(Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / 59), scale.StandardDeviation, 1e-12);
        Assert.Equal((values.Min(), values.Max()), (scale.Quantile(0), scale.Quantile(1)));
        Assert.InRange(values.Count(v => v <= scale.Quantile(0.5)), 30, 60);
        Assert.Equal(logProbabilities.Average(), calibration.LogProbability.Mean, 1e-12);
        Assert.Equal([1, 2, 4, 8], scale.Positions.Select(place => place.Tokens));
        Assert.Equal(lengthsOfFour.Average(), calibration["length"].Positions[2].Mean, 1e-12);
        Assert.Contains("'length', 'letters'", Assert.Throws<KeyNotFoundException>(() => calibration["other"]).Message);
    }

    [Theory]
    [InlineData(1e-3, 12.5)]
    [InlineData(37, -4000)]
    [InlineData(1, 0.1)]
    public async Task CalibratedLambda_RewardOnAnotherScale_RanksTheSame(double factor, double offset)
    {
        await using var model = ToyEngine.Model(ToyTokenizer.Letters);
        foreach (var byPosition in new[] { false, true })
        {
            var (plain, rescaled) = (await SearchAsync(Reward(1, 0)), await SearchAsync(Reward(factor, offset)));
            Assert.Equal(plain, rescaled);

            async Task<List<string>> SearchAsync(IHeuristic reward)
            {
                var calibration = await Calibrator.RunAsync(model, Prompts, new Dictionary<string, IHeuristic> { ["r"] = reward }, new() { SamplesPerPrompt = 12, MaxTokens = 10 });
                var request = new DecodingRequest
                {
                    Prompt = "abc",
                    Heuristics = [new(new CalibratedHeuristic(reward, calibration["r"], byPosition))],
                }.With(SearchSetup.Deal(beam: 3, candidates: 4, lookahead: 3, lambda: 2) with { MaxTokens = 10 });
                return [.. (await new Decoder(model).GenerateAsync(request)).Answers.Select(answer => answer.Text)];
            }
        }
    }

    [Fact]
    public async Task UncalibratedLambda_RewardOnAnotherScale_RanksOtherwise()
    {
        // the contrast that makes the test above mean something
        await using var model = ToyEngine.Model(ToyTokenizer.Letters);
        var texts = new List<string>();
        foreach (var factor in new[] { 1e-3, 37.0 })
            texts.Add((await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "abc", Heuristics = [new(Reward(factor, 0))] }.With(SearchSetup.Deal(beam: 3, candidates: 4, lookahead: 3, lambda: 2) with { MaxTokens = 10 }))).Text);
        Assert.NotEqual(texts[0], texts[1]);
    }

    [Fact]
    public async Task RunAsync_RewardThatFails_IsNamedAndLeavesNothingOpen()
    {
        var engine = new ToyEngine(ToyTokenizer.Letters);
        await using var model = new EngineModel(engine, ToyTokenizer.Letters);
        foreach (var bad in new[] { Heuristic.FromText("mine", _ => double.NaN), Heuristic.FromText("mine", _ => throw new InvalidOperationException("no answer")) })
        {
            var fault = await Assert.ThrowsAsync<HeuristicException>(() => Calibrator.RunAsync(model, Prompts, new Dictionary<string, IHeuristic> { ["r"] = bad }));
            Assert.Equal("mine", fault.Heuristic);
        }
        Assert.Equal(0, engine.OpenSessions);
        await Assert.ThrowsAsync<ArgumentException>(() => Calibrator.RunAsync(model, [], new Dictionary<string, IHeuristic>()));
        await Assert.ThrowsAsync<ArgumentException>(() => Calibrator.RunAsync(model, Prompts, new Dictionary<string, IHeuristic>(), new() { Temperature = 0 }));
        await Assert.ThrowsAsync<ArgumentException>(() => Calibrator.RunAsync(model, Prompts, new Dictionary<string, IHeuristic>(), new() { Positions = [3, 2] }));
    }
}
