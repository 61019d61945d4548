using DecodeAlign.DefaultModel;
using DecodeAlign.Experiments;

namespace DecodeAlign.Tests;

public class SoakTests
{
    [Fact]
    public async Task Soak_TwentySeconds_LosesNothingAndLeavesNothingBehind()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        await using var load = new SoakLoad(callers: 12, threads: 2, seed: 3);
        await load.BeginAsync(TestContext.Current.CancellationToken);
        await load.RunAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        foreach (var (outcome, count) in load.Outcomes) TestContext.Current.TestOutputHelper?.WriteLine($"{count} {outcome}");
        Assert.Empty(load.Faults);
        Assert.Equal((0, 0), (load.Statistics.OpenSessions, load.Statistics.WaitingForMemory));
        Assert.Equal(0, load.KvReservedBytes);
        Assert.InRange(load.KvKeptBytes, 0, 1 << 20);
        Assert.NotEmpty(load.Outcomes);
        await load.SettleAsync();
        Assert.Equal((0, 0), load.Alive);
    }
}
