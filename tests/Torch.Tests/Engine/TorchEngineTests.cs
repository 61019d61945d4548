using DecodeAlign.Decoding;
using DecodeAlign.Torch;

namespace DecodeAlign.Tests;

public class TorchEngineTests
{
    [Fact]
    public void Load_WindowsThatTurnAnotherPartOfAHead_IsRefusedByName()
    {
        var description = Descriptions.Gemma3 with { WindowRope = new() { Theta = 10000, TurnedSize = 8 } };
        var refused = Assert.Throws<NotSupportedException>(() => TorchEngine.Load(new RandomWeights(description, 1), new() { Device = "cpu" }, "tokens"));
        Assert.Contains("another part of a head", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_WhileNodesAreHeld_KeepsThem()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var tree = new TokenTree();
        using var session = engine.Open(tree, 40);
        var node = tree.AddRoot([1, 2, 3, 4, 5, 6, 7]);
        var before = engine.Evaluate(session, node)[0];
        using var other = engine.Open(new TokenTree(), 5000);
        Assert.Equal(before, engine.Evaluate(session, node)[0], (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Open_AnySize_AllocatesNothing()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama, 1));
        var tensors = Tensor.TotalCount;
        using var session = engine.Open(new TokenTree(), 20_000);
        Assert.Equal(tensors, Tensor.TotalCount);
    }

    /// <summary>Without a budget of their own.</summary>
    [Fact]
    public void Load_TwoEnginesOnOneDevice_BothRun()
    {
        Engines.Require();
        var weights = new RandomWeights(Descriptions.Llama, 1);
        using var one = TorchEngine.Load(weights, new() { Device = Engines.Device }, "tokens");
        using var other = TorchEngine.Load(weights, new() { Device = Engines.Device }, "tokens");
        Assert.Equal(one.EvaluateAll([1, 2, 3])[2], other.EvaluateAll([1, 2, 3])[2]);
    }

    [Fact]
    public void Load_CancelledOrBadOptions_Throws()
    {
        Engines.Require();
        var weights = new RandomWeights(Descriptions.Llama, 1);
        var options = new TorchEngineOptions { Device = "cpu" };
        Assert.Throws<OperationCanceledException>(() => TorchEngine.Load(weights, options, "", cancellationToken: new(true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchEngine.Load(weights, options with { Threads = -1 }, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchEngine.Load(weights, options with { MaxRows = 0 }, ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchEngine.Load(weights, options with { KvBudgetBytes = -1 }, ""));
        Assert.Throws<ArgumentException>(() => TorchEngine.Load(weights, options with { Device = "tpu" }, ""));
    }

    [Fact]
    public void Load_NoSuchGpu_NamesThePackageOrTheDriver()
    {
        var missing = Assert.Throws<TorchUnavailableException>(() => TorchEngine.Load(new RandomWeights(Descriptions.Llama, 1), new() { Device = "cuda:99" }, ""));
        Assert.Matches("package TorchSharp-cuda-(linux|windows)|driver|libtorch finds [0-9]+|docs/gpu.md", missing.Message);
    }

    [Fact]
    public void Facts_OfAModel_EqualThoseOfTheCpuEngine()
    {
        foreach (var (description, _) in Descriptions.Variants.Values)
        {
            var weights = new RandomWeights(description, 1);
            using var engine = Engines.Load(weights);
            using var cpu = Cpu.CpuEngine.Load(weights, new() { Threads = 1 }, "tokens");
            // what a token's memory and a pass cost is each engine's own
            Assert.Equal(cpu.Facts with { KvBytesPerToken = 0, RowsPerPass = 1 }, engine.Facts with { KvBytesPerToken = 0, RowsPerPass = 1 });
        }
    }
}
