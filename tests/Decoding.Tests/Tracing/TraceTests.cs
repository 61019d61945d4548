using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class TraceTests
{
    [Fact]
    public async Task GenerateAsync_Traced_EveryStepAddsUp()
    {
        await using var model = TableEngine.Model(6, 21);
        var sink = new Sink();
        var heuristic = new TextHeuristic((text, _) => text.Count(c => c == 'a'), name: "a's");
        var result = await new Decoder(model).GenerateAsync(new DecodingRequest
        {
            Prompt = "ab",
            Heuristics = [new(heuristic, 2)],
            Trace = sink,
        }.With(SearchSetup.Deal(2, 4, 3, lambda: 0.5) with { MaxTokens = 8, Savings = new() { Finish = false } }), TestContext.Current.CancellationToken);

        Assert.Equal("ab", sink.Header!.Prompt);
        Assert.Same(result, sink.Result);
        var byId = sink.Steps.SelectMany(step => step.Candidates).ToDictionary(candidate => candidate.Id);
        foreach (var step in sink.Steps)
        {
            Assert.Equal(2, step.Candidates.Count(c => c.Outcome != CandidateOutcome.Pruned));
            Assert.Equal(step.Candidates.OrderByDescending(c => c.Score).Select(c => c.Score), step.Candidates.Select(c => c.Score));
            foreach (var candidate in step.Candidates)
            {
                Assert.Equal(candidate.LogProbability + 0.5 * 2 * candidate.Heuristics![0], candidate.Score, 12);
                Assert.Equal((candidate.Parent == 0 ? 0 : byId[candidate.Parent].LogProbability) + candidate.TokenLogProbability, candidate.LogProbability, 12);
                Assert.Equal(candidate.Heuristics![0], (PathText(byId, candidate) + candidate.LookaheadText).Count(c => c == 'a'));
            }
        }
        var finished = byId.Values.Where(c => c.Outcome == CandidateOutcome.Finished).OrderByDescending(c => c.Score).First();
        Assert.Equal(result.Answer.Score, finished.Score);
        Assert.Equal(result.Text, PathText(byId, finished));
    }

    [Fact]
    public async Task GenerateAsync_GridBeamTraced_TellsBanksReasonsAndWhatTheConstraintForbade()
    {
        var (forbidden, forced) = (0, 0);
        for (var seed = 0; seed < 30; seed++)
        {
            using var engine = new TableEngine(6, seed, ties: false);
            await using var model = new EngineModel(engine, new LetterTokenizer(6));
            var recorder = new TraceRecorder();
            await new Decoder(model).GenerateAsync(new()
            {
                Prompt = "ab",
                Decoder = DecoderCatalogue.Get("grid-beam").Create([new("beam", 4), new("noRepeat", 0)]),
                MaxTokens = 9,
                Heuristics = [new(new TextHeuristic((text, _) => text.Length))],
                Constraints = [new AtLeastConstraint(3, 2)],
                Trace = recorder,
            }, TestContext.Current.CancellationToken);

            var byId = recorder.Steps.SelectMany(step => step.Candidates).ToDictionary(candidate => candidate.Id);
            foreach (var step in recorder.Steps)
            {
                foreach (var candidate in step.Candidates)
                {
                    Assert.Equal(candidate.FinishReason is null ? $"progress {Math.Min(2, Ids(byId, candidate).Count(id => id == 3))}" : "ended", candidate.Bank);
                    // where heuristics do not rank, they are asked about what has ended and was kept
                    Assert.Equal(candidate.Outcome == CandidateOutcome.Finished, candidate.Heuristics is not null);
                    Assert.Equal(candidate.Outcome == CandidateOutcome.Pruned ? 0 : 1, candidate.Copies);
                    Assert.Contains($"bank '{candidate.Bank}'", candidate.Reason, StringComparison.Ordinal);
                }
                foreach (var mask in step.Masks)
                {
                    int[] path = [2, 3, .. mask.After == 0 ? [] : Ids(byId, byId[mask.After])];
                    var logits = engine.Logits(path);
                    var normalizer = LogitReader.LogSumExp(logits);
                    var (seen, left) = (path[2..].Count(id => id == 3), 9 - (path.Length - 2));
                    int[] refused = [.. Enumerable.Range(0, 6).Where(token => token == 0 ? seen < 2 : Math.Max(0, 2 - seen - (token == 3 ? 1 : 0)) + 1 > left - 1).OrderByDescending(token => logits[token])];
                    Assert.Equal(refused.Take(5), mask.Forbidden.Select(token => token.Token));
                    Assert.All(mask.Forbidden, token => Assert.Equal(logits[token.Token] - normalizer, token.LogProbability, 1e-12));
                    Assert.Equal(-Math.Log(1 - refused.Sum(token => Math.Exp(logits[token] - normalizer))), mask.Loss!.Value, 1e-9);
                    Assert.Equal(refused.Length == 5 || Math.Max(0, 2 - seen) + 1 == left, mask.Forces);
                    forbidden += mask.Forbidden.Count;
                    if (mask.Forces) forced++;
                }
            }
        }
        Assert.True(forbidden > 500 && forced > 50, $"{forbidden} tokens forbidden, {forced} forced");
    }

    [Fact]
    public async Task GenerateAsync_DealTraced_TellsWhatWasOutByABound()
    {
        await using var model = TableEngine.Model(6, 21);
        var recorder = new TraceRecorder();
        await new Decoder(model).GenerateAsync(new()
        {
            Prompt = "ab",
            Decoder = DecoderCatalogue.Get("deal").Create([new("candidates", 5), new("lookahead", 4), new("lambda", 0.2), new("beam", 2)]),
            MaxTokens = 12,
            Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a') > 2 ? 1 : 0, new HeuristicBounds(0, 1)))],
            Trace = recorder,
        }, TestContext.Current.CancellationToken);
        var pruned = recorder.Steps.SelectMany(step => step.Candidates).Where(candidate => candidate.Reason.Contains("out by a bound", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(pruned);
        Assert.All(pruned, candidate => Assert.True(candidate is { ScoreIsBound: true, Outcome: CandidateOutcome.Pruned }));
        Assert.Contains(recorder.Steps.SelectMany(step => step.Candidates), candidate => candidate.Reason.Contains("below the last that was kept", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GenerateAsync_ParticlesTraced_TellWeightsProposalsAndCopies()
    {
        await using var model = TableEngine.Model(6, 3, ties: false);
        var recorder = new TraceRecorder();
        await new Decoder(model).GenerateAsync(new()
        {
            Prompt = "ab",
            Decoder = DecoderCatalogue.Get("particles").Create([new("beam", 8), new("resampleBelow", 0.9), new("temperature", 0.7)]),
            MaxTokens = 6,
            Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a')))],
            Trace = recorder,
        }, TestContext.Current.CancellationToken);
        Assert.All(recorder.Steps.SelectMany(step => step.Candidates), candidate => Assert.True(candidate is { LogProposal: <= 0, LogWeight: not null }));
        foreach (var step in recorder.Steps.Where(step => step.Candidates.Any(candidate => candidate.Copies > 1)))
            Assert.All(step.Candidates, candidate => Assert.EndsWith(candidate.Copies switch { 0 => "not", 1 => "once", var times => $"{times} times" }, candidate.Reason, StringComparison.Ordinal));
        Assert.Contains(recorder.Steps.SelectMany(step => step.Candidates), candidate => candidate.Copies > 1);
    }

    [Fact]
    public async Task GenerateAsync_SegmentsAskedForAgain_AreAttemptsOfOneStep()
    {
        await using var model = TableEngine.Model(6, 3, ties: false);
        var recorder = new TraceRecorder();
        await new Decoder(model).GenerateAsync(new()
        {
            Prompt = "ab",
            Decoder = DecoderCatalogue.Get("cards").Create([new("segmentLeast", 2), new("segmentMost", 3), new("attempts", 4), new("target", 4.0)]),
            MaxTokens = 12,
            Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a')))],
            Trace = recorder,
        }, TestContext.Current.CancellationToken);
        foreach (var attempts in recorder.Steps.GroupBy(step => step.Step))
        {
            Assert.Equal(Enumerable.Range(0, attempts.Count()), attempts.Select(step => step.Attempt));
            Assert.All(attempts.SkipLast(1), step => Assert.All(step.Candidates, candidate => Assert.EndsWith("others are asked for", candidate.Reason, StringComparison.Ordinal)));
            Assert.Single(attempts.Last().Candidates, candidate => candidate.Outcome != CandidateOutcome.Pruned);
        }
        Assert.Equal(Enumerable.Range(1, recorder.Steps[^1].Step), recorder.Steps.Select(step => step.Step).Distinct());
        Assert.Contains(recorder.Steps, step => step.Attempt == 3);
        Assert.Contains(recorder.Steps.SelectMany(step => step.Candidates), candidate => candidate.Reason.Contains("accepted with probability", StringComparison.Ordinal));
    }

    [Fact]
    public async Task GenerateAsync_BestOfTraced_ItsHeaderTellsTheSelection()
    {
        await using var model = TableEngine.Model(6, 3, ties: false);
        var recorder = new TraceRecorder();
        var parts = DecoderCatalogue.Get("best-of").Create([new("answers", 3), new("temperature", 0.5)]);
        await new Decoder(model).GenerateAsync(new() { Prompt = "ab", Decoder = parts, MaxTokens = 4, Trace = recorder }, TestContext.Current.CancellationToken);
        Assert.Equal(parts.Describe(), recorder.Header!.Settings);
        Assert.Equal(3, recorder.Header.Settings["answers"]);
        Assert.Equal("best-of", recorder.Header.Decoder);
    }

    private static int[] Ids(Dictionary<int, TraceCandidate> byId, TraceCandidate candidate) => [.. candidate.Parent == 0 ? [] : Ids(byId, byId[candidate.Parent]), .. candidate.Ids];

    private static string PathText(Dictionary<int, TraceCandidate> byId, TraceCandidate candidate) =>
        (candidate.Parent == 0 ? "" : PathText(byId, byId[candidate.Parent])) + (candidate.Token == 0 ? "" : candidate.Text);

    private sealed class Sink : ITraceSink
    {
        public TraceHeader? Header { get; private set; }

        public List<TraceStep> Steps { get; } = [];

        public DecodingResult? Result { get; private set; }

        public void OnBegin(TraceHeader header) => Header = header;

        public void OnStep(TraceStep traceStep) => Steps.Add(traceStep);

        public void OnEnd(DecodingResult result) => Result = result;
    }
}
