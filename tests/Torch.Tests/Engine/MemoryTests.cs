using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class MemoryTests
{
    [Fact]
    public void Forward_TenThousandSteps_LeavesNoTensorBehind()
    {
        using var engine = Engines.Load(new RandomWeights(Descriptions.Llama with { LayerCount = 1 }, 1));
        var top = new TokenLogProbability[4];
        long tensors = 0, bytes = 0;
        for (var step = 0; step < 10_000;)
        {
            var tree = new TokenTree();
            using var session = engine.Open(tree, 50);
            var node = tree.AddRoot([1 + step % 90]);
            for (var end = step + 50; step < end; step++, node = tree.Append(node, top[0].Token))
                engine.Forward([new(session, node, 0, 1)], [new() { Node = node, Top = top }]);
            if (step == 100) (tensors, bytes) = (Tensor.TotalCount, Environment.WorkingSet);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"working set: {bytes >> 20} MiB after 100 steps, {Environment.WorkingSet >> 20} MiB after 10,000");
        // nothing was left to the finalizer, which has hardly run
        Assert.Equal(tensors, Tensor.TotalCount);
    }

    [Fact]
    public void Forward_ThatFails_LeavesNoTensorBehind()
    {
        var weights = new RandomWeights(Descriptions.Llama with { TiedEmbeddings = false }, 1);
        weights.Tensor(Models.WeightRole.TokenEmbedding)![5 * 50] = float.NaN;
        using var engine = Engines.Load(weights);
        var tree = new TokenTree();
        using var session = engine.Open(tree, 20);
        // two plans take turns, and each keeps its upload
        for (var i = 0; i < 2; i++) engine.Evaluate(session, tree.AddRoot([6]));
        var tensors = Tensor.TotalCount;
        for (var i = 0; i < 20; i++) Assert.Throws<InvalidOperationException>(() => engine.Evaluate(session, tree.AddRoot([5])));
        Assert.Equal(tensors, Tensor.TotalCount);
    }

    [Fact]
    public void Dispose_Engine_FreesEveryTensor()
    {
        Engines.Require();
        var before = Tensor.TotalCount;
        foreach (var (description, biases) in Descriptions.Variants.Values)
        {
            using var engine = Engines.Load(new RandomWeights(description, 1, biases));
            var tree = new TokenTree();
            using var session = engine.Open(tree, 100);
            engine.Evaluate(session, tree.AddRoot([1, 2, 3]));
        }
        Assert.Equal(before, Tensor.TotalCount);
    }
}
