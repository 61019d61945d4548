namespace DecodeAlign.Evaluation;

/// <summary>The greatest value of a setting whose mean cost is within a budget. Costs rise with it, about as a line does.</summary>
internal static class BudgetFit
{
    public const int MostFitted = 1024;

    /// <param name="budget">Token evaluations.</param>
    /// <param name="least">The least value that there may be.</param>
    /// <param name="costAsync">What a value costs.</param>
    /// <returns>The value, 0 where not even the least fits, and its cost.</returns>
    public static async Task<(int Value, double Cost)> FindAsync(long budget, int least, Func<int, Task<double>> costAsync)
    {
        var (fits, cost, fails) = (0, 0.0, MostFitted + 1);
        for (var value = least; fails - Math.Max(fits, least - 1) > 1; value = Math.Max(fits + 1, Math.Min(value, fails - 1)))
        {
            var mean = await costAsync(value).ConfigureAwait(false);
            var slope = fits > 0 && value > fits ? (mean - cost) / (value - fits) : mean / value;
            if (mean <= budget) (fits, cost) = (value, mean);
            else fails = value;
            // most often the next guess is the last but one
            value = fits + (slope > 0 ? (int)Math.Min((budget - cost) / slope, MostFitted) : MostFitted);
        }
        return (fits, cost);
    }
}
