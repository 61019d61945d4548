namespace DecodeAlign.Benchmarks;

/// <summary>
/// Compares runs with a committed one by ratios to the baselines measured in the same run: what the machine does to both cancels out, but for the noise
/// that the rounds of a run show among themselves.
/// </summary>
internal static class RatioGate
{
    /// <summary>The most that a figure may lose however much its rounds differ: a loss of half is never noise.</summary>
    private const double MostAllowance = 0.45;

    /// <param name="committed">What was reached.</param>
    /// <param name="fresh">What is reached now, and runs that repeat some of it. A figure has fallen where it has in all of them.</param>
    /// <param name="tolerance">Share of a ratio that may be lost beyond the spread of the rounds, in [0, 1).</param>
    /// <returns>A verdict for each committed figure.</returns>
    public static IReadOnlyList<RatioVerdict> Compare(BenchmarkRun committed, IReadOnlyList<BenchmarkRun> fresh, double tolerance)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(tolerance, 1);
        var now = fresh.SelectMany(run => run.Results).ToLookup(result => result.Name);
        return [.. committed.Results.Select(before => now[before.Name].Select(result => Judge(before, result, tolerance)).OrderBy(verdict => verdict.Failed).ThenByDescending(verdict => verdict.Now).FirstOrDefault(new RatioVerdict(before.Name, before.Ratio, null, before.Ratio, true)))];
    }

    /// <summary>Half the distance of the quartiles of a figure's rounds, as a share of its ratio; 0 where it was measured once.</summary>
    public static double Spread(ContestResult result)
    {
        if (result.Rounds.Count < 2) return 0;
        var rounds = result.Rounds.Order().ToArray();
        return (Quantile(rounds, 0.75) - Quantile(rounds, 0.25)) / 2 / result.Ratio;
    }

    // a figure that is no number is no success
    private static RatioVerdict Judge(ContestResult before, ContestResult now, double tolerance)
    {
        var noise = Spread(before) + Spread(now);
        var least = before.Ratio * (1 - Math.Max(tolerance, Math.Min(tolerance + noise, MostAllowance)));
        return new(before.Name, before.Ratio, now.Ratio, least, !(now.Ratio >= least));
    }

    private static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return below + 1 == sorted.Length ? sorted[below] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }
}

/// <summary>One figure of two runs.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Before">Times as fast as the baseline in the committed run.</param>
/// <param name="Now">In the new run, the best of several; null: not measured.</param>
/// <param name="Least">The least that would not have failed.</param>
/// <param name="Failed">Whether it has fallen below that, or is missing.</param>
internal sealed record RatioVerdict(string Name, double Before, double? Now, double Least, bool Failed);
