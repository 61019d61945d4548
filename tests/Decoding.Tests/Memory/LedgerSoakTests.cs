using System.Diagnostics;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Many callers that ask for random sets of models, some cancelled, some refused: nobody is lost and nothing is left. DECODEALIGN_PROOF=long: five minutes of it.</summary>
public class LedgerSoakTests
{
    private const int Callers = 24;
    private static readonly TimeSpan Longest = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { "long" => TimeSpan.FromMinutes(5), "middle" => TimeSpan.FromSeconds(30), _ => TimeSpan.Zero };

    [Fact]
    public async Task OpenAsync_RandomAsks_AllAreAnsweredAndNothingIsLeft()
    {
        LimitedEngine[] engines = [.. Enumerable.Range(0, 4).Select(i => new LimitedEngine(8, budget: 100) { TellsBudget = i % 2 == 0 })];
        EngineModel[] models = [.. engines.Select(engine => engine.Model(new() { MemoryWait = Timeout.InfiniteTimeSpan }))];
        var started = Stopwatch.GetTimestamp();
        var (granted, refused, cancelled) = (0L, 0L, 0L);
        do
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(new(caller + (int)granted)))));
            Assert.All(engines, engine => Assert.Equal(0, engine.Reserved));
            Assert.All(models, model => Assert.Equal((0, 0), (model.Statistics.OpenSessions, model.Statistics.WaitingForMemory)));
        }
        while (Stopwatch.GetElapsedTime(started) < Longest);
        TestContext.Current.TestOutputHelper?.WriteLine($"{granted} granted, {refused} refused, {cancelled} cancelled");
        Assert.True(granted > 0 && refused > 0 && cancelled > 0);
        foreach (var model in models) await model.DisposeAsync();

        async Task CallAsync(Random random)
        {
            for (var ask = 0; ask < 60; ask++)
            {
                var needs = ModelSessionsTests.Needs([.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => ((ILanguageModel)models[random.Next(models.Length)], 1 + random.Next(70)))]);
                var impossible = needs.GroupBy(need => need.Model).Any(of => of.Sum(need => need.MaxNodes) > 100);
                using var cancel = new CancellationTokenSource();
                var opening = ModelSessions.OpenAsync(needs, cancel.Token).AsTask();
                var leaves = random.Next(4) == 0;
                if (leaves)
                {
                    await Task.Yield();
                    await cancel.CancelAsync();
                }
                try
                {
                    await using var sessions = await opening;
                    Assert.False(impossible);
                    Interlocked.Increment(ref granted);
                    for (var i = random.Next(4); i > 0; i--) await Task.Yield();
                }
                catch (KvBudgetException)
                {
                    Assert.True(impossible);
                    Interlocked.Increment(ref refused);
                }
                catch (OperationCanceledException)
                {
                    Assert.True(leaves);
                    Interlocked.Increment(ref cancelled);
                }
            }
        }
    }
}
