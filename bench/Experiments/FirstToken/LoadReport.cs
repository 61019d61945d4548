namespace DecodeAlign.Experiments;

/// <summary>Tells what rounds of a load took, and how this build's compare with those of the other.</summary>
internal static class LoadReport
{
    /// <param name="requests">Requests of a round.</param>
    /// <param name="load">What was asked.</param>
    /// <param name="times">This build's rounds; then the other's, if there is one.</param>
    public static void Write(int requests, LoadRound load, IReadOnlyList<LoadTimes>[] times)
    {
        Console.WriteLine($"{requests} requests");
        Tell("first token p50, ms", times, time => 1000 * At(time.First, 0.5));
        Tell("first token p95, ms", times, time => 1000 * At(time.First, 0.95));
        foreach (var length in load.Prompts.Distinct().Take(load.Prompts.Distinct().Count() > 1 ? int.MaxValue : 0))
            if (load.Prompts.AsSpan(0, Math.Min(requests, load.Prompts.Length)).Contains(length))
                Tell($"  of {length} tokens, p50", times, time => 1000 * At([.. time.First.Where((_, i) => load.Prompts[i % load.Prompts.Length] == length)], 0.5));
        Tell("between tokens p50, ms", times, time => 1000 * At(time.Between, 0.5));
        Tell("between tokens p95, ms", times, time => 1000 * At(time.Between, 0.95));
        Tell("between tokens p99, ms", times, time => 1000 * At(time.Between, 0.99));
        Tell("tokens/s", times, time => time.Tokens / time.Seconds);
        Tell("passes", times, time => time.Passes);
        Tell("rows", times, time => time.Rows);
    }

    private static void Tell(string what, IReadOnlyList<LoadTimes>[] times, Func<LoadTimes, double> measure)
    {
        var line = $"  {what,-26}";
        foreach (var rounds in times) line += Quartiles([.. rounds.Select(measure)], "0.0") + "   ";
        if (times.Length == 2) line += "ratio " + Quartiles([.. times[0].Zip(times[1], (own, other) => measure(own) / measure(other))], "0.000");
        Console.WriteLine(line.TrimEnd());
    }

    private static string Quartiles(double[] values, string format) =>
        FormattableString.Invariant($"{At(values, 0.5).ToString(format, null),9} ({At(values, 0.25).ToString(format, null)} to {At(values, 0.75).ToString(format, null)})");

    private static double At(double[] values, double share)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return double.NaN;
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
