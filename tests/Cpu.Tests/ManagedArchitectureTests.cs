using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Architectures that the managed engine alone computes, against the double-precision pass; and bitwise the same for any batch and threads.</summary>
public class ManagedArchitectureTests
{
    public static TheoryData<string> Variants => [.. Descriptions.ManagedVariants.Keys];

    [Theory]
    [MemberData(nameof(Variants))]
    public void Forward_TreeOfTheArchitecture_EqualsDoublePrecisionReference(string variant)
    {
        var (description, biases) = Descriptions.ManagedVariants[variant];
        var weights = new RandomWeights(description, 1, biases);
        using var engine = Engines.Load(weights);
        var (largest, _) = Differences.FromReference(engine, weights);
        Assert.InRange(largest, 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Forward_AnyBatchAndThreads_IsBitwiseTheSame(string variant)
    {
        var (description, biases) = Descriptions.ManagedVariants[variant];
        var weights = new RandomWeights(description with { ContextLength = 700 }, 1, biases);
        int[] path = [.. Enumerable.Range(0, 640).Select(i => i * i % 101)];
        using var one = Engines.Load(weights, threads: 1, maxRows: 13);
        using var three = Engines.Load(weights, threads: 3, maxRows: 128);
        Assert.Equal(one.EvaluateAlone(path), three.EvaluateAlone(path));
        Assert.Equal(one.EvaluateAlone(path[..90]), three.EvaluateAlone(path[..90]));
    }
}
