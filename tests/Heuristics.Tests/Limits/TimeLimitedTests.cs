using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Tests;

/// <summary>A reward that throws, hangs or returns no number: an error that names it, in bounded time, after which the model serves on.</summary>
public class TimeLimitedTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Score_FunctionThatBlocks_IsAnErrorThatNamesIt()
    {
        using var never = new ManualResetEventSlim();
        var blocks = Heuristic.FromText("slow", _ =>
        {
            never.Wait();
            return 0;
        });
        await FailsAsync(new TimeLimited(blocks, Soon), "gave no answer");
        never.Set();
    }

    [Fact]
    public async Task Score_StateThatBlocks_IsAnErrorThatNamesIt()
    {
        using var never = new ManualResetEventSlim();
        var limited = new TimeLimited(new Blocking(never), Soon);
        await FailsAsync(limited, "gave no answer");
        // nor does a search hang that only looks at the value in passing
        var context = Generation.Context(ToyTokenizer.Letters);
        using var session = limited.Open(context);
        Assert.Equal(HeuristicBounds.Unbounded, await Task.Run(() => session.Bounds(context.Root, 0)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        never.Set();
    }

    private sealed class Blocking(ManualResetEventSlim until) : Heuristic<int>
    {
        public override string Name => "slow";

        protected override int Begin(GenerationContext context) => 0;

        protected override int Advance(int state, int token, ReadOnlySpan<byte> bytes) => state + 1;

        protected override double Score(int state, bool ended)
        {
            until.Wait();
            return 0;
        }
    }

    [Fact]
    public async Task Score_CallThatListens_IsCancelled()
    {
        var cancelled = new TaskCompletionSource();
        var listens = Heuristic.FromTexts("slow", async (_, token) =>
        {
            token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return [];
        });
        await FailsAsync(new TimeLimited(listens, Soon), "within 0.05 s");
        await cancelled.Task;
    }

    [Fact]
    public async Task Score_ThrowsOrIsNoNumber_IsAnErrorThatNamesIt()
    {
        await FailsAsync(Heuristic.FromText("slow", _ => throw new TimeoutException("the service is down")), "the service is down");
        await FailsAsync(new TimeLimited(Heuristic.FromText("slow", _ => throw new TimeoutException("the service is down")), TimeSpan.FromDays(1)), "the service is down");
        await FailsAsync(new TimeLimited(Heuristic.FromText("slow", _ => double.NaN), TimeSpan.FromDays(1)), "NaN");
    }

    [Fact]
    public async Task Score_InTime_IsTheHeuristicsOwn()
    {
        var inner = Heuristic.FromText("letters", text => text.Length, new(0, 100));
        await HeuristicCheck.RunAsync(new TimeLimited(inner, TimeSpan.FromDays(1)), ToyTokenizer.Letters, new() { Paths = 20, Reference = (_, text, _) => text.Length });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TimeLimited(inner, TimeSpan.Zero));
    }

    [Fact]
    public async Task Score_RequestCancelled_IsACancellation()
    {
        using var cancel = new CancellationTokenSource();
        var waits = Heuristic.FromTexts("slow", async (_, token) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return [];
        });
        await using var model = ToyEngine.Model(ToyTokenizer.Letters);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new Decoder(model).GenerateAsync(Request(new TimeLimited(waits, TimeSpan.FromDays(1))), cancel.Token));
    }

    private static async Task FailsAsync(IHeuristic bad, string expected)
    {
        var engine = new ToyEngine(ToyTokenizer.Letters);
        await using var model = new EngineModel(engine, ToyTokenizer.Letters);
        var decoder = new Decoder(model);
        var before = await decoder.GenerateAsync(Request());
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => decoder.GenerateAsync(Request(bad)));
        Assert.Equal("slow", fault.Heuristic);
        Assert.Contains("'slow'", fault.Message);
        Assert.Contains(expected, fault.Message);
        // the failed request holds no memory, and the model serves the next one as before
        Assert.Equal(0, engine.OpenSessions);
        Assert.Equal(before.Text, (await decoder.GenerateAsync(Request())).Text);
    }

    private static DecodingRequest Request(params IHeuristic[] heuristics) => new DecodingRequest
    {
        Prompt = "abc",
        Heuristics = [.. heuristics.Select(heuristic => new WeightedHeuristic(heuristic))],
    }.With(SearchSetup.Deal(beam: 2, candidates: 3, lookahead: 2) with { MaxTokens = 6 });
}
