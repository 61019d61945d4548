namespace DecodeAlign.Evaluation;

/// <summary>Holm's step-down correction for several tests (Scandinavian Journal of Statistics 6, 1979).</summary>
internal static class Holm
{
    /// <summary>Adjusted p-values, in the order of what is given: a test is significant at α where its adjusted p is at most α.</summary>
    public static double[] Adjust(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var (largest, rank) = (0.0, 0);
        foreach (var i in Enumerable.Range(0, p.Count).OrderBy(i => p[i]))
        {
            largest = Math.Max(largest, Math.Min(1, (p.Count - rank) * p[i]));
            adjusted[i] = largest;
            rank++;
        }
        return adjusted;
    }
}
