using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>What is written in a type comes back within half a step of it. That the layout is llama.cpp's own is proved beside llama.cpp (tests/LlamaCpp).</summary>
public class GgufBlocksTests
{
    [Theory]
    [InlineData("F32", 0)]
    [InlineData("F16", 0.001)]
    [InlineData("BF16", 0.008)]
    [InlineData("Q8_0", 0.008)]
    [InlineData("Q4_0", 0.13)]
    [InlineData("Q4_1", 0.07)]
    [InlineData("Q5_0", 0.07)]
    [InlineData("Q5_1", 0.035)]
    [InlineData("Q4_K", 0.08)]
    [InlineData("Q5_K", 0.045)]
    [InlineData("Q6_K", 0.025)]
    public void Read_WhatWasWritten_IsWithinTheTypesStep(string type, double tolerance)
    {
        var random = new Random(4);
        var values = new float[1024];
        for (var i = 0; i < values.Length; i++) values[i] = (random.NextSingle() * 2 - 1) * (i < 512 ? 1 : 0.01f);
        var bytes = GgufEncoder.Row(type, values);
        var (elements, size) = GgufTypes.Block(Enum.Parse<GgufType>(type));
        Assert.Equal(bytes.Length, values.Length / elements * size);
        var read = new float[values.Length];
        GgufBlocks.Read(Enum.Parse<GgufType>(type), bytes, read);
        for (var i = 0; i < values.Length; i++)
        {
            var scale = i < 512 ? 1 : 0.01;
            Assert.True(Math.Abs(read[i] - values[i]) <= tolerance * scale, $"{i}: {values[i]} came back as {read[i]}");
        }
        if (GgufBlocks.IntegerBits(Enum.Parse<GgufType>(type)) == 0) return;
        var (integers, scales, offsets) = (new sbyte[values.Length], new float[values.Length / GgufBlocks.Integers], new float[values.Length / GgufBlocks.Integers]);
        GgufBlocks.ReadIntegers(Enum.Parse<GgufType>(type), bytes, integers, scales, offsets);
        var most = (1 << GgufBlocks.IntegerBits(Enum.Parse<GgufType>(type))) - 1;
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(read[i], integers[i] * scales[i / GgufBlocks.Integers] + offsets[i / GgufBlocks.Integers]);
            if (GgufBlocks.HasOffsets(Enum.Parse<GgufType>(type))) Assert.InRange(integers[i], 0, most);
            else Assert.InRange(integers[i], -(most + 1) / 2, most / 2);
        }
        Assert.Equal(GgufBlocks.HasOffsets(Enum.Parse<GgufType>(type)), offsets.Any(offset => offset != 0));
    }
}
