using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Types of GGUF files that are integers times a scale, kept as they are in panels of integers: nothing is rounded a second time.</summary>
public class GgufBlocksAsTheyAreTests
{
    private static readonly TransformerDescription Shape = Descriptions.Llama with { HiddenSize = 64, IntermediateSize = 96, HeadCount = 4, KvHeadCount = 2, HeadSize = 16, VocabularySize = 112 };

    [Theory]
    [InlineData("Q8_0", WeightFormat.Q8)]
    [InlineData("Q4_0", WeightFormat.Q8)]
    [InlineData("Q5_0", WeightFormat.Q8)]
    [InlineData("Q4_0", WeightFormat.Q4)]
    public void Load_IntegersTimesAScale_GiveTheLogitsOfTheSameWeightsInF32(string type, WeightFormat format)
    {
        using var folder = new TempFolder();
        using var weights = Export(folder, type);
        using var exact = Engines.Load(weights);
        using var kept = Engines.Load(weights, format: format);
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => i * 37 % Shape.VocabularySize)];
        var (expected, actual) = (exact.EvaluateAll(ids), kept.EvaluateAll(ids));
        var largest = 0.0;
        for (var position = 0; position < ids.Length; position++)
            for (var token = 0; token < Shape.VocabularySize; token++) largest = Math.Max(largest, Math.Abs(expected[position][token] - actual[position][token]));
        // what is left is that activations are rounded to 16 bits
        TestContext.Current.TestOutputHelper?.WriteLine($"{type}: {largest:E1}");
        Assert.InRange(largest, 0, 1e-3);
    }

    [Theory]
    [InlineData("Q8_0", WeightFormat.Q8)]
    [InlineData("Q4_0", WeightFormat.Q8)]
    [InlineData("Q5_0", WeightFormat.Q8)]
    [InlineData("Q4_0", WeightFormat.Q4)]
    public void Load_IntegersTimesAScale_ArePackedToTheBit(string type, WeightFormat format)
    {
        using var folder = new TempFolder();
        using var source = Export(folder, type);
        using var weights = ModelWeights.Load(source, format, 2, null, TestContext.Current.CancellationToken);
        Assert.Equal(format, weights.Embedding.Format);
        Compare(source, weights.Embedding, WeightRole.TokenEmbedding, 0, row => row);
        for (var layer = 0; layer < Shape.LayerCount; layer++)
        {
            var packed = weights.Layers[layer];
            Compare(source, packed.QueryKeyValue, WeightRole.Query, layer, row => row);
            Compare(source, packed.QueryKeyValue, WeightRole.Key, layer, row => 64 + row);
            Compare(source, packed.QueryKeyValue, WeightRole.Value, layer, row => 96 + row);
            Compare(source, packed.Output, WeightRole.Output, layer, row => row);
            Compare(source, packed.UpOrGateUp, WeightRole.Gate, layer, row => row / Sizes.Panel * 2 * Sizes.Panel + row % Sizes.Panel);
            Compare(source, packed.UpOrGateUp, WeightRole.Up, layer, row => (row / Sizes.Panel * 2 + 1) * Sizes.Panel + row % Sizes.Panel);
            Compare(source, packed.Down, WeightRole.Down, layer, row => row);
        }
    }

    [Theory]
    [InlineData("Q4_1")]
    [InlineData("Q5_0")]
    [InlineData("Q8_0")]
    public void Load_WhatIsNotIntegersOf4Bits_IsRoundedFromItsNumbers(string type)
    {
        using var folder = new TempFolder();
        using var weights = Export(folder, type);
        var widened = folder.File("widened.gguf");
        File.WriteAllBytes(widened, GgufExport.Write(weights, "llama", "F32", GgufVocabulary.Numbered(Shape.VocabularySize)));
        using var numbers = ModelFolder.Open(widened).OpenWeights();
        using var direct = ModelWeights.Load(weights, WeightFormat.Q4, 2, null, TestContext.Current.CancellationToken);
        using var rounded = ModelWeights.Load(numbers, WeightFormat.Q4, 2, null, TestContext.Current.CancellationToken);
        Assert.Equal((WeightFormat.Q8, WeightFormat.Q4), (direct.Embedding.Format, direct.Layers[0].Down.Format));
        for (var layer = 0; layer < Shape.LayerCount; layer++)
            foreach (var (one, other) in Matrices(direct.Layers[layer]).Zip(Matrices(rounded.Layers[layer])))
                for (var row = 0; row < one.Panels * Sizes.Panel; row++) Assert.Equal(Unpack(one, row), Unpack(other, row));
    }

    private static IWeightSource Export(TempFolder folder, string type)
    {
        var path = folder.File("model.gguf");
        using (var source = new RandomWeights(Shape, 3, deviation: 0.1)) File.WriteAllBytes(path, GgufExport.Write(source, "llama", type, GgufVocabulary.Numbered(Shape.VocabularySize)));
        return ModelFolder.Open(path).OpenWeights();
    }

    private static PackedMatrix[] Matrices(LayerWeights layer) => [layer.QueryKeyValue, layer.Output, layer.UpOrGateUp, layer.Down];

    private static void Compare(IWeightSource source, PackedMatrix matrix, WeightRole role, int layer, Func<int, int> where)
    {
        var (rows, columns) = WeightShapes.Of(Shape, role);
        var expected = new float[columns];
        for (var row = 0; row < rows; row++)
        {
            source.ReadRows(role, layer, row, expected);
            Assert.Equal(expected, Unpack(matrix, where(row)));
        }
    }

    private static unsafe float[] Unpack(PackedMatrix matrix, int row)
    {
        var numbers = new float[matrix.Blocks * Sizes.Block];
        fixed (float* first = numbers) matrix.Unpack(row, first);
        return numbers;
    }
}
