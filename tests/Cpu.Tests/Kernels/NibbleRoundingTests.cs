using DecodeAlign.Cpu;

namespace DecodeAlign.Tests;

public unsafe class NibbleRoundingTests
{
    [Fact]
    public void Round_RandomBlocks_GivesTheBestOfItsScalesByLeastSquares()
    {
        var random = new Random(4);
        var (ours, rule, before) = (0.0, 0.0, 0.0);
        for (var block = 0; block < 300; block++)
        {
            var weights = Enumerable.Range(0, Sizes.Block).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * MathF.Pow(10, block % 7 - 5)).ToArray();
            var (integers, scale) = Round(weights);
            Assert.All(integers, integer => Assert.InRange(integer, (sbyte)-8, (sbyte)7));
            var error = Error(weights, integers, scale);
            var candidates = new[] { -8, -7.1, -7.4, -7.7, -8.3, -8.6, -8.9 }.Select(target => Best(weights, target)).ToArray();
            // another candidate's integers may be as near as makes no difference in f32
            Assert.InRange(error, candidates.Min() * (1 - 1e-6), candidates.Min() * (1 + 1e-4) + 1e-30);
            var size = weights.Sum(weight => (double)weight * weight);
            (ours, rule, before) = (ours + error / size, rule + Simple(weights) / size, before + 1);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"squared error: {ours / before:F6} of the squared weights, {rule / before:F6} with the greatest as -8");
        Assert.InRange(ours / rule, 0, 0.93);
    }

    [Fact]
    public void Round_MultiplesOfAScaleThatReachMinus8_StayAsTheyAre()
    {
        var random = new Random(6);
        for (var block = 0; block < 50; block++)
        {
            var (integers, scale) = (Enumerable.Range(0, Sizes.Block).Select(_ => (sbyte)random.Next(-8, 8)).ToArray(), (float)(Half)(random.NextSingle() - 0.5f));
            integers[random.Next(Sizes.Block)] = -8;
            var weights = integers.Select(integer => integer * scale).ToArray();
            var (rounded, found) = Round(weights);
            Assert.Equal(integers, rounded);
            Assert.InRange(found / scale, 1 - 1e-6, 1 + 1e-6);
        }
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1e-38f, 0f)]
    [InlineData(float.NaN, float.NaN)]
    [InlineData(float.PositiveInfinity, float.NaN)]
    public void Round_NothingOrNoNumber_HasAScaleThatSaysSo(float weight, float expected)
    {
        var weights = new float[Sizes.Block];
        weights[3] = weight;
        var (integers, scale) = Round(weights);
        Assert.Equal(expected, scale);
        Assert.All(integers, integer => Assert.Equal(0, integer));
    }

    private static (sbyte[] Integers, float Scale) Round(float[] weights)
    {
        var (integers, scale) = (new sbyte[Sizes.Block], 0f);
        fixed (float* first = weights)
        fixed (sbyte* rounded = integers) NibbleRounding.Round(first, 1, rounded, &scale);
        return (integers, scale);
    }

    private static double Error(float[] weights, sbyte[] integers, double scale) => weights.Zip(integers, (weight, integer) => Math.Pow(weight - integer * scale, 2)).Sum();

    /// <summary>With the number of greatest magnitude at a target, then the scale of least squares.</summary>
    private static double Best(float[] weights, double target)
    {
        var integers = Integers(weights, target);
        var scale = weights.Zip(integers, (weight, integer) => weight * (double)integer).Sum() / integers.Sum(integer => (double)integer * integer);
        return Error(weights, integers, scale);
    }

    /// <summary>As llama.cpp makes Q4_0.</summary>
    private static double Simple(float[] weights) => Error(weights, Integers(weights, -8), weights.MaxBy(MathF.Abs) / -8);

    private static sbyte[] Integers(float[] weights, double target) => [.. weights.Select(weight => (sbyte)Math.Clamp(MathF.Round(weight * ((float)target / weights.MaxBy(MathF.Abs))), -8, 7))];
}
