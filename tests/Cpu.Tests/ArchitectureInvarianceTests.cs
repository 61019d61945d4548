using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Every architecture, bitwise the same for any batch and threads, on long paths too.</summary>
public class ArchitectureInvarianceTests
{
    public static TheoryData<string> Variants => [.. Descriptions.Variants.Keys];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Forward_AnyBatchAndThreads_IsBitwiseTheSame(string variant)
    {
        var (description, biases) = Descriptions.Variants[variant];
        var weights = new RandomWeights(description with { ContextLength = 700 }, 1, biases);
        int[] path = [.. Enumerable.Range(0, 640).Select(i => i * i % 101)];
        using var one = Engines.Load(weights, threads: 1, maxRows: 13);
        using var three = Engines.Load(weights, threads: 3, maxRows: 128);
        Assert.Equal(one.EvaluateAlone(path), three.EvaluateAlone(path));
        Assert.Equal(one.EvaluateAlone(path[..90]), three.EvaluateAlone(path[..90]));
    }
}
