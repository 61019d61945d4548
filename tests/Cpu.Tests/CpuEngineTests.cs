using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class CpuEngineTests
{
    [Fact]
    public void Load_CancelledOrBadOptions_Throws()
    {
        var weights = new RandomWeights(Descriptions.Llama, 1);
        Assert.Throws<OperationCanceledException>(() => CpuEngine.Load(weights, new(), "", cancellationToken: new(true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuEngine.Load(weights, new() { Threads = -1 }, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuEngine.Load(weights, new() { MaxRows = 0 }, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuEngine.Load(weights, new() { KvBudgetBytes = -1 }, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuEngine.Load(weights, new() { KvFormat = (KvFormat)2 }, ""));
    }

    [Theory]
    [InlineData(KvFormat.F32, false)]
    [InlineData(KvFormat.BF16, false)]
    [InlineData(KvFormat.BF16, true)]
    public void Forward_AfterWarmUp_AllocatesNothingManaged(KvFormat kvFormat, bool begins)
    {
        using IInferenceEngine engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1), kvFormat: kvFormat);
        var tree = new TokenTree();
        using var session = engine.Open(tree, 60);
        var nodes = new[] { tree.AddRoot([1, 2, 3]), tree.AddRoot([1, 2, 4]), tree.AddRoot([5, 6]) };
        engine.Evaluate(session, nodes);
        var rows = nodes.Select((node, i) => new ForwardRow(session, node, i, 1)).ToArray();
        var reads = nodes.Select(node => new EvaluationRequest { Node = node, Top = new TokenLogProbability[4], LogProbabilities = new double[101] }).ToArray();
        for (var i = 0; i < 2; i++)
        {
            foreach (var node in nodes) session.Free(node);
            engine.Forward(rows, reads);
        }
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var here = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            // freed and computed anew: the same slots
            foreach (var node in nodes) session.Free(node);
            if (!begins) engine.Forward(rows, reads);
            // on the host it is the same, and there is no end
            else if (engine.Begin(rows, reads) is not null) Assert.Fail("a pass is under way");
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - here);
        // other threads of the process may allocate a little; the team must not by the pass
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 100 * 24);
    }
}
