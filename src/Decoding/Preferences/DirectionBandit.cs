namespace DecodeAlign.Decoding;

/// <summary>
/// Learns over requests with one target which directions of a neighbourhood are worth their answers, since winners come from a side of it that depends on the model (beyond the paper). For
/// each answer it asks the direction with the greatest m + E·s: m is drawn from what is known of the direction's mean score (Thompson sampling), s is the spread of its scores, and E the expected
/// greatest of so many standard normal draws as there are answers, because the best answer counts and not the mean. Until each direction has been asked a few times they take turns.
/// Safe for concurrent use; the same calls in the same order give the same directions.
/// </summary>
public sealed class DirectionBandit : IDirectionChoice
{
    private const int FirstAnswers = 5;
    private const ulong Key = 0x6261_6E64;

    private readonly Lock _lock = new();
    private readonly PreferenceDirection _target;
    private readonly IReadOnlyList<PreferenceDirection> _directions;
    private readonly int _answers;
    private readonly ulong _seed;
    private readonly double _expectedGreatest;
    private readonly List<double>[] _scores;
    private ulong _requests;
    private int _turn;

    /// <summary>Makes a bandit that knows nothing yet.</summary>
    /// <param name="target">The target of all requests.</param>
    /// <param name="neighbourhood">Where the directions come from.</param>
    /// <param name="answers">Answers of a request, 1 to 10,000.</param>
    /// <param name="seed">Seed of its draws.</param>
    /// <exception cref="ArgumentException">A value is out of range; it is named.</exception>
    public DirectionBandit(PreferenceDirection target, Neighbourhood neighbourhood, int answers = 5, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(neighbourhood);
        Require.That(answers is >= 1 and <= 10_000, nameof(answers), "from 1 to 10000", answers);
        (_target, _directions, _answers, _seed, _expectedGreatest) = (target, neighbourhood.Choose(target), answers, seed, ExpectedGreatest(answers));
        _scores = [.. _directions.Select(_ => new List<double>())];
    }

    /// <inheritdoc/>
    public string Name => "bandit";

    /// <summary>The directions and how many scores each was seen to get, for reports.</summary>
    public IReadOnlyList<(PreferenceDirection Direction, int Answers)> Spent
    {
        get
        {
            lock (_lock) return [.. _directions.Select((direction, d) => (direction, _scores[d].Count))];
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The target is another than the bandit learns for.</exception>
    public IReadOnlyList<PreferenceDirection> Choose(PreferenceDirection target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!target.Equals(_target)) throw new ArgumentException($"the bandit learns for {_target}, not for {target}", nameof(target));
        lock (_lock)
        {
            var request = _requests++;
            return [.. Enumerable.Range(0, _answers).Select(slot => _directions[Next(request, slot)])];
        }
    }

    /// <summary>Learns from a request's answers.</summary>
    public void Observe(PreferenceReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        foreach (var answer in report.Answers.OrderBy(answer => answer.Number)) Observe(answer.Direction, answer.Score);
    }

    /// <summary>Learns of one answer; directions that are not the bandit's own are passed over.</summary>
    public void Observe(PreferenceDirection direction, double score)
    {
        Require.That(double.IsFinite(score), nameof(score), "a finite number", score);
        lock (_lock)
        {
            for (var d = 0; d < _directions.Count; d++)
                if (_directions[d].Equals(direction)) _scores[d].Add(score);
        }
    }

    private int Next(ulong request, int slot)
    {
        if (_scores.Any(scores => scores.Count < FirstAnswers)) return _turn++ % _directions.Count;
        var best = 0;
        var greatest = double.NegativeInfinity;
        for (var d = 0; d < _directions.Count; d++)
        {
            var scores = _scores[d];
            var mean = scores.Average();
            var spread = Math.Sqrt(scores.Sum(score => (score - mean) * (score - mean)) / (scores.Count - 1));
            var value = mean + spread * (Gaussian(request, slot, d) / Math.Sqrt(scores.Count) + _expectedGreatest);
            if (value > greatest) (best, greatest) = (d, value);
        }
        return best;
    }

    private double Gaussian(ulong request, int slot, int direction)
    {
        var key = Randomness.Mix(Randomness.Mix(Randomness.Mix(Key, request), (ulong)slot), (ulong)direction);
        var first = 1 - Randomness.Uniform(_seed, key, DrawPurpose.Selection);
        return Math.Sqrt(-2 * Math.Log(first)) * Math.Cos(2 * Math.PI * Randomness.Uniform(_seed, key, DrawPurpose.Selection, 1));
    }

    // ∫ x d(Φ(x)^n), by the midpoint rule
    private static double ExpectedGreatest(int count)
    {
        const double Step = 1e-3;
        var (below, sum) = (0.0, 0.0);
        for (var x = -8.0; x < 8; x += Step)
        {
            var next = below + Math.Exp(-(x + Step / 2) * (x + Step / 2) / 2) / Math.Sqrt(2 * Math.PI) * Step;
            sum += (x + Step / 2) * (Math.Pow(next, count) - Math.Pow(below, count));
            below = next;
        }
        return sum;
    }
}
