using DecodeAlign.Decoding;
using DecodeAlign.Experiments;

namespace DecodeAlign.Tests;

public class ServeSoakTests
{
    [Fact]
    public async Task TwoHundredAtOnce_MixedDecoders_AreAnsweredAsAloneAndLeaveNothingBehind()
    {
        await using var soak = await ServeSoak.StartAsync(_ => Task.FromResult<ILanguageModel>(SmallModel.Load(kvBudgetTokens: 60_000, contextLength: 200, memoryWait: Timeout.InfiniteTimeSpan)), maxTokens: 16, TestContext.Current.CancellationToken);
        var each = Environment.GetEnvironmentVariable("DECODEALIGN_PROOF") switch { null => 1, "middle" => 4, _ => 40 };
        await soak.RunAsync(callers: 200, TimeSpan.FromHours(1), each, seed: 3, TestContext.Current.CancellationToken);

        Assert.Empty(soak.Faults);
        Assert.Equal(200 * each, soak.Outcomes.Values.Sum());
        Assert.True(soak.Outcomes["as alone"] > 100 * each);
        Assert.True(soak.Outcomes["connection cut"] > 0 && soak.Outcomes["as alone, read slowly"] > 0);
        await soak.SettleAsync();
        Assert.Equal((0, 0), (soak.Statistics.OpenSessions, soak.Statistics.WaitingForMemory));
    }
}
