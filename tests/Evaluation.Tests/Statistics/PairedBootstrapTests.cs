using DecodeAlign.Evaluation;

namespace DecodeAlign.Tests;

public class PairedBootstrapTests
{
    [Fact]
    public void Of_FewValues_EqualsEveryResampleEnumerated()
    {
        double[] values = [0.1, 0.9, 0.4, 1.7, -0.6];
        var exact = Enumerate(values);

        var found = PairedBootstrap.Of(values, 1);

        Assert.Equal(values.Average(), found.Mean, 12);
        // 3,125 resamples in all; 10,000 draws of them know a quantile to about half a hundredth of its rank
        Assert.InRange(found.Low, At(exact, 0.02), At(exact, 0.03));
        Assert.InRange(found.High, At(exact, 0.97), At(exact, 0.98));
    }

    [Fact]
    public void Difference_FewPairs_HasTheEnumeratedP()
    {
        double[] left = [1.0, 0.2, 0.9, 0.3, 0.8], right = [0.4, 0.6, 0.1, 0.5, 0.3];
        var exact = Enumerate([.. left.Zip(right, (a, b) => a - b)]);
        var expected = 2 * Math.Min(exact.Count(mean => mean <= 0), exact.Count(mean => mean >= 0)) / (double)exact.Length;

        Assert.Equal(expected, PairedBootstrap.Difference(left, right, 1).P, 0.015);
    }

    [Fact]
    public void Difference_PairsThatRiseTogether_IsNarrowerThanTheirSpread()
    {
        double[] right = [.. Enumerable.Range(0, 100).Select(i => (double)i)];
        double[] left = [.. right.Select((value, i) => value + 0.5 + 0.01 * (i % 3))];

        var (difference, p) = PairedBootstrap.Difference(left, right, 1);

        Assert.InRange(difference.Low, 0.5, 0.51);
        Assert.InRange(p, 0, 0.001);
        Assert.True(p > 0);
    }

    [Fact]
    public void Difference_OfEquals_IsNothing()
    {
        Assert.Equal(new(new(0, 0, 0), 1), PairedBootstrap.Difference([1, 2, 3], [1, 2, 3], 1));
    }

    [Fact]
    public void Of_NormalSamples_HoldsTheTrueMeanAboutNineteenTimesInTwenty()
    {
        var random = new Random(7);
        var held = Enumerable.Range(0, 200).Count(_ => PairedBootstrap.Of([.. Enumerable.Range(0, 40).Select(_ => Normal(random))], 3) is { Low: <= 0, High: >= 0 });

        Assert.InRange(held, 180, 198);
    }

    [Fact]
    public void Of_SameSeed_IsTheSame() => Assert.Equal(PairedBootstrap.Of([1, 5, 2, 8], 4), PairedBootstrap.Of([1, 5, 2, 8], 4));

    [Fact]
    public void Difference_UnequalLengths_IsRefused() => Assert.Throws<ArgumentException>(() => PairedBootstrap.Difference([1, 2], [1], 0));

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double[] Enumerate(double[] values)
    {
        var n = values.Length;
        return [.. Enumerable.Range(0, (int)Math.Pow(n, n)).Select(code => Enumerable.Range(0, n).Sum(i => values[code / (int)Math.Pow(n, i) % n]) / n).Order()];
    }

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
