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
                Assert.Equal(candidate.LogProbability + 0.5 * 2 * candidate.Heuristics[0], candidate.Score, 12);
                Assert.Equal((candidate.Parent == 0 ? 0 : byId[candidate.Parent].LogProbability) + candidate.TokenLogProbability, candidate.LogProbability, 12);
                Assert.Equal(candidate.Heuristics[0], (PathText(byId, candidate) + candidate.LookaheadText).Count(c => c == 'a'));
            }
        }
        var finished = byId.Values.Where(c => c.Outcome == CandidateOutcome.Finished).OrderByDescending(c => c.Score).First();
        Assert.Equal(result.Answer.Score, finished.Score);
        Assert.Equal(result.Text, PathText(byId, finished));
    }

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
