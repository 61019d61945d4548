using DecodeAlign.Evaluation;

namespace DecodeAlign.Tests;

public class HolmTests
{
    [Fact]
    public void Adjust_KnownExample_IsAsRComputesIt() =>
        // p.adjust(c(0.04, 0.01, 0.03, 0.005), "holm")
        Assert.Equal([0.06, 0.03, 0.06, 0.02], Holm.Adjust([0.04, 0.01, 0.03, 0.005]).Select(p => Math.Round(p, 12)));

    [Fact]
    public void Adjust_RandomTests_EqualsTheClosedTestOfAllIntersections()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            double[] p = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.NextDouble() * random.NextDouble())];
            var adjusted = Holm.Adjust(p);
            for (var i = 0; i < p.Length; i++) Assert.Equal(Closed(p, i), adjusted[i], 12);
        }
    }

    [Fact]
    public void Adjust_None_IsNone() => Assert.Empty(Holm.Adjust([]));

    // a hypothesis is rejected where every intersection that holds it is, each by Bonferroni's rule
    private static double Closed(double[] p, int i) =>
        Enumerable.Range(0, 1 << p.Length).Where(set => (set >> i & 1) == 1).Max(set =>
        {
            var members = Enumerable.Range(0, p.Length).Where(j => (set >> j & 1) == 1).Select(j => p[j]).ToList();
            return Math.Min(1, members.Count * members.Min());
        });
}
