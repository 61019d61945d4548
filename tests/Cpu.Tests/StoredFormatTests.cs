using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>The format that weights are kept in where none is asked for: as the file holds them.</summary>
public class StoredFormatTests
{
    [Theory]
    [InlineData("F32", "F32", "F32", WeightFormat.F32)]
    [InlineData("F16", "F16", "F16", WeightFormat.F32)]
    [InlineData("BF16", "BF16", "BF16", WeightFormat.BF16)]
    [InlineData("Q8_0", "Q8_0", "Q8_0", WeightFormat.Q8)]
    [InlineData("Q5_K", "Q6_K", "Q6_K", WeightFormat.Q8)]
    [InlineData("Q4_0", "Q4_0", "Q4_0", WeightFormat.Q4)]
    [InlineData("Q4_K", "Q6_K", "Q6_K", WeightFormat.Q4)]
    // not all of it as integers, or as bf16
    [InlineData("Q4_K", "Q4_K", "F16", WeightFormat.F32)]
    [InlineData("Q8_0", "BF16", "Q8_0", WeightFormat.F32)]
    [InlineData("BF16", "BF16", "F32", WeightFormat.F32)]
    public void Load_NoFormat_KeepsWhatTheFileHolds(string type, string valueAndDown, string outside, WeightFormat expected)
    {
        using var folder = new TempFolder();
        using var weights = ExportedWeights.Open(folder, outside, role => role is WeightRole.Value or WeightRole.Down ? valueAndDown : type);
        using var engine = CpuEngine.Load(weights, new() { Threads = 2, KvBudgetBytes = 1 << 26 }, "tokens");
        Assert.Equal(expected, engine.WeightFormat);
        using var exact = Engines.Load(weights);
        Assert.Equal(WeightFormat.F32, exact.WeightFormat);
        int[] ids = [.. Enumerable.Range(0, 20).Select(i => i * 37 % ExportedWeights.Shape.VocabularySize)];
        var (here, there) = (engine.EvaluateAll(ids), exact.EvaluateAll(ids));
        // bf16 to the bit; 16 bits of activations beside integers, and 6 bits rounded to 8
        var allowed = expected is WeightFormat.F32 or WeightFormat.BF16 ? 0 : valueAndDown == "Q6_K" ? 0.1 : 1e-3;
        for (var i = 0; i < ids.Length; i++)
            for (var token = 0; token < here[i].Length; token++) Assert.InRange(here[i][token], there[i][token] - allowed, there[i][token] + allowed);
    }

    [Fact]
    public void Load_SourceThatDoesNotTell_IsF32()
    {
        using var engine = CpuEngine.Load(new RandomWeights(ExportedWeights.Shape, 1), new() { KvBudgetBytes = 1 << 26 }, "tokens");
        Assert.Equal(WeightFormat.F32, engine.WeightFormat);
    }

    [Fact]
    public void Load_NoSuchFormat_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CpuEngine.Load(new RandomWeights(ExportedWeights.Shape, 1), new() { WeightFormat = (WeightFormat)9 }, "tokens"));
}
