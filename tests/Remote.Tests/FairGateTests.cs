using DecodeAlign.Remote;

namespace DecodeAlign.Tests;

public class FairGateTests
{
    [Fact]
    public async Task EnterAsync_ManyOfOneAndOneOfAnother_TakeTurns()
    {
        var gate = new FairGate(1);
        await gate.EnterAsync("greedy", CancellationToken.None);
        var order = new List<string>();
        var waiting = new List<Task>();
        for (var i = 0; i < 5; i++) waiting.Add(EnterAsync("greedy"));
        waiting.Add(EnterAsync("modest"));
        gate.Leave();
        await Task.WhenAll(waiting);
        Assert.Equal(1, order.IndexOf("modest"));

        async Task EnterAsync(string search)
        {
            await gate.EnterAsync(search, CancellationToken.None);
            lock (order) order.Add(search);
            gate.Leave();
        }
    }

    [Fact]
    public async Task EnterAsync_Cancelled_TakesNoPlace()
    {
        var gate = new FairGate(1);
        await gate.EnterAsync("a", CancellationToken.None);
        using var cancelling = new CancellationTokenSource();
        var cancelled = gate.EnterAsync("b", cancelling.Token).AsTask();
        var next = gate.EnterAsync("c", CancellationToken.None).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Leave();
        await next;
        gate.Leave();
        await gate.EnterAsync("d", CancellationToken.None);
    }
}
