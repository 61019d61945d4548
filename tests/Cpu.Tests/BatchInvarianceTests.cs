using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using FsCheck;
using FsCheck.Fluent;

namespace DecodeAlign.Tests;

public class BatchInvarianceTests
{
    [Theory]
    [InlineData(WeightFormat.F32, KvFormat.F32)]
    [InlineData(WeightFormat.BF16, KvFormat.F32)]
    [InlineData(WeightFormat.Q8, KvFormat.F32)]
    [InlineData(WeightFormat.Q4, KvFormat.F32)]
    [InlineData(WeightFormat.F32, KvFormat.BF16)]
    [InlineData(WeightFormat.Q8, KvFormat.BF16)]
    public void Forward_AnyBatchChunkingAndThreads_GivesTheSameBits(WeightFormat format, KvFormat kvFormat)
    {
        foreach (var variant in new[] { "llama", "sliding window (mistral)", "gpt2", "one kv head, wide heads" })
        {
            var (description, biases) = Descriptions.Variants[variant];
            var weights = new RandomWeights(description, 1, biases);
            using var alone = Engines.Load(weights, threads: 1, maxRows: 1, format: format, kvFormat: kvFormat);
            CpuEngine[] engines = [Engines.Load(weights, 1, 64, format, kvFormat: kvFormat), Engines.Load(weights, 2, 7, format, kvFormat: kvFormat), Engines.Load(weights, 3, 128, format, kvFormat: kvFormat)];
            Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Compare(alone, engines, seed)).Check(Config.QuickThrowOnFailure.WithMaxTest(4).WithReplay(1, 1));
            foreach (var engine in engines) engine.Dispose();
        }
    }

    /// <summary>Several engines evaluate a random tree in random batches and order, beside another session; one evaluates each path token by token.</summary>
    private static void Compare(CpuEngine alone, CpuEngine[] engines, int seed)
    {
        var random = new Random(seed);
        var tree = new TokenTree();
        var nodes = new List<int>();
        for (var i = 0; i < 3; i++) nodes.Add(tree.AddRoot([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.Next(101))]));
        while (nodes.Count < 40) nodes.Add(tree.Append(nodes[random.Next(nodes.Count)], random.Next(101)));
        var expected = nodes.Select(node => alone.EvaluateAlone(tree.Path(0, node))).ToArray();
        foreach (var engine in engines)
        {
            using var session = engine.Open(tree, tree.Count);
            using var other = engine.Open(tree, tree.Count);
            var order = Enumerable.Range(0, nodes.Count).OrderBy(_ => random.Next()).ToArray();
            for (var start = 0; start < order.Length;)
            {
                var batch = order[start..Math.Min(order.Length, start + random.Next(1, 30))];
                engine.Evaluate(other, nodes[random.Next(nodes.Count)]);
                var actual = engine.Evaluate(session, [.. batch.Select(i => nodes[i])]);
                for (var i = 0; i < batch.Length; i++) Assert.Equal(expected[batch[i]], actual[i]);
                start += batch.Length;
            }
        }
    }

    [Theory]
    [InlineData("llama", 0, KvFormat.F32)]
    [InlineData("one kv head, wide heads", 0, KvFormat.F32)]
    [InlineData("heads of 80, whole panels", 0, KvFormat.F32)]
    [InlineData("llama", 555, KvFormat.F32)]
    [InlineData("llama", 555, KvFormat.BF16)]
    [InlineData("heads of 80, whole panels", 0, KvFormat.BF16)]
    public void Forward_FewRowsWithLongPaths_GiveTheSameBitsForAnyThreads(string variant, int window, KvFormat kvFormat)
    {
        var (description, biases) = Descriptions.Variants[variant];
        var weights = new RandomWeights(description with { ContextLength = 800, SlidingWindow = window }, 1, biases);
        var random = new Random(5);
        var tree = new TokenTree();
        var prompt = tree.AddRoot([.. Enumerable.Range(0, 600).Select(_ => random.Next(101))]);
        // branches of odd lengths: runs that begin and end within pages
        var nodes = Enumerable.Range(1, 9).Select(length => tree.AppendAll(prompt, [.. Enumerable.Range(0, length * 3).Select(i => (length + i) % 101)])).ToArray();
        using var one = Engines.Load(weights, threads: 1, kvFormat: kvFormat);
        using var alone = one.Open(tree, 800);
        one.Evaluate(alone, prompt);
        var expected = nodes.Select(node => one.Evaluate(alone, node)[0]).ToArray();
        foreach (var threads in new[] { 2, 3, 8 })
        {
            using var engine = Engines.Load(weights, threads, kvFormat: kvFormat);
            using var session = engine.Open(tree, 1000);
            engine.Evaluate(session, prompt);
            for (var first = 0; first < nodes.Length;)
            {
                var batch = nodes[first..Math.Min(nodes.Length, first + random.Next(1, 5))];
                // the path to each first, then the rows themselves, few at a time
                engine.Evaluate(session, batch);
                var actual = engine.Evaluate(session, batch);
                for (var i = 0; i < batch.Length; i++) Assert.Equal(expected[first + i], actual[i]);
                first += batch.Length;
            }
        }
    }

    [Fact]
    public void Forward_Bf16WeightsOfABf16Checkpoint_GiveTheBitsOfF32()
    {
        var weights = new RandomWeights(Descriptions.Llama, 1, bf16: true);
        using var f32 = Engines.Load(weights);
        using var bf16 = Engines.Load(weights, format: WeightFormat.BF16);
        int[] path = [1, 5, 9, 100, 7, 3, 2];
        Assert.Equal(f32.EvaluateAlone(path), bf16.EvaluateAlone(path));
    }
}
