namespace DecodeAlign.Decoding;

/// <summary>
/// The trade-off between several objectives: of some answers those that no other one is at least as good as in all objectives and better in one, and what is said of such a front. Objectives are values where more is better.
/// Immutable.
/// </summary>
public sealed class ParetoFront
{
    private readonly IReadOnlyList<IReadOnlyList<double>> _values;

    /// <summary>Finds the front.</summary>
    /// <param name="values">For each answer a finite value of each objective; at least one answer and one objective.</param>
    /// <exception cref="ArgumentException">There are none, they are of different numbers of objectives, or a value is no finite number.</exception>
    public ParetoFront(IReadOnlyList<IReadOnlyList<double>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Require.That(values.Count > 0, nameof(values), "at least one answer", "none");
        Require.That(values[0].Count > 0 && values.All(one => one.Count == values[0].Count), nameof(values), "the same objectives for every answer, at least one", string.Join(", ", values.Select(one => one.Count)));
        foreach (var value in values.SelectMany(one => one)) Require.That(double.IsFinite(value), nameof(values), "finite numbers", value);
        _values = values;
        Members = [.. Enumerable.Range(0, values.Count).Where(i => !values.Any(other => Dominates(other, values[i])))];
    }

    /// <summary>The non-dominated answers, by their places, in order; answers of equal values are all in it.</summary>
    public IReadOnlyList<int> Members { get; }

    /// <summary>The front of a result's answers by its heuristics, where of one with a negative weight less is better; null: there are none, or the answers were not rated.</summary>
    /// <param name="answers">The answers.</param>
    public static ParetoFront? Of(IReadOnlyList<Answer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Of([.. answers.Select(answer => answer.Heuristics)]);
    }

    /// <summary>The front of a result's answers, by what its selection rated them by (RPS: the preference's objectives), otherwise by its heuristics; null: the answers were not rated.</summary>
    /// <param name="result">What came of a request.</param>
    public static ParetoFront? Of(DecodingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return Of(result.Answers, result.Selection);
    }

    /// <summary>The same of answers and how one of them was chosen.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="selection">How one was chosen; null: none was, or it is not told.</param>
    public static ParetoFront? Of(IReadOnlyList<Answer> answers, SelectionReport? selection)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Of([.. answers.Select(answer => selection?.RatingsOf(answer) ?? answer.Heuristics)]);
    }

    /// <summary>What an answer of a result was rated by.</summary>
    /// <param name="result">The result.</param>
    /// <param name="answer">One of its answers.</param>
    public static IReadOnlyList<HeuristicValue> Ratings(DecodingResult result, Answer answer)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(answer);
        return result.Selection?.RatingsOf(answer) ?? answer.Heuristics;
    }

    /// <summary>The volume of what the front's members dominate above a reference point, which members that are not above it in all objectives add nothing to. Exact; exponential in the number of objectives, at most 8.</summary>
    /// <param name="reference">The reference point: a value of each objective.</param>
    /// <exception cref="ArgumentException">It has another number of values, or there are more than 8 objectives.</exception>
    public double Hypervolume(IReadOnlyList<double> reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        Require.That(reference.Count == _values[0].Count, nameof(reference), "a value of each objective", reference.Count);
        Require.That(reference.Count <= 8, nameof(reference), "at most 8 objectives", reference.Count);
        return Volume([.. Members.Select(member => _values[member].Zip(reference, (value, from) => value - from).ToArray()).Where(point => point.All(side => side > 0))], reference.Count);
    }

    /// <summary>The member to choose by a rule, as a place among all answers. Values are taken relative to the least and greatest of each objective on the front; ties: the earlier one.</summary>
    /// <param name="choice">The rule.</param>
    public int Choose(FrontChoice choice)
    {
        return Members.MaxBy(member => Worth(Shares(member)));

        double Worth(double[] shares) => choice switch
        {
            FrontChoice.Knee => -Math.Sqrt(shares.Sum(share => (1 - share) * (1 - share))),
            FrontChoice.Nash => shares.Sum(share => Math.Log(share + 1e-12)),
            FrontChoice.MaxMin => shares.Min() + 1e-9 * shares.Sum(),
            _ => throw new ArgumentOutOfRangeException(nameof(choice), choice, "no such rule"),
        };
    }

    /// <summary>How evenly a member serves the objectives: of each its share, 0 for the front's least value and 1 for its greatest (1 where all are equal), as bargaining reports them over groups.</summary>
    /// <param name="member">One of <see cref="Members"/>.</param>
    /// <exception cref="ArgumentException">It is no member.</exception>
    public FrontMeasures Measure(int member)
    {
        Require.That(Members.Contains(member), nameof(member), "one of the front's members", member);
        var shares = Shares(member);
        Array.Sort(shares);
        var (mean, place) = (shares.Average(), 0.2 * (shares.Length - 1));
        var below = (int)place;
        var percentile = shares[below] + (place - below) * (shares[Math.Min(below + 1, shares.Length - 1)] - shares[below]);
        var apart = shares.Sum(share => shares.Sum(other => Math.Abs(share - other)));
        return new(mean, shares[0], percentile, mean == 0 ? 0 : apart / (2 * shares.Length * shares.Length * mean));
    }

    private double[] Shares(int member)
    {
        var shares = new double[_values[0].Count];
        for (var o = 0; o < shares.Length; o++)
        {
            var (least, most) = (Members.Min(other => _values[other][o]), Members.Max(other => _values[other][o]));
            shares[o] = most == least ? 1 : (_values[member][o] - least) / (most - least);
        }
        return shares;
    }

    private static ParetoFront? Of(IReadOnlyList<IReadOnlyList<HeuristicValue>> ratings) =>
        ratings.Count == 0 || ratings.Any(values => values.Count == 0) ? null : new([.. ratings.Select(values => (IReadOnlyList<double>)[.. values.Select(value => value.Weight < 0 ? -value.Value : value.Value)])]);

    private static bool Dominates(IReadOnlyList<double> left, IReadOnlyList<double> right)
    {
        var better = false;
        for (var o = 0; o < left.Count; o++)
        {
            if (left[o] < right[o]) return false;
            better |= left[o] > right[o];
        }
        return better;
    }

    // slices along the last objective, from the highest value down: each is as thick as the step to the next one
    private static double Volume(IReadOnlyList<double[]> points, int objectives)
    {
        if (points.Count == 0) return 0;
        if (objectives == 1) return points.Max(point => point[0]);
        var (volume, sorted) = (0.0, points.OrderByDescending(point => point[objectives - 1]).ToList());
        for (var i = 0; i < sorted.Count; i++)
        {
            var thick = sorted[i][objectives - 1] - (i + 1 < sorted.Count ? sorted[i + 1][objectives - 1] : 0);
            if (thick > 0) volume += thick * Volume(sorted[..(i + 1)], objectives - 1);
        }
        return volume;
    }
}
