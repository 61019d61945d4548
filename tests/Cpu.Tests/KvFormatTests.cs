using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class KvFormatTests
{
    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    [InlineData("sliding window (mistral)")]
    [InlineData("one kv head, wide heads")]
    [InlineData("heads of 80, whole panels")]
    public void Forward_Bf16_IsTheReferenceWithKeysAndValuesRoundedToEightBits(string variant)
    {
        var (description, biases) = Descriptions.Variants[variant];
        var weights = new RandomWeights(description, 1, biases);
        using var engine = Engines.Load(weights, kvFormat: KvFormat.BF16);
        var (_, rounded) = Differences.FromReference(engine, weights, ToEightBits);
        var (_, exact) = Differences.FromReference(engine, weights);
        // here and there a number lies so near the middle that f32 and double round it to different sides
        Assert.InRange(rounded, 0, exact / 100);
    }

    [Fact]
    public void Facts_Bf16_HalfTheBytesOfAToken()
    {
        var weights = new RandomWeights(Descriptions.Llama, 1);
        using var f32 = Engines.Load(weights);
        using var bf16 = Engines.Load(weights, kvFormat: KvFormat.BF16);
        Assert.Equal(f32.Facts.KvBytesPerToken, 2 * bf16.Facts.KvBytesPerToken);
        using var session = bf16.Open(new TokenTree(), 64);
        Assert.Equal(64 * bf16.Facts.KvBytesPerToken, bf16.KvReservedBytes);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.MaxValue)]
    [InlineData(-0f)]
    [InlineData(1e-45f)]
    [InlineData(1.00390625f)]
    [InlineData(1.01171875f)]
    [InlineData(-3.1415927f)]
    public void Of_AnyNumber_IsTheNearestWithEightBits(float value)
    {
        var kept = Bf16.ToSingle(Bf16.Of(value));
        if (float.IsNaN(value)) Assert.True(float.IsNaN(kept));
        else Assert.Equal(value == float.MaxValue ? float.PositiveInfinity : (float)ToEightBits(value), kept);
        Assert.Equal(float.IsNegative(value), float.IsNegative(kept));
    }

    /// <summary>The nearest number of 8 significant bits, the even one of two as near; what is too small for an f32 has fewer.</summary>
    private static double ToEightBits(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value;
        var unit = Math.ScaleB(1, Math.Max(Math.ILogB(value), -126) - 7);
        return Math.Round(value / unit, MidpointRounding.ToEven) * unit;
    }
}
