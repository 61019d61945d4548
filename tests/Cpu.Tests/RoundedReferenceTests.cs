using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>The engine with weights of integers beside a double-precision pass over the numbers that these stand for. What is left is that activations are rounded to 16 bits.</summary>
public class RoundedReferenceTests
{
    public static TheoryData<string, WeightFormat> Cells
    {
        get
        {
            var data = new TheoryData<string, WeightFormat>();
            foreach (var variant in Descriptions.Variants.Keys)
                foreach (var format in new[] { WeightFormat.Q8, WeightFormat.Q4 }) data.Add(variant, format);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Forward_WeightsOfIntegers_EqualsTheReferenceOfWhatTheyStandFor(string variant, WeightFormat format)
    {
        var (description, biases) = Descriptions.Variants[variant];
        var weights = new RandomWeights(description, 1, biases);
        using var engine = Engines.Load(weights, format: format);
        foreach (var role in Enum.GetValues<WeightRole>().Where(WeightShapes.IsMatrix))
            for (var layer = 0; layer < description.LayerCount; layer++)
                if (weights.Tensor(role, layer) is { } values) Round(values, WeightShapes.Of(description, role).Columns, format == WeightFormat.Q4 && !IsOutside(role));
        var (largest, mean) = Differences.FromReference(engine, weights);
        Assert.InRange(mean, 0, 2e-3);
        Assert.InRange(largest, 0, 2e-2);
    }

    private static bool IsOutside(WeightRole role) => role is WeightRole.TokenEmbedding or WeightRole.PositionEmbedding or WeightRole.Head or WeightRole.RewardHead or WeightRole.RewardGateInput;

    private static unsafe void Round(float[] values, int columns, bool nibbles)
    {
        for (var row = 0; row < values.Length; row += columns)
            for (var start = row; start < row + columns; start += Sizes.Block)
            {
                var block = new float[Sizes.Block];
                var stored = values.AsSpan(start, Math.Min(Sizes.Block, row + columns - start));
                stored.CopyTo(block);
                var (integers, scale) = (new sbyte[Sizes.Block], block.Max(MathF.Abs) / 127);
                fixed (float* first = block)
                fixed (sbyte* rounded = integers)
                    if (nibbles) NibbleRounding.Round(first, 1, rounded, &scale);
                    else
                        for (var i = 0; i < Sizes.Block; i++) rounded[i] = (sbyte)MathF.Round(block[i] * (127 / block.Max(MathF.Abs)));
                for (var i = 0; i < stored.Length; i++) stored[i] = integers[i] * scale;
            }
    }
}
