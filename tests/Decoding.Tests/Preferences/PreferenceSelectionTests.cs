using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class PreferenceSelectionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // the direction as letters before the prompt, so that directions differ to a table model
    private static readonly IPreferenceConditioner Letters = PreferenceConditioner.From("letters", (prompt, v) => prompt + string.Concat(v.Weights.Select(w => (char)('a' + (int)Math.Round(Math.Abs(w) * 4)))));

    [Fact]
    public async Task SelectAsync_AnyDecoderAndPlan_EqualsEachAnswerAloneAndTheBestOfThem()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            await using var model = TableEngine.Model(8, seed, ties: false);
            var (request, selection) = Ask(random, seed);
            var result = await ReportAsync(model, request, selection);

            foreach (var answer in result.Answers)
            {
                var prompt = Letters.Condition(request.Prompt, answer.Direction);
                Assert.Equal(prompt, answer.Prompt);
                var parts = selection.Plan.Temperature is { } t ? request.Decoder with { Distribution = request.Decoder.Distribution with { Temperature = t } } : request.Decoder;
                var alone = await new Decoder(model).GenerateBatchAsync(request with { Prompt = prompt, Decoder = parts }, [new(prompt, answer.Stream)], Cancel);
                Assert.Equal(alone.Texts[0].Answer.Ids, answer.Answer.Ids);
                Assert.Equal([answer.Answer.Text.Length, answer.Answer.Text.Count(c => c == 'a')], answer.Rewards.Select(r => r.Value));
                Assert.Equal(selection.Target.Dot([.. answer.Rewards.Select(r => r.Value)]), answer.Score);
                Assert.Equal(answer.Direction.AngleTo(selection.Target), answer.OffsetDegrees);
            }
            Assert.Equal(result.Answers.Count, result.Answers.Select(a => (a.Prompt, a.Stream)).Distinct().Count());
            Assert.Equal(Enumerable.Range(0, result.Answers.Count), result.Answers.Select(a => a.Number).Order());
            var best = result.Answers.OrderByDescending(a => a.Score).ThenBy(a => Math.Round(a.OffsetDegrees, 9)).ThenBy(a => a.Number).First();
            Assert.Same(best, result.Chosen);
            Assert.Equal(selection.Plan.Answers == 0 ? selection.Plan.Directions.Choose(selection.Target).Count : selection.Plan.Answers, result.Answers.Count);
        }
    }

    [Fact]
    public async Task SelectAsync_OneBatch_SharesItsPasses()
    {
        await using var model = TableEngine.Model(8, 2, ties: false);
        var selection = Ask(new Random(1), 1).Selection with { Plan = PreferencePlan.Rps() };
        var whole = await DecodeAsync(model, new() { Prompt = "a", Decoder = Decoders.Greedy, MaxTokens = 20 }, selection);
        var longest = whole.Answers.Max(a => a.Ids.Count);
        Assert.InRange(whole.Statistics.BatchedPasses, 1, longest + 3);
    }

    [Theory]
    [InlineData(4, 5, new[] { 4, 1 })]
    [InlineData(4, 8, new[] { 4, 4 })]
    [InlineData(3, 5, new[] { 3, 2 })]
    [InlineData(8, 24, new[] { 8, 8, 8 })]
    [InlineData(1, 6, new[] { 6 })]
    public async Task SelectAsync_Halving_SpendsTheBudgetOnTheBetterHalf(int directions, int answers, int[] rounds)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            var (request, selection) = Ask(new Random(seed), seed);
            selection = selection with { Plan = PreferencePlan.AdaptiveRps(new() { Count = directions }, answers) };
            var result = await ReportAsync(model, request, selection);

            var byNumber = result.Answers.OrderBy(a => a.Number).ToList();
            Assert.Equal(rounds, byNumber.GroupBy(a => a.Round).Select(g => g.Count()));
            var alive = byNumber.Where(a => a.Round == 0).Select(a => a.Direction).Distinct().ToList();
            Assert.Equal(directions, alive.Count);
            for (var round = 1; round < rounds.Length; round++)
            {
                // the definition: of those alive the better half by the mean so far
                var seen = byNumber.Where(a => a.Round < round).ToList();
                alive = [.. alive.OrderByDescending(d => seen.Where(a => a.Direction.Equals(d)).Average(a => a.Score)).ThenBy(d => Math.Round(d.AngleTo(selection.Target), 9)).Take((alive.Count + 1) / 2)];
                Assert.Equal(Enumerable.Range(0, rounds[round]).Select(i => alive[i % alive.Count]), byNumber.Where(a => a.Round == round).Select(a => a.Direction));
            }
        }
    }

    [Fact]
    public async Task SelectAsync_EqualScores_TheSmallerOffsetThenTheEarlierAnswerWins()
    {
        await using var model = TableEngine.Model(8, 4, ties: false);
        var constant = new TextHeuristic((_, _) => 1);
        var offsets = new Directions("mine", v => [v.Turned(20), v.Turned(-10), v.Turned(10)]);
        var (request, selection) = Ask(new Random(1), 1);
        selection = selection with { Objectives = [new("a", constant), new("b", constant)], Plan = new() { Directions = offsets } };
        var result = await ReportAsync(model, request, selection);
        Assert.Equal([1, 2, 0], result.Answers.Select(a => a.Number));
        Assert.Contains("asked earlier", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelectAsync_DirectionsWrittenAlike_DrawDifferently()
    {
        await using var model = TableEngine.Model(8, 4, ties: false);
        var same = PreferenceConditioner.From("deaf", (prompt, _) => prompt);
        var selection = Ask(new Random(1), 1).Selection with { Conditioner = same, Plan = PreferencePlan.Rps() };
        var result = await ReportAsync(model, new() { Prompt = "ab", Decoder = Decoders.Sample(), MaxTokens = 12 }, selection);
        Assert.Equal(5, result.Answers.Select(a => a.Stream).Distinct().Count());
        Assert.True(result.Answers.Select(a => a.Answer.Text).Distinct().Count() > 1);
    }

    [Fact]
    public async Task SelectAsync_ScorerReturnsNaN_IsAnErrorThatNamesIt()
    {
        await using var model = TableEngine.Model(8, 1);
        var (request, selection) = Ask(new Random(1), 1);
        selection = selection with { Objectives = [new("a", new TextHeuristic((_, _) => 1)), new("b", new TextHeuristic((_, _) => double.NaN, name: "judge"))] };
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => DecodeAsync(model, request, selection));
        Assert.Equal("judge", fault.Heuristic);
        Assert.Contains("'b'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelectAsync_ScorerThrows_IsAnErrorThatNamesIt()
    {
        await using var model = TableEngine.Model(8, 1);
        var (request, selection) = Ask(new Random(1), 1);
        selection = selection with { Objectives = [new("a", new TextHeuristic((_, _) => throw new InvalidOperationException("no connection"), name: "judge")), new("b", new TextHeuristic((_, _) => 1))] };
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => DecodeAsync(model, request, selection));
        Assert.Contains("no connection", fault.Message, StringComparison.Ordinal);
        Assert.Equal("judge", fault.Heuristic);
    }

    [Fact]
    public async Task SelectAsync_ScorerThatNeverAnswers_IsAnErrorAfterTheTimeout()
    {
        await using var model = TableEngine.Model(8, 1);
        using var release = new ManualResetEventSlim();
        var stuck = new TextHeuristic((_, _) => release.Wait(TimeSpan.FromMinutes(1)) ? 1 : 0, name: "judge");
        var (request, selection) = Ask(new Random(1), 1);
        selection = selection with { Objectives = [new("a", stuck), new("b", new TextHeuristic((_, _) => 1))], ScorerTimeout = TimeSpan.FromMilliseconds(50) };
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => DecodeAsync(model, request, selection));
        release.Set();
        Assert.Contains("longer than 0.05 s", fault.Message, StringComparison.Ordinal);
        Assert.Equal("judge", fault.Heuristic);
    }

    [Fact]
    public async Task SelectAsync_Scorers_AreToldTheRequestsOwnPrompt()
    {
        await using var model = TableEngine.Model(8, 1);
        var seen = new List<string>();
        var (request, selection) = Ask(new Random(1), 1);
        selection = selection with { Objectives = [new("a", new PromptSpy(seen)), new("b", new TextHeuristic((_, _) => 1))] };
        await DecodeAsync(model, request, selection);
        Assert.Equal(["ab"], seen);
    }

    [Fact]
    public async Task SelectAsync_BadRequests_NameTheField()
    {
        await using var model = TableEngine.Model(8, 1);
        var (request, good) = Ask(new Random(1), 1);
        var unknown = await Assert.ThrowsAsync<ArgumentException>("Target", () => DecodeAsync(model, request, good with { Target = PreferenceDirection.Parse("a=1,wit=1") }));
        Assert.Contains("'wit'", unknown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>("Objectives", () => DecodeAsync(model, request, good with { Objectives = [.. good.Objectives, good.Objectives[0]] }));
        await Assert.ThrowsAsync<ArgumentException>("Answers", () => DecodeAsync(model, request, good with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 5 }, 4) }));
        await Assert.ThrowsAsync<ArgumentException>("Answers", () => DecodeAsync(model, request, good with { Plan = good.Plan with { Answers = -1 } }));
        await Assert.ThrowsAsync<ArgumentException>("Count", () => DecodeAsync(model, request, good with { Plan = PreferencePlan.Rps(new() { Count = 50 }) }));
        await Assert.ThrowsAsync<ArgumentException>("Directions", () => DecodeAsync(model, request, good with { Plan = new() { Directions = new Directions("none", _ => []) } }));
        await Assert.ThrowsAsync<ArgumentException>("Trained", () => DecodeAsync(model, request, good with { Plan = PreferencePlan.NearestTrained([]) }));
        await Assert.ThrowsAsync<ArgumentException>("ScorerTimeout", () => DecodeAsync(model, request, good with { ScorerTimeout = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentException>("Temperature", () => DecodeAsync(model, request, good with { Plan = PreferencePlan.TargetAt(-1) }));
    }

    [Fact]
    public async Task SelectAsync_Trace_NumbersCandidatesThroughAndTellsTheSelection()
    {
        await using var model = TableEngine.Model(8, 6, ties: false);
        var (recorder, text) = (new TraceRecorder(), new StringWriter());
        using var lines = new JsonLinesTraceWriter(text);
        var (request, selection) = Ask(new Random(1), 1);
        selection = selection with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 3 }, 5) };
        await DecodeAsync(model, request with { Trace = recorder }, selection);
        Assert.Equal(selection.NameOver(request.Decoder.Name), recorder.Header!.Decoder);
        Assert.Equal(selection.Target.ToString(), recorder.Header.Settings["preference"]);
        var result = await ReportAsync(model, request with { Trace = lines }, selection);

        Assert.Equal(5, recorder.Steps.Select(s => s.Answer).Distinct().Count());
        var ids = recorder.Steps.SelectMany(s => s.Candidates).Select(c => c.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(recorder.Steps.SelectMany(s => s.Candidates), c => Assert.True(c.Parent == 0 || ids.Contains(c.Parent)));
        var line = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Single(line => line.TryGetProperty("selection", out _)).GetProperty("selection");
        Assert.Equal(result.Reason, line.GetProperty("reason").GetString());
        Assert.Equal(5, line.GetProperty("answers").GetArrayLength());
        Assert.Equal(result.Chosen.OffsetDegrees, line.GetProperty("answers")[0].GetProperty("offsetDegrees").GetDouble());
    }

    [Fact]
    public async Task SelectAsync_ToldToStop_KeepsTheBestOfWhatThereIs()
    {
        await using var model = TableEngine.Model(8, 6, ties: false);
        using var stop = new CancellationTokenSource();
        var (request, selection) = Ask(new Random(1), 1);
        selection = selection with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 3 }, 5) };
        stop.Cancel();
        var result = await ReportAsync(model, request with { Stop = stop.Token }, selection);
        Assert.All(result.Answers, answer => Assert.Equal(FinishReason.Cancelled, answer.Answer.FinishReason));
        Assert.Equal(3, result.Answers.Count);
    }

    [Fact]
    public async Task SelectAsync_Budget_HoldsForAllRoundsTogether()
    {
        await using var model = TableEngine.Model(8, 6, ties: false);
        var (request, selection) = Ask(new Random(1), 1);
        selection = selection with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 4 }, 12) };
        request = request with { Decoder = Decoders.Sample() };
        var free = await DecodeAsync(model, request, selection);
        for (var budget = 20L; budget < free.Statistics.TokenEvaluations; budget += 7)
        {
            var result = await DecodeAsync(model, request with { Budget = budget }, selection);
            Assert.InRange(result.Statistics.TokenEvaluations, 1, budget);
            Assert.True(result.Answers.Count < 12 || result.Answers.Any(answer => answer.FinishReason == FinishReason.Budget), $"budget {budget} cut nothing");
        }
    }

    [Fact]
    public async Task SelectAsync_SeveralPrompts_EachIsAnsweredAsAlone()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            await using var model = TableEngine.Model(8, seed, ties: false);
            var (request, selection) = Ask(new Random(seed), seed);
            if (seed % 2 == 0) selection = selection with { Plan = PreferencePlan.AdaptiveRps(new() { Count = 3 }, 7) };
            request = request with { TaskInstruction = "bab", Decoder = request.Decoder with { Selection = selection } };
            BatchPrompt[] prompts = [new("ab"), new("ba", 2), new("ab", 1), new("ab")];
            var batch = await new Decoder(model).GenerateBatchAsync(request, prompts, Cancel);
            var alone = new List<DecodingResult>();
            foreach (var (prompt, stream) in prompts)
            {
                var result = await new Decoder(model).GenerateAsync(request with { Prompt = prompt, Stream = stream }, Cancel);
                var text = batch.Texts[alone.Count];
                Assert.Equal(result.Answers.Select(answer => answer.Text), text.Answers.Select(answer => answer.Text));
                Assert.Equal((result.Prompt, stream, result.Selection!.Reason), (text.Prompt, text.Stream, text.Selection!.Reason));
                alone.Add(result);
            }
            Assert.Equal(batch.Texts[0].Answer.Ids, batch.Texts[3].Answer.Ids);
            // the answers of two streams share no draws
            var streams = batch.Texts.Take(3).SelectMany(text => ((PreferenceReport)text.Selection!).Answers).Select(answer => (answer.Prompt, answer.Stream)).ToList();
            Assert.Equal(streams.Count, streams.Distinct().Count());
            Assert.True(batch.Statistics.BatchedPasses < alone.Sum(result => result.Statistics.BatchedPasses), "the prompts shared no passes");
        }
    }

    [Fact]
    public async Task SelectAsync_OverBestOf_ChoosesAmongTheBestOfEach()
    {
        await using var model = TableEngine.Model(8, 3, ties: false);
        var (request, selection) = Ask(new Random(1), 1);
        request = request with { Decoder = Decoders.Sample() with { Rank = new() { Lambda = 2 } } };
        var bestOf = new BestOf(4);
        var nested = await new Decoder(model).GenerateAsync(request with { Decoder = request.Decoder with { Selection = selection.Over(bestOf) } }, Cancel);
        var around = await new SelectingDecoder(new SelectingDecoder(new Decoder(model), bestOf), selection).GenerateAsync(request, Cancel);
        var within = await new SelectingDecoder(new Decoder(model), selection).GenerateAsync(request with { Decoder = request.Decoder with { Selection = bestOf } }, Cancel);
        Assert.Equal(nested.Answers.Select(answer => answer.Text), around.Answers.Select(answer => answer.Text));
        Assert.Equal(nested.Answers.Select(answer => answer.Text), within.Answers.Select(answer => answer.Text));
        foreach (var answer in ((PreferenceReport)nested.Selection!).Answers)
        {
            var best = await new Decoder(model).GenerateBatchAsync(request with { Decoder = request.Decoder with { Selection = bestOf } }, [new(answer.Prompt, answer.Stream)], Cancel);
            Assert.Equal(best.Texts[0].Answer.Ids, answer.Answer.Ids);
        }
        Assert.Equal($"{selection.Plan.Name} over sample", nested.Decoder);
    }

    private static Task<DecodingResult> DecodeAsync(ILanguageModel model, DecodingRequest request, PreferenceSelection selection) =>
        new Decoder(model).GenerateAsync(request with { Decoder = request.Decoder with { Selection = selection } }, Cancel);

    private static async Task<PreferenceReport> ReportAsync(ILanguageModel model, DecodingRequest request, PreferenceSelection selection)
    {
        var result = await DecodeAsync(model, request, selection);
        var report = Assert.IsType<PreferenceReport>(result.Selection);
        Assert.Equal(report.Answers.Select(answer => answer.Answer), result.Answers);
        Assert.Equal((report.Chosen.Prompt, $"{report.Plan} over {report.Inner}"), (result.Prompt, result.Decoder));
        return report;
    }

    private static (DecodingRequest Request, PreferenceSelection Selection) Ask(Random random, int seed)
    {
        var decoder = random.Next(4) switch
        {
            0 => PreferencePlan.PaperDecoder,
            1 => Decoders.Greedy,
            2 => Decoders.Beam(2),
            _ => Decoders.Deal(1, 3, 2),
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
        var request = new DecodingRequest { Prompt = "ab", Decoder = decoder, MaxTokens = 8, Seed = (ulong)seed, Heuristics = [new(new TextHeuristic((text, _) => text.Length % 3))] };
        return (request, new()
        {
            Target = PreferenceDirection.Create([new("a", random.NextDouble() - 0.5), new("b", random.NextDouble())]),
            Objectives = [new("a", new TextHeuristic((text, _) => text.Length)), new("b", new TextHeuristic((text, _) => text.Count(c => c == 'a')))],
            Conditioner = Letters,
            Plan = plan,
        });
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
