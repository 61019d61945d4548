using System.Text.Json;
using System.Text.Json.Nodes;

namespace DecodeAlign.Tests;

/// <summary>A setting and the values it takes, as JSON.</summary>
internal sealed record RecordedFactor(string Setting, params string[] Levels);

/// <summary>Requests among which every pair of values of two settings occurs: greedily, the best of some random rows at a time.</summary>
internal static class CoveringArray
{
    private const int Tries = 40, Patience = 300;

    /// <param name="start">Gives the settings that are no factors.</param>
    /// <param name="factors">The settings to combine.</param>
    /// <param name="random">Draws rows.</param>
    /// <param name="mend">Changes a row that would be refused.</param>
    /// <param name="answered">Whether a request has an outcome other than an error: only such a one covers its pairs.</param>
    public static async Task<List<RecordedRequest>> BuildAsync(RecordedRequest start, RecordedFactor[] factors, Random random, Action<int[]> mend, Func<RecordedRequest, Task<bool>> answered)
    {
        var missing = Pairs(factors);
        var rows = new List<RecordedRequest>();
        for (var failures = 0; missing.Count > 0 && failures < Patience;)
        {
            var best = Enumerable.Range(0, Tries).Select(_ => Row(factors, missing, random, mend)).MaxBy(row => Covered(row).Count(missing.Contains))!;
            var request = With(start, factors, best);
            if (!Covered(best).Any(missing.Contains) || !await answered(request))
            {
                failures++;
                continue;
            }
            failures = 0;
            missing.ExceptWith(Covered(best));
            rows.Add(request);
        }
        return rows;
    }

    /// <summary>The pairs of values that none of the requests has.</summary>
    public static HashSet<(int, int, int, int)> Missing(RecordedFactor[] factors, IEnumerable<RecordedRequest> requests)
    {
        var missing = Pairs(factors);
        foreach (var request in requests)
        {
            var settings = RecordedFile.Settings(request);
            missing.ExceptWith(Covered([.. factors.Select(factor => Array.IndexOf(factor.Levels, settings[factor.Setting]))]));
        }
        return missing;
    }

    public static RecordedRequest With(RecordedRequest request, RecordedFactor[] factors, int[] row)
    {
        var settings = JsonSerializer.SerializeToNode(request, Recording.Json)!.AsObject();
        for (var f = 0; f < factors.Length; f++) settings[factors[f].Setting] = JsonNode.Parse(factors[f].Levels[row[f]]);
        return settings.Deserialize<RecordedRequest>(Recording.Json)!;
    }

    // a pair that is missing, and what chance adds
    private static int[] Row(RecordedFactor[] factors, HashSet<(int, int, int, int)> missing, Random random, Action<int[]> mend)
    {
        int[] row = [.. factors.Select(factor => random.Next(factor.Levels.Length))];
        var (f, level, g, other) = missing.ElementAt(random.Next(missing.Count));
        (row[f], row[g]) = (level, other);
        mend(row);
        return row;
    }

    private static HashSet<(int, int, int, int)> Pairs(RecordedFactor[] factors) =>
    [
        .. from f in Enumerable.Range(0, factors.Length)
        from g in Enumerable.Range(0, f)
        from level in Enumerable.Range(0, factors[f].Levels.Length)
        from other in Enumerable.Range(0, factors[g].Levels.Length)
        select (f, level, g, other),
    ];

    private static IEnumerable<(int, int, int, int)> Covered(int[] row)
    {
        for (var f = 0; f < row.Length; f++)
            for (var g = 0; g < f; g++) yield return (f, row[f], g, row[g]);
    }
}
