using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>A mean and its interval.</summary>
/// <param name="Mean">The mean of the values.</param>
/// <param name="Low">Lower end of the 95 % percentile interval.</param>
/// <param name="High">Upper end.</param>
public readonly record struct Interval(double Mean, double Low, double High);

/// <summary>A paired difference.</summary>
/// <param name="Difference">Mean of the differences, with its interval.</param>
/// <param name="P">Two-sided bootstrap p-value against a mean difference of 0.</param>
public readonly record struct PairedDifference(Interval Difference, double P);

/// <summary>Percentile bootstrap over prompts (Efron and Tibshirani, 1993), paired by resampling differences. Draws depend on the seed alone.</summary>
internal static class PairedBootstrap
{
    public const int Resamples = 10_000;

    public static Interval Of(IReadOnlyList<double> values, ulong seed)
    {
        var means = Means(values, seed);
        return new(values.Average(), Quantile(means, 0.025), Quantile(means, 0.975));
    }

    /// <summary>Left minus right, prompt by prompt. p is twice the smaller share of resampled means on the other side of 0, ties counted, with one added so that it is never 0.</summary>
    public static PairedDifference Difference(IReadOnlyList<double> left, IReadOnlyList<double> right, ulong seed)
    {
        if (left.Count != right.Count) throw new ArgumentException($"{left.Count} values can't be paired with {right.Count}", nameof(right));
        double[] differences = [.. left.Zip(right, (a, b) => a - b)];
        var means = Means(differences, seed);
        var (below, above) = (means.Count(mean => mean <= 0), means.Count(mean => mean >= 0));
        return new(new(differences.Average(), Quantile(means, 0.025), Quantile(means, 0.975)), Math.Min(1, 2.0 * (Math.Min(below, above) + 1) / (Resamples + 1)));
    }

    private static double[] Means(IReadOnlyList<double> values, ulong seed)
    {
        if (values.Count == 0) throw new ArgumentException("there is nothing to take the mean of", nameof(values));
        double[] own = [.. values];
        var means = new double[Resamples];
        var state = Randomness.Mix(0, seed);
        for (var i = 0; i < means.Length; i++)
        {
            var sum = 0.0;
            for (var j = 0; j < own.Length; j++)
            {
                state += 0x9E3779B97F4A7C15UL;
                // the high half of a product with the count is a uniform index
                sum += own[(int)Math.BigMul(Randomness.Mix(state, 0), (ulong)own.Length, out _)];
            }
            means[i] = sum / own.Length;
        }
        Array.Sort(means);
        return means;
    }

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }
}
