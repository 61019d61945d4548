using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Types of GGUF files that are integers times a scale, kept as they are in panels of bytes: nothing is rounded a second time.</summary>
public class GgufBlocksAsTheyAreTests
{
    private static readonly TransformerDescription Shape = Descriptions.Llama with { HiddenSize = 64, IntermediateSize = 96, HeadCount = 4, KvHeadCount = 2, HeadSize = 16, VocabularySize = 112 };

    [Theory]
    [InlineData("Q8_0")]
    [InlineData("Q4_0")]
    [InlineData("Q5_0")]
    public void Load_IntegersTimesAScale_GiveTheLogitsOfTheSameWeightsInF32(string type)
    {
        using var folder = new TempFolder();
        var path = folder.File("model.gguf");
        using (var source = new RandomWeights(Shape, 3, deviation: 0.1)) File.WriteAllBytes(path, GgufExport.Write(source, "llama", type, GgufVocabulary.Numbered(Shape.VocabularySize)));
        using var weights = ModelFolder.Open(path).OpenWeights();
        using var exact = Engines.Load(weights);
        using var kept = Engines.Load(weights, format: WeightFormat.Q8);
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => i * 37 % Shape.VocabularySize)];
        var (expected, actual) = (exact.EvaluateAll(ids), kept.EvaluateAll(ids));
        var largest = 0.0;
        for (var position = 0; position < ids.Length; position++)
            for (var token = 0; token < Shape.VocabularySize; token++) largest = Math.Max(largest, Math.Abs(expected[position][token] - actual[position][token]));
        // what is left is that activations are rounded to 16 bits
        TestContext.Current.TestOutputHelper?.WriteLine($"{type}: {largest:E1}");
        Assert.InRange(largest, 0, 1e-3);
    }
}
