using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>Learns weights of heuristics from preferred and refused texts: the Bradley–Terry model, regularised, with intervals.</summary>
public static class PreferenceFit
{
    private const double Z = 1.959963984540054;
    private const int Few = 30;
    private const double NearlyOne = 0.95;

    /// <summary>Scores the texts and fits.</summary>
    /// <param name="pairs">The texts, at least one pair that differs.</param>
    /// <param name="heuristics">The heuristics, at least one; their weights are not used. One that runs a model must read texts of its own, since there is no search whose tokens it could share.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <param name="progress">Hears of the share that is scored; null: nobody does.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="ArgumentException">There is no pair that differs, or no heuristic.</exception>
    /// <exception cref="HeuristicException">A heuristic threw, or returned no finite number.</exception>
    public static async Task<FittedWeights> RunAsync(IReadOnlyList<PreferencePair> pairs, IReadOnlyList<RankedPart> heuristics, FitOptions? options = null, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(heuristics);
        PreferencePair[] differing = [.. pairs.Where(pair => pair.Chosen != pair.Rejected)];
        if (differing.Length == 0) throw new ArgumentException("there is no pair whose texts differ", nameof(pairs));
        if (heuristics.Count == 0) throw new ArgumentException("there is no heuristic to weigh", nameof(heuristics));
        PreferenceObjective[] scorers = [.. heuristics.Select(part => new PreferenceObjective(part.Key, part.Heuristic))];
        var differences = new List<double[]>(differing.Length);
        foreach (var pair in differing)
        {
            var scorer = new AnswerScorer(Reader.OfTexts, pair.Prompt, 1, scorers);
            var values = await scorer.ScoreAsync([Written(pair.Chosen), Written(pair.Rejected)], cancellationToken).ConfigureAwait(false);
            differences.Add([.. values[0].Zip(values[1], (chosen, rejected) => chosen - rejected)]);
            progress?.Report((double)differences.Count / differing.Length);
        }
        var fitted = Fit(differences, [.. heuristics.Select(part => part.Key)], options);
        return fitted with { Findings = [.. OfTexts(pairs, differing), .. fitted.Findings] };
    }

    /// <summary>Fits to differences that are known.</summary>
    /// <param name="differences">Of each pair, the preferred text's values less the other's, a finite number for each heuristic; at least one pair.</param>
    /// <param name="keys">The heuristics' names.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="ArgumentException">There is no pair, numbers are missing or not finite, or an option is out of its range.</exception>
    public static FittedWeights Fit(IReadOnlyList<double[]> differences, IReadOnlyList<string> keys, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(differences);
        ArgumentNullException.ThrowIfNull(keys);
        options ??= new();
        if (!(options.PriorDeviation > 0 && double.IsFinite(options.PriorDeviation))) throw new ArgumentException($"{nameof(options.PriorDeviation)} must be a finite number above 0; it is {options.PriorDeviation}", nameof(options));
        if (options.Folds < 2) throw new ArgumentException($"{nameof(options.Folds)} must be at least 2; it is {options.Folds}", nameof(options));
        if (differences.Count == 0 || keys.Count == 0 || differences.Any(d => d.Length != keys.Count || !d.All(double.IsFinite))) throw new ArgumentException($"each pair needs a finite number for each of {keys.Count} heuristics, and there must be a pair", nameof(differences));
        var heldOut = Share(HeldOut(differences, options));
        var (weights, covariance) = BradleyTerry.Fit(differences, options.PriorDeviation);
        return new()
        {
            Weights =
            [
                .. keys.Select((key, j) =>
                {
                    var error = Z * Math.Sqrt(covariance[j, j]);
                    return new FittedWeight(key, weights[j], weights[j] - error, weights[j] + error, Share(differences.Select(d => d[j])));
                }),
            ],
            Pairs = differences.Count,
            HeldOut = heldOut,
            Findings = [.. OfDifferences(differences, keys, weights, heldOut)],
        };
    }

    // margins of pairs by weights of the others
    private static List<double> HeldOut(IReadOnlyList<double[]> differences, FitOptions options)
    {
        var folds = Math.Min(options.Folds, differences.Count);
        int[] order = [.. Enumerable.Range(0, differences.Count).OrderBy(i => Randomness.Mix(options.Seed, (ulong)i)).ThenBy(i => i)];
        var margins = new List<double>(differences.Count);
        for (var fold = 0; fold < folds; fold++)
        {
            double[][] others = [.. order.Where((_, place) => place % folds != fold).Select(i => differences[i])];
            // one pair alone can't be judged by others
            var weights = others.Length > 0 ? BradleyTerry.Fit(others, options.PriorDeviation).Weights : new double[differences[0].Length];
            for (var place = fold; place < order.Length; place += folds) margins.Add(BradleyTerry.Dot(differences[order[place]], weights));
        }
        return margins;
    }

    private static FittedShare Share(IEnumerable<double> margins)
    {
        var (n, right) = (0, 0.0);
        foreach (var margin in margins) (n, right) = (n + 1, right + (margin > 0 ? 1 : margin == 0 ? 0.5 : 0));
        var share = right / n;
        var centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n);
        var half = Z * Math.Sqrt(share * (1 - share) / n + Z * Z / (4.0 * n * n)) / (1 + Z * Z / n);
        return new(share, Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    private static IEnumerable<string> OfTexts(IReadOnlyList<PreferencePair> pairs, PreferencePair[] differing)
    {
        if (pairs.Count > differing.Length) yield return $"{pairs.Count - differing.Length} pairs have two equal texts, and were left out";
        var seen = differing.ToHashSet();
        var reversed = differing.Count(pair => seen.Contains(new(pair.Prompt, pair.Rejected, pair.Chosen)));
        if (reversed > 0) yield return $"{reversed} pairs stand there the other way round too: they contradict each other";
    }

    private static IEnumerable<string> OfDifferences(IReadOnlyList<double[]> differences, IReadOnlyList<string> keys, double[] weights, FittedShare heldOut)
    {
        if (differences.Count < Few) yield return $"{differences.Count} pairs are few: the intervals are rough, and the weights are drawn towards 0";
        for (var j = 0; j < keys.Count; j++)
        {
            if (differences.All(d => d[j] == 0)) yield return $"{keys[j]} is the same in both texts of every pair: nothing is known of its weight, which is 0";
            else if (differences.All(d => d[j] >= 0) || differences.All(d => d[j] <= 0)) yield return $"no pair prefers the text with {(differences.Any(d => d[j] > 0) ? "less" : "more")} {keys[j]}: the pairs say which way its weight goes, and not how far";
        }
        if (differences.All(d => BradleyTerry.Dot(d, weights) > 0)) yield return "the weights rank every pair right: how large they are is the prior's doing; what they are to each other is the pairs'";
        for (var i = 0; i < keys.Count; i++)
            for (var j = i + 1; j < keys.Count; j++)
                if (Math.Abs(Likeness(differences, i, j)) > NearlyOne) yield return $"{keys[i]} and {keys[j]} differ nearly always together: their sum is known better than either weight";
        if (heldOut.Least <= 0.5) yield return "on pairs that they were not fitted to, the weights are not shown to do better than chance: these heuristics do not say what was preferred, or the pairs contradict each other";
    }

    // the cosine of two heuristics' differences
    private static double Likeness(IReadOnlyList<double[]> differences, int i, int j)
    {
        var (product, left, right) = (differences.Sum(d => d[i] * d[j]), differences.Sum(d => d[i] * d[i]), differences.Sum(d => d[j] * d[j]));
        return left > 0 && right > 0 ? product / Math.Sqrt(left * right) : 0;
    }

    private static Answer Written(string text) => new() { Text = text, Ids = [], FinishReason = FinishReason.Eos, LogProbability = 0, Score = 0, Heuristics = [] };

    /// <summary>Stands for whoever wrote the texts: no model whose tokens could be read.</summary>
    private sealed class Reader : IDecoder
    {
        public static Reader OfTexts { get; } = new();

        public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException("texts are only rated here");
    }
}
