using DecodeAlign.Cpu;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public unsafe class LogitScanTests
{
    [Fact]
    public void Read_AnyLogits_EqualsTheReaderOfTheContract()
    {
        var random = new Random(1);
        for (var round = 0; round < 400; round++)
        {
            var logits = new float[random.Next(1, 200)];
            // few distinct values, so that there are ties
            for (var i = 0; i < logits.Length; i++) logits[i] = random.Next(12) == 0 ? float.NegativeInfinity : random.Next(-20, 20) * 0.75f;
            logits[random.Next(logits.Length)] = 3;
            var mask = new TokenMask(logits.Length);
            for (var i = 0; i < logits.Length; i++) mask[i] = random.Next(3) > 0;
            var actual = Request(logits.Length, mask, random.Next(1, 20), round % 2 == 0);
            var expected = actual with { Top = new TokenLogProbability[actual.Top.Length], LogProbabilities = new double[logits.Length], NamedLogProbabilities = new double[2], AllowedLogProbability = new double[1] };
            fixed (float* p = logits) LogitScan.Read(p, logits.Length, actual);
            LogitReader.Read(logits, expected);
            Assert.Equal(Math.Exp(expected.AllowedLogProbability.Span[0]), Math.Exp(actual.AllowedLogProbability.Span[0]), 1e-6);
            for (var i = 0; i < logits.Length; i++) Assert.Equal(expected.LogProbabilities.Span[i], actual.LogProbabilities.Span[i], 1e-6);
            for (var i = 0; i < 2; i++) Assert.Equal(expected.NamedLogProbabilities.Span[i], actual.NamedLogProbabilities.Span[i], 1e-6);
            Assert.Equal(expected.Top.ToArray().Select(t => t.Token), actual.Top.ToArray().Select(t => t.Token));
            for (var i = 0; i < actual.Top.Length; i++) Assert.Equal(expected.Top.Span[i].LogProbability, actual.Top.Span[i].LogProbability, 1e-6);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void LogSumExp_DamagedLogit_Throws(float damaged)
    {
        for (var place = 0; place < 40; place++)
        {
            var logits = new float[40];
            logits[place] = damaged;
            Assert.Throws<InvalidOperationException>(() =>
            {
                fixed (float* p = logits) return LogitScan.LogSumExp(p, 40);
            });
        }
        var none = Enumerable.Repeat(float.NegativeInfinity, 40).ToArray();
        Assert.Throws<InvalidOperationException>(() =>
        {
            fixed (float* p = none) return LogitScan.LogSumExp(p, 40);
        });
    }

    private static EvaluationRequest Request(int count, TokenMask mask, int top, bool masked) => new()
    {
        Node = 1,
        Top = new TokenLogProbability[top],
        Allowed = masked ? mask : null,
        AllowedLogProbability = new double[1],
        LogProbabilities = new double[count],
        Named = new[] { 0, count - 1 },
        NamedLogProbabilities = new double[2],
    };
}
