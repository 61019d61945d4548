using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class LogitReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1023)]
    [InlineData(5000)]
    public void LogSumExp_RandomLogits_AgreesWithThePlainSum(int count)
    {
        var random = new Random(count);
        float[] logits = [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 60 - 30))];
        var plain = Math.Log(logits.Sum(x => Math.Exp(x)));
        Assert.Equal(plain, LogitReader.LogSumExp(logits), 1e-12 * Math.Max(1, Math.Abs(plain)));
    }

    [Fact]
    public void Read_LogNormalizer_GivesBackTheLogits()
    {
        float[] logits = [3, -2.5f, 0.25f];
        var (all, normalizer) = (new double[3], new double[1]);
        LogitReader.Read(logits, new() { Node = 1, LogProbabilities = all, LogNormalizer = normalizer });
        for (var i = 0; i < 3; i++) Assert.Equal(logits[i], all[i] + normalizer[0], 1e-12);
    }

    [Fact]
    public void Read_AllowedLogProbability_IsTheLogarithmOfTheSumOfWhatIsAllowed()
    {
        var random = new Random(5);
        for (var i = 0; i < 600; i++)
        {
            // up to several chunks; from nothing allowed to all, from next to no probability to nearly all of it
            float[] logits = [.. Enumerable.Range(0, random.Next(1, i % 20 == 0 ? 5000 : 200)).Select(_ => random.Next(20) == 0 ? float.NegativeInfinity : (float)(random.NextDouble() * 60 - 30))];
            logits[random.Next(logits.Length)] = 3;
            var share = random.NextDouble();
            var mask = new TokenMask(logits.Length, allowed: i % 7 == 0);
            for (var token = 0; token < logits.Length; token++) mask[token] = i % 3 == 0 ? random.Next(logits.Length) != 0 : random.NextDouble() < share;
            var (all, sum) = (new double[logits.Length], new double[1]);
            LogitReader.Read(logits, new() { Node = 1, LogProbabilities = all, Allowed = mask, AllowedLogProbability = sum });
            var expected = Math.Log(Enumerable.Range(0, logits.Length).Where(token => mask[token]).Sum(token => Math.Exp(all[token])));
            if (double.IsNegativeInfinity(expected)) Assert.Equal(expected, sum[0]);
            else Assert.Equal(Math.Min(0, expected), sum[0], 1e-12);
            Assert.True(sum[0] <= 0);
            LogitReader.Read(logits, new() { Node = 1, AllowedLogProbability = sum });
            Assert.Equal(0, sum[0]);
        }
    }

    [Fact]
    public void LogSumExp_HugeLogits_DoesNotOverflow() => Assert.Equal(1e30f + Math.Log(2), LogitReader.LogSumExp([1e30f, 1e30f, float.NegativeInfinity]));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Read_LogitsNotFinite_SaysTheWeightsAreDamaged(float value) =>
        Assert.Contains("not finite", Assert.Throws<InvalidOperationException>(() => LogitReader.Read([value, value], new() { Node = 1, Top = new TokenLogProbability[1] })).Message);

    [Fact]
    public void Read_Top_EqualsASortWithTiesByLowerId()
    {
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            float[] logits = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (float)random.Next(-3, 3))];
            var mask = new TokenMask(logits.Length);
            for (var token = 0; token < logits.Length; token++) mask[token] = random.Next(3) > 0;
            var top = new TokenLogProbability[random.Next(1, 50)];
            LogitReader.Read(logits, new() { Node = 1, Top = top, Allowed = mask });
            var expected = Enumerable.Range(0, logits.Length).Where(t => mask[t]).OrderByDescending(t => logits[t]).ThenBy(t => t).Take(top.Length).ToArray();
            Assert.Equal(expected, top.Take(expected.Length).Select(t => t.Token));
            Assert.All(top.Skip(expected.Length), t => Assert.Equal(TokenLogProbability.None, t));
        }
    }
}
