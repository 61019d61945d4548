using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Types of GGUF files that are integers times a scale, with an offset or without, kept as they are in panels of integers: nothing is rounded a second time.</summary>
public class GgufBlocksAsTheyAreTests
{
    private static TransformerDescription Shape => ExportedWeights.Shape;

    public static TheoryData<string, WeightFormat> Kept => new()
    {
        { "Q8_0", WeightFormat.Q8 }, { "Q4_0", WeightFormat.Q8 }, { "Q4_1", WeightFormat.Q8 }, { "Q5_0", WeightFormat.Q8 }, { "Q5_1", WeightFormat.Q8 }, { "Q4_K", WeightFormat.Q8 }, { "Q5_K", WeightFormat.Q8 },
        { "Q4_0", WeightFormat.Q4 }, { "Q4_1", WeightFormat.Q4 }, { "Q4_K", WeightFormat.Q4 },
    };

    [Theory]
    [MemberData(nameof(Kept))]
    public void Load_IntegersAndScales_GiveTheLogitsOfTheSameWeightsInF32(string type, WeightFormat format)
    {
        using var folder = new TempFolder();
        using var weights = ExportedWeights.Open(folder, type);
        var largest = LargestDifference(weights, format);
        // what is left is that activations are rounded to 16 bits
        TestContext.Current.TestOutputHelper?.WriteLine($"{type}: {largest:E1}");
        Assert.InRange(largest, 0, 1e-3);
    }

    [Theory]
    [InlineData("Q4_0", WeightFormat.Q4)]
    [InlineData("Q4_K", WeightFormat.Q4)]
    [InlineData("Q5_1", WeightFormat.Q8)]
    public void Load_IntegersBesideBiases_GiveTheLogitsOfTheSameWeightsInF32(string type, WeightFormat format)
    {
        using var folder = new TempFolder();
        using var random = new RandomWeights(Shape, 3, biases: true, deviation: 0.06);
        using var weights = ExportedWeights.Open(folder, random, type, architecture: "qwen2");
        Assert.True(weights.Has(WeightRole.QueryBias) && weights.Has(WeightRole.ValueBias));
        Assert.InRange(LargestDifference(weights, format), 0, 1e-3);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void Load_IntegersAndScales_ArePackedToTheBit(string type, WeightFormat format)
    {
        using var folder = new TempFolder();
        using var source = ExportedWeights.Open(folder, type);
        using var weights = ModelWeights.Load(source, format, 2, null, TestContext.Current.CancellationToken);
        Assert.Equal(format, weights.Embedding.Format);
        Compare(source, weights.Embedding, WeightRole.TokenEmbedding, 0, row => row);
        for (var layer = 0; layer < Shape.LayerCount; layer++) CompareLayer(source, weights.Layers[layer], layer);
    }

    // as llama.cpp mixes them (Q4_K_M), and two of four bits in one matrix, with offsets and without
    [Theory]
    [InlineData("Q4_K", "Q6_K", "Q4_K", WeightFormat.Q8, WeightFormat.Q8)]
    [InlineData("Q4_K", "Q5_K", "Q4_K", WeightFormat.Q8, WeightFormat.Q8)]
    [InlineData("Q4_1", "Q4_0", "Q4_0", WeightFormat.Q4, WeightFormat.Q4)]
    [InlineData("Q4_0", "Q4_1", "F32", WeightFormat.Q4, WeightFormat.Q8)]
    public void Load_SeveralTypes_FourBitsStayAndWhatHasMoreHasEight(string type, string valueAndDown, string outside, WeightFormat withValues, WeightFormat embedding)
    {
        using var folder = new TempFolder();
        using var weights = ExportedWeights.Open(folder, outside, role => role is WeightRole.Value or WeightRole.Down ? valueAndDown : type);
        using var packed = ModelWeights.Load(weights, WeightFormat.Q4, 2, null, TestContext.Current.CancellationToken);
        Assert.Equal(outside == "Q4_K" ? WeightFormat.Q4 : embedding, packed.Embedding.Format);
        foreach (var layer in packed.Layers) Assert.Equal([withValues, WeightFormat.Q4, WeightFormat.Q4, withValues], Matrices(layer).Select(matrix => matrix.Format));
        if (valueAndDown != "Q6_K" && outside != "F32")
            for (var layer = 0; layer < Shape.LayerCount; layer++) CompareLayer(weights, packed.Layers[layer], layer, within: 1e-7f);
        // 6 bits with a scale for each 16 are rounded once more, to 8 for each 32
        Assert.InRange(LargestDifference(weights, WeightFormat.Q4), 0, valueAndDown == "Q6_K" || outside == "F32" ? 0.05 : 1e-3);
    }

    [Theory]
    [InlineData("Q5_0")]
    [InlineData("Q5_1")]
    [InlineData("Q6_K")]
    [InlineData("Q8_0")]
    public void Load_WhatIsNotIntegersOf4Bits_IsRoundedFromItsNumbers(string type)
    {
        using var folder = new TempFolder();
        using var weights = ExportedWeights.Open(folder, type);
        using var numbers = ExportedWeights.Open(folder, weights, "F32");
        using var direct = ModelWeights.Load(weights, WeightFormat.Q4, 2, null, TestContext.Current.CancellationToken);
        using var rounded = ModelWeights.Load(numbers, WeightFormat.Q4, 2, null, TestContext.Current.CancellationToken);
        Assert.Equal((WeightFormat.Q8, WeightFormat.Q4), (direct.Embedding.Format, direct.Layers[0].Down.Format));
        for (var layer = 0; layer < Shape.LayerCount; layer++)
            foreach (var (one, other) in Matrices(direct.Layers[layer]).Zip(Matrices(rounded.Layers[layer])))
                for (var row = 0; row < one.Panels * Sizes.Panel; row++) Assert.Equal(Unpack(one, row), Unpack(other, row));
    }

    [Theory]
    [InlineData("Q4_K", WeightFormat.Q4)]
    [InlineData("Q5_1", WeightFormat.Q8)]
    public void Forward_OffsetsAndAnyBatchAndThreads_GivesTheSameBits(string type, WeightFormat format)
    {
        using var folder = new TempFolder();
        using var weights = ExportedWeights.Open(folder, type);
        using var alone = Engines.Load(weights, threads: 1, maxRows: 1, format: format);
        var tree = new TokenTree();
        var node = tree.AddRoot([1, 2, 3]);
        int[] nodes = [.. Enumerable.Range(0, 30).Select(i => tree.Append(node, i)), node];
        var expected = nodes.Select(one => alone.EvaluateAlone(tree.Path(0, one))).ToArray();
        foreach (var (threads, maxRows) in new[] { (1, 64), (2, 7), (3, 128) })
        {
            using var engine = Engines.Load(weights, threads, maxRows, format);
            using var session = engine.Open(tree, tree.Count);
            var actual = engine.Evaluate(session, nodes);
            for (var i = 0; i < nodes.Length; i++) Assert.Equal(expected[i], actual[i]);
        }
    }

    private static double LargestDifference(IWeightSource weights, WeightFormat format)
    {
        using var exact = Engines.Load(weights);
        using var kept = Engines.Load(weights, format: format);
        int[] ids = [.. Enumerable.Range(0, 40).Select(i => i * 37 % Shape.VocabularySize)];
        var (expected, actual) = (exact.EvaluateAll(ids), kept.EvaluateAll(ids));
        return ids.Index().Max(one => expected[one.Index].Zip(actual[one.Index], (x, y) => Math.Abs(x - y)).Max());
    }

    private static PackedMatrix[] Matrices(LayerWeights layer) => [layer.QueryKeyValue, layer.Output, layer.UpOrGateUp, layer.Down];

    private static void CompareLayer(IWeightSource source, LayerWeights packed, int layer, float within = 0)
    {
        var (queries, keys) = (Shape.HeadCount * Shape.HeadSize, Shape.KvHeadCount * Shape.HeadSize);
        Compare(source, packed.QueryKeyValue, WeightRole.Query, layer, row => row, within);
        Compare(source, packed.QueryKeyValue, WeightRole.Key, layer, row => queries + row, within);
        Compare(source, packed.QueryKeyValue, WeightRole.Value, layer, row => queries + keys + row, within);
        Compare(source, packed.Output, WeightRole.Output, layer, row => row, within);
        Compare(source, packed.UpOrGateUp, WeightRole.Gate, layer, row => row / Sizes.Panel * 2 * Sizes.Panel + row % Sizes.Panel, within);
        Compare(source, packed.UpOrGateUp, WeightRole.Up, layer, row => (row / Sizes.Panel * 2 + 1) * Sizes.Panel + row % Sizes.Panel, within);
        Compare(source, packed.Down, WeightRole.Down, layer, row => row, within);
    }

    private static void Compare(IWeightSource source, PackedMatrix matrix, WeightRole role, int layer, Func<int, int> where, float within = 0)
    {
        var (rows, columns) = WeightShapes.Of(Shape, role);
        var expected = new float[columns];
        for (var row = 0; row < rows; row++)
        {
            source.ReadRows(role, layer, row, expected);
            var actual = Unpack(matrix, where(row));
            for (var i = 0; i < columns; i++) Assert.InRange(actual[i], expected[i] - within, expected[i] + within);
        }
    }

    private static unsafe float[] Unpack(PackedMatrix matrix, int row)
    {
        var numbers = new float[matrix.Blocks * Sizes.Block];
        fixed (float* first = numbers) matrix.Unpack(row, first);
        return numbers;
    }
}
