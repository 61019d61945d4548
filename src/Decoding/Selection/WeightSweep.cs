using System.Globalization;

namespace DecodeAlign.Decoding;

/// <summary>
/// A front of answers instead of one: the same search under several weightings of the heuristics, evenly over the simplex, and all that they find. A heuristic's weight in a weighting is its own times its share times
/// their number, so that even shares are the request's own weights. One of the front is chosen by a rule. Answers keep the request's own weights beside their values; their <see cref="Answer.Score"/> is by the weighting that
/// they were written under. Tells how it chose by a <see cref="SweepReport"/>.
/// </summary>
/// <param name="Steps">Weightings on each edge of the simplex, at least 2: with two heuristics there are so many in all, with three Steps·(Steps + 1)/2. At most 1,000 in all.</param>
public sealed record WeightSweep(int Steps) : Selection
{
    private const int Most = 1000;

    /// <summary>How one of the front is chosen. Default: its knee.</summary>
    public FrontChoice Choice { get; init; } = FrontChoice.Knee;

    internal override bool ReadsHeuristics => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Fewer than two heuristics have a weight, or the weightings are too many.</exception>
    /// <exception cref="NotSupportedException">The decoder that writes the answers ranks by no heuristic, so that all weightings would write the same.</exception>
    public override async Task<DecodingBatch> SelectAsync(IDecoder inner, DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        if (!request.Decoder.ConsultsHeuristics && inner is not SelectingDecoder { ReadsHeuristics: true }) throw new NotSupportedException($"a sweep of weights needs a decoder that ranks by heuristics; '{request.Decoder.Name}' ranks by none: take deal or best-of, or give it a lambda");
        int[] swept = [.. Enumerable.Range(0, request.Heuristics.Count).Where(h => request.Heuristics[h].Weight != 0)];
        if (swept.Length < 2) throw new ArgumentException($"a sweep of weights needs at least two heuristics with a weight; there {(swept.Length == 1 ? "is one" : "is none")} (a rule other than sum makes one of several)", nameof(request));
        var weightings = Simplex(swept.Length, Steps - 1).Take(Most + 1).ToList();
        Require.That(weightings.Count <= Most, nameof(Steps), $"so few that there are at most {Most} weightings of {swept.Length} heuristics", Steps);
        var (cost, points) = (default(DecodingStatistics), new List<(double[] Shares, BatchText Text)>[prompts.Count]);
        for (var p = 0; p < points.Length; p++) points[p] = [];
        foreach (var shares in weightings)
        {
            var weighted = request.Heuristics.ToArray();
            for (var i = 0; i < swept.Length; i++) weighted[swept[i]] = weighted[swept[i]] with { Weight = weighted[swept[i]].Weight * shares[i] * swept.Length };
            var batch = await inner.GenerateBatchAsync(request with { Heuristics = weighted }, prompts, cancellationToken).ConfigureAwait(false);
            cost += batch.Statistics;
            for (var p = 0; p < points.Length; p++) points[p].Add((shares, batch.Texts[p]));
        }
        BatchText[] chosen = [.. points.Select(own => Choose(own, request.Heuristics))];
        return new(chosen, cost with { PromptTokens = cost.PromptTokens / weightings.Count, GeneratedTokens = chosen.Sum(text => text.Answer.Ids.Count) });
    }

    /// <inheritdoc/>
    public override string NameOver(string decoder) => $"sweep over {decoder}";

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.That(Steps >= 2, nameof(Steps), "at least 2", Steps);
        Require.That(Enum.IsDefined(Choice), nameof(Choice), "one of the rules", Choice);
    }

    /// <summary>All shares of so many parts that are multiples of 1/of and sum to 1, the last part's rising first.</summary>
    internal static IEnumerable<double[]> Simplex(int parts, int of)
    {
        IEnumerable<int[]> Counts(int left, int sum)
        {
            if (left == 1) return [[sum]];
            return Enumerable.Range(0, sum + 1).Select(first => sum - first).SelectMany(first => Counts(left - 1, sum - first).Select(rest => (int[])[first, .. rest]));
        }

        return Counts(parts, of).Select(counts => counts.Select(count => count / (double)of).ToArray());
    }

    private BatchText Choose(List<(double[] Shares, BatchText Text)> points, IReadOnlyList<WeightedHeuristic> heuristics)
    {
        var found = new List<Answer>();
        var first = new List<(double[] Shares, BatchText Text)>();
        foreach (var point in points)
            foreach (var answer in point.Text.Answers)
            {
                // several weightings may find one text
                if (found.Exists(other => other.Text == answer.Text && other.Ids.SequenceEqual(answer.Ids))) continue;
                found.Add(answer with { Heuristics = [.. answer.Heuristics.Select((value, h) => value with { Weight = heuristics[h].Weight })] });
                first.Add(point);
            }
        var front = ParetoFront.Of(found) ?? throw new NotSupportedException("the decoder of a sweep does not tell the heuristics' values");
        var best = front.Choose(Choice);
        int[] order = [best, .. front.Members.Where(member => member != best), .. Enumerable.Range(0, found.Count).Except(front.Members)];
        return first[best].Text with
        {
            Answers = [.. order.Select(i => found[i])],
            Selection = new SweepReport
            {
                Reason = string.Create(CultureInfo.InvariantCulture, $"of {found.Count} texts under {points.Count} weightings {front.Members.Count} are on the front, and this is its {(Choice switch { FrontChoice.Knee => "knee", FrontChoice.Nash => "greatest product of gains", _ => "greatest least share" })}"),
                Points = [.. order.Select(i => new SweepPoint(found[i], first[i].Shares))],
                Front = [.. order.Take(front.Members.Count).Select(i => found[i])],
            },
        };
    }
}
