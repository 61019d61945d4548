using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class PreferenceDecoderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // the direction as letters before the prompt, so that directions differ to a table model
    private static readonly IPreferenceConditioner Letters = PreferenceConditioner.From("letters", (prompt, v) => prompt + string.Concat(v.Weights.Select(w => (char)('a' + (int)Math.Round(Math.Abs(w) * 4)))));

    [Fact]
    public async Task GenerateAsync_AnyInnerDecoderAndPlan_EqualsEachAnswerAloneAndTheBestOfThem()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            await using var model = TableEngine.Model(8, seed, ties: false);
            var request = Request(random, seed);
            var result = await new PreferenceDecoder(model).GenerateAsync(request, Cancel);

            foreach (var answer in result.Answers)
            {
                var prompt = Letters.Condition(request.Inner.Prompt, answer.Direction);
                Assert.Equal(prompt, answer.Prompt);
                var options = request.Plan.Temperature is { } t ? SearchSetup.Of(request.Inner) with { Sampling = request.Inner.Decoder.Distribution with { Temperature = t } } : SearchSetup.Of(request.Inner);
                var alone = await new Decoder(model).GenerateBatchAsync((request.Inner with { Prompt = prompt }).With(options), [new(prompt, answer.Stream)], Cancel);
                Assert.Equal(alone.Texts[0].Answer.Ids, answer.Answer.Ids);
                Assert.Equal([answer.Answer.Text.Length, answer.Answer.Text.Count(c => c == 'a')], answer.Rewards.Select(r => r.Value));
                Assert.Equal(request.Target.Dot([.. answer.Rewards.Select(r => r.Value)]), answer.Score);
                Assert.Equal(answer.Direction.AngleTo(request.Target), answer.OffsetDegrees);
            }
            Assert.Equal(result.Answers.Count, result.Answers.Select(a => (a.Prompt, a.Stream)).Distinct().Count());
            Assert.Equal(Enumerable.Range(0, result.Answers.Count), result.Answers.Select(a => a.Number).Order());
            var best = result.Answers.OrderByDescending(a => a.Score).ThenBy(a => Math.Round(a.OffsetDegrees, 9)).ThenBy(a => a.Number).First();
            Assert.Same(best, result.Chosen);
            Assert.Equal(request.Plan.Answers == 0 ? request.Plan.Directions.Choose(request.Target).Count : request.Plan.Answers, result.Answers.Count);
        }
    }

    [Fact]
    public async Task GenerateAsync_OneBatch_SharesItsPasses()
    {
        await using var model = TableEngine.Model(8, 2, ties: false);
        var request = Request(new Random(1), 1) with { Inner = new DecodingRequest { Prompt = "a" }.With(SearchSetup.Greedy with { MaxTokens = 20 }), Plan = PreferencePlan.Rps() };
        var result = await new PreferenceDecoder(model).GenerateAsync(request, Cancel);
        var longest = result.Answers.Max(a => a.Answer.Ids.Count);
        Assert.InRange(result.Statistics.BatchedPasses, 1, longest + 3);
    }

    [Theory]
    [InlineData(4, 5, new[] { 4, 1 })]
    [InlineData(4, 8, new[] { 4, 4 })]
    [InlineData(3, 5, new[] { 3, 2 })]
    [InlineData(8, 24, new[] { 8, 8, 8 })]
    [InlineData(1, 6, new[] { 6 })]
    public async Task GenerateAsync_Halving_SpendsTheBudgetOnTheBetterHalf(int directions, int answers, int[] rounds)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            var request = Request(new Random(seed), seed) with { Plan = PreferencePlan.AdaptiveRps(new() { Count = directions }, answers) };
            var result = await new PreferenceDecoder(model).GenerateAsync(request, Cancel);

            var byNumber = result.Answers.OrderBy(a => a.Number).ToList();
            Assert.Equal(rounds, byNumber.GroupBy(a => a.Round).Select(g => g.Count()));
            var alive = byNumber.Where(a => a.Round == 0).Select(a => a.Direction).Distinct().ToList();
            Assert.Equal(directions, alive.Count);
            for (var round = 1; round < rounds.Length; round++)
            {
                // the definition: of those alive the better half by the mean so far
                var seen = byNumber.Where(a => a.Round < round).ToList();
                alive = [.. alive.OrderByDescending(d => seen.Where(a => a.Direction.Equals(d)).Average(a => a.Score)).ThenBy(d => Math.Round(d.AngleTo(request.Target), 9)).Take((alive.Count + 1) / 2)];
                Assert.Equal(Enumerable.Range(0, rounds[round]).Select(i => alive[i % alive.Count]), byNumber.Where(a => a.Round == round).Select(a => a.Direction));
            }
        }
    }

    [Fact]
    public async Task GenerateAsync_EqualScores_TheSmallerOffsetThenTheEarlierAnswerWins()
    {
        await using var model = TableEngine.Model(8, 4, ties: false);
        var constant = new TextHeuristic((_, _) => 1);
        var offsets = new Directions("mine", v => [v.Turned(20), v.Turned(-10), v.Turned(10)]);
        var request = Request(new Random(1), 1) with { Objectives = [new("a", constant), new("b", constant)], Plan = new() { Directions = offsets } };
        var result = await new PreferenceDecoder(model).GenerateAsync(request, Cancel);
        Assert.Equal([1, 2, 0], result.Answers.Select(a => a.Number));
        Assert.Contains("asked earlier", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_DirectionsWrittenAlike_DrawDifferently()
    {
        await using var model = TableEngine.Model(8, 4, ties: false);
        var same = PreferenceConditioner.From("deaf", (prompt, _) => prompt);
        var request = Request(new Random(1), 1) with { Conditioner = same, Plan = PreferencePlan.Rps(), Inner = new DecodingRequest { Prompt = "ab" }.With(SearchSetup.Sample with { MaxTokens = 12 }) };
        var result = await new PreferenceDecoder(model).GenerateAsync(request, Cancel);
        Assert.Equal(5, result.Answers.Select(a => a.Stream).Distinct().Count());
        Assert.True(result.Answers.Select(a => a.Answer.Text).Distinct().Count() > 1);
    }

    [Fact]
    public async Task GenerateAsync_ScorerReturnsNaN_IsAnErrorThatNamesIt()
    {
        await using var model = TableEngine.Model(8, 1);
        var request = Request(new Random(1), 1) with { Objectives = [new("a", new TextHeuristic((_, _) => 1)), new("b", new TextHeuristic((_, _) => double.NaN, name: "judge"))] };
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => new PreferenceDecoder(model).GenerateAsync(request, Cancel));
        Assert.Equal("judge", fault.Heuristic);
        Assert.Contains("'b'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GenerateAsync_ScorerThrows_IsAnErrorThatNamesIt()
    {
        await using var model = TableEngine.Model(8, 1);
        var request = Request(new Random(1), 1) with { Objectives = [new("a", new TextHeuristic((_, _) => throw new InvalidOperationException("no connection"), name: "judge")), new("b", new TextHeuristic((_, _) => 1))] };
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => new PreferenceDecoder(model).GenerateAsync(request, Cancel));
        Assert.Contains("no connection", fault.Message, StringComparison.Ordinal);
        Assert.Equal("judge", fault.Heuristic);
    }

    [Fact]
    public async Task GenerateAsync_ScorerThatNeverAnswers_IsAnErrorAfterTheTimeout()
    {
        await using var model = TableEngine.Model(8, 1);
        using var release = new ManualResetEventSlim();
        var stuck = new TextHeuristic((_, _) => release.Wait(TimeSpan.FromMinutes(1)) ? 1 : 0, name: "judge");
        var request = Request(new Random(1), 1) with { Objectives = [new("a", stuck), new("b", new TextHeuristic((_, _) => 1))], ScorerTimeout = TimeSpan.FromMilliseconds(50) };
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => new PreferenceDecoder(model).GenerateAsync(request, Cancel));
        release.Set();
        Assert.Contains("longer than 0.05 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal("judge", fault.Heuristic);
    }

    [Fact]
    public async Task GenerateAsync_Scorers_AreToldTheRequestsOwnPrompt()
    {
        await using var model = TableEngine.Model(8, 1);
        var seen = new List<string>();
        var request = Request(new Random(1), 1) with { Objectives = [new("a", new PromptSpy(seen)), new("b", new TextHeuristic((_, _) => 1))] };
        await new PreferenceDecoder(model).GenerateAsync(request, Cancel);
        Assert.Equal(["ab"], seen);
    }

    [Fact]
    public async Task GenerateAsync_BadRequests_NameTheField()
    {
        await using var model = TableEngine.Model(8, 1);
        var decoder = new PreferenceDecoder(model);
        var good = Request(new Random(1), 1);
        var unknown = await Assert.ThrowsAsync<ArgumentException>("Target", () => decoder.GenerateAsync(good with { Target = PreferenceDirection.Parse("a=1,wit=1") }, Cancel));
        Assert.Contains("'wit'", unknown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>("Objectives", () => decoder.GenerateAsync(good with { Objectives = [.. good.Objectives, good.Objectives[0]] }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>("Answers", () => decoder.GenerateAsync(good with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 5 }, 4) }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>("Answers", () => decoder.GenerateAsync(good with { Plan = good.Plan with { Answers = -1 } }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>("Count", () => decoder.GenerateAsync(good with { Plan = PreferencePlan.Rps(new() { Count = 50 }) }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>("Directions", () => decoder.GenerateAsync(good with { Plan = new() { Directions = new Directions("none", _ => []) } }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>("Trained", () => decoder.GenerateAsync(good with { Plan = PreferencePlan.NearestTrained([]) }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>("ScorerTimeout", () => decoder.GenerateAsync(good with { ScorerTimeout = TimeSpan.Zero }, Cancel));
        await Assert.ThrowsAsync<ArgumentException>("Temperature", () => decoder.GenerateAsync(good with { Plan = PreferencePlan.TargetAt(-1) }, Cancel));
    }

    [Fact]
    public async Task GenerateAsync_Trace_NumbersCandidatesThroughAndTellsTheSelection()
    {
        await using var model = TableEngine.Model(8, 6, ties: false);
        var (recorder, text) = (new TraceRecorder(), new StringWriter());
        using var lines = new JsonLinesTraceWriter(text);
        var request = Request(new Random(1), 1) with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 3 }, 5) };
        await new PreferenceDecoder(model).GenerateAsync(request with { Inner = request.Inner with { Trace = recorder } }, Cancel);
        var result = await new PreferenceDecoder(model).GenerateAsync(request with { Inner = request.Inner with { Trace = lines } }, Cancel);

        Assert.Equal(5, recorder.Steps.Select(s => s.Answer).Distinct().Count());
        var ids = recorder.Steps.SelectMany(s => s.Candidates).Select(c => c.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(recorder.Steps.SelectMany(s => s.Candidates), c => Assert.True(c.Parent == 0 || ids.Contains(c.Parent)));
        var selection = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Single(line => line.TryGetProperty("selection", out _)).GetProperty("selection");
        Assert.Equal(result.Reason, selection.GetProperty("reason").GetString());
        Assert.Equal(5, selection.GetProperty("answers").GetArrayLength());
        Assert.Equal(result.Chosen.OffsetDegrees, selection.GetProperty("answers")[0].GetProperty("offsetDegrees").GetDouble());
    }

    [Fact]
    public async Task GenerateAsync_ToldToStop_KeepsTheBestOfWhatThereIs()
    {
        await using var model = TableEngine.Model(8, 6, ties: false);
        using var stop = new CancellationTokenSource();
        var request = Request(new Random(1), 1) with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 3 }, 5) };
        stop.Cancel();
        var result = await new PreferenceDecoder(model).GenerateAsync(request with { Inner = request.Inner with { Stop = stop.Token } }, Cancel);
        Assert.All(result.Answers, answer => Assert.Equal(FinishReason.Cancelled, answer.Answer.FinishReason));
        Assert.Equal(3, result.Answers.Count);
    }

    [Fact]
    public async Task GenerateAsync_Budget_HoldsForAllRoundsTogether()
    {
        await using var model = TableEngine.Model(8, 6, ties: false);
        var request = Request(new Random(1), 1) with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 4 }, 12) };
        var inner = request.Inner.With(SearchSetup.Sample with { MaxTokens = 8 });
        var free = await new PreferenceDecoder(model).GenerateAsync(request with { Inner = inner }, Cancel);
        for (var budget = 20L; budget < free.Statistics.TokenEvaluations; budget += 7)
        {
            var result = await new PreferenceDecoder(model).GenerateAsync(request with { Inner = inner.With(setup => setup with { Budget = budget }) }, Cancel);
            Assert.InRange(result.Statistics.TokenEvaluations, 1, budget);
            Assert.True(result.Answers.Count < 12 || result.Answers.Any(answer => answer.Answer.FinishReason == FinishReason.Budget), $"budget {budget} cut nothing");
        }
    }

    private static PreferenceRequest Request(Random random, int seed)
    {
        var options = random.Next(4) switch
        {
            0 => SearchSetup.Sample with { Sampling = new() { Temperature = 0.7, TopP = 0.9, RepetitionPenalty = 1.1 } },
            1 => SearchSetup.Greedy,
            2 => SearchSetup.BeamSearch(2),
            _ => SearchSetup.Deal(1, 3, 2),
        };
        var trained = Enumerable.Range(0, 4).Select(_ => PreferenceDirection.Create([new("a", random.NextDouble()), new("b", random.NextDouble())])).ToList();
        var plan = random.Next(6) switch
        {
            0 => PreferencePlan.Target(3),
            1 => PreferencePlan.TargetAt(1.5, 3),
            2 => PreferencePlan.NearestTrained(trained, 3),
            3 => PreferencePlan.FixedOffset(15, answers: 2),
            4 => PreferencePlan.Rps(new() { Sampler = (NeighbourhoodSampler)random.Next(3), Count = 4 }, 2),
            _ => PreferencePlan.Rps(),
        };
        return new()
        {
            Inner = new DecodingRequest { Prompt = "ab", Heuristics = [new(new TextHeuristic((text, _) => text.Length % 3))] }.With(options with { MaxTokens = 8, Seed = (ulong)seed }),
            Target = PreferenceDirection.Create([new("a", random.NextDouble() - 0.5), new("b", random.NextDouble())]),
            Objectives = [new("a", new TextHeuristic((text, _) => text.Length)), new("b", new TextHeuristic((text, _) => text.Count(c => c == 'a')))],
            Conditioner = Letters,
            Plan = plan,
        };
    }

    private sealed record Directions(string Name, Func<PreferenceDirection, IReadOnlyList<PreferenceDirection>> Of) : IDirectionChoice
    {
        public IReadOnlyList<PreferenceDirection> Choose(PreferenceDirection target) => Of(target);
    }

    private sealed class PromptSpy(List<string> seen) : IHeuristic
    {
        public string Name => "spy";

        public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
        {
            seen.Add(context.Prompt);
            return new TextHeuristic((_, _) => 0).OpenAsync(context, sessions, cancellationToken);
        }
    }
}
