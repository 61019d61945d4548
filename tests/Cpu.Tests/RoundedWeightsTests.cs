using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>What rounding the weights of a trained checkpoint, or its keys and values, changes.</summary>
public class RoundedWeightsTests
{
    [Theory]
    [InlineData(WeightFormat.BF16, KvFormat.F32, 0, 1)]
    [InlineData(WeightFormat.Q8, KvFormat.F32, 0.02, 0.97)]
    [InlineData(WeightFormat.Q4, KvFormat.F32, 0.2, 0.83)]
    [InlineData(WeightFormat.BF16, KvFormat.BF16, 0.005, 0.97)]
    public void Forward_RoundedWeightsOrKv_MoveLogProbabilitiesLittle(WeightFormat format, KvFormat kvFormat, double most, double leastAgreement)
    {
        var folder = SharedData.Require("models/TinyStories-656K");
        using var weights = ModelFolder.Open(folder).OpenWeights();
        using var exact = Engines.Load(weights);
        using var rounded = Engines.Load(weights, format: format, kvFormat: kvFormat);
        var (difference, agree, count) = (0.0, 0, 0);
        foreach (var (ids, greedy, _) in ReferenceCases.Read(folder))
        {
            // of each position's most likely token, along the reference's own text; the checkpoint holds bf16 values
            var path = ids.Concat(greedy).ToArray();
            var (expected, actual) = (exact.EvaluateAll(path), rounded.EvaluateAll(path));
            for (var position = 0; position < path.Length; position++, count++)
            {
                var best = Array.IndexOf(expected[position], expected[position].Max());
                difference += Math.Abs(expected[position][best] - actual[position][best]);
                if (actual[position].Max() == actual[position][best]) agree++;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{format}, KV {kvFormat}: mean difference {difference / count:F5}, same best token {agree} of {count}");
        Assert.InRange(difference / count, 0, most);
        Assert.InRange(agree / (double)count, leastAgreement, 1);
    }
}
