namespace DecodeAlign.Decoding;

/// <summary>A request's heuristics at work below one root: h = Σ w·value, and its bounds.</summary>
internal sealed class HeuristicSet : IDisposable
{
    private readonly IReadOnlyList<WeightedHeuristic> _heuristics;
    private readonly List<IHeuristicSession> _sessions = [];

    private HeuristicSet(IReadOnlyList<WeightedHeuristic> heuristics) => _heuristics = heuristics;

    /// <summary>Waits until heuristics are ready.</summary>
    public static async ValueTask ReadyAsync(IEnumerable<IHeuristic> heuristics, CancellationToken cancellationToken)
    {
        foreach (var heuristic in heuristics)
        {
            try
            {
                await heuristic.ReadyAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not HeuristicException && !(fault is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                throw new HeuristicException(heuristic.Name, $"it failed: {fault.Message}", fault);
            }
        }
    }

    /// <summary>The sessions that heuristics will use below a root.</summary>
    public static IEnumerable<SessionNeed> Needs(IEnumerable<WeightedHeuristic> heuristics, GenerationContext context) =>
        heuristics.SelectMany(weighted => Guard(weighted.Heuristic, () => weighted.Heuristic.Needs(context).ToList()));

    public static async ValueTask<HeuristicSet> OpenAsync(IReadOnlyList<WeightedHeuristic> heuristics, GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken)
    {
        var set = new HeuristicSet(heuristics);
        try
        {
            foreach (var (heuristic, _) in heuristics) set._sessions.Add(await OpenAsync(heuristic, context, sessions, cancellationToken).ConfigureAwait(false));
            return set;
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    public long Calls { get; private set; }

    /// <summary>Work of the models that heuristics run.</summary>
    public SessionStatistics Work => _sessions.Aggregate(default(SessionStatistics), (sum, session) => sum + session.Work);

    public int Count => _sessions.Count;

    /// <summary>Scores texts: one array of values for each, in the order of the heuristics.</summary>
    public async ValueTask<double[][]> ScoreAsync(ScoreRequest[] requests, CancellationToken cancellationToken)
    {
        var values = new double[requests.Length][];
        for (var i = 0; i < values.Length; i++) values[i] = new double[_sessions.Count];
        var column = new double[requests.Length];
        for (var h = 0; h < _sessions.Count; h++)
        {
            Calls += requests.Length;
            Array.Fill(column, double.NaN);
            try
            {
                await _sessions[h].ScoreAsync(requests, column, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not HeuristicException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                throw new HeuristicException(_heuristics[h].Heuristic.Name, $"it failed: {e.Message}", e);
            }
            for (var i = 0; i < column.Length; i++)
                values[i][h] = double.IsFinite(column[i]) ? column[i] : throw new HeuristicException(_heuristics[h].Heuristic.Name, $"it returned {column[i]}; a value must be finite");
        }
        return values;
    }

    public double Combine(double[] values)
    {
        var sum = 0.0;
        for (var h = 0; h < values.Length; h++) sum += _heuristics[h].Weight * values[h];
        return sum;
    }

    /// <summary>Greatest λ·h that a text can still reach from a node.</summary>
    public double UpperBound(double lambda, int node, int tokensLeft) => Reach(lambda, node, tokensLeft, new double[_sessions.Count]).Greatest;

    /// <summary>Least and greatest λ·h that can still be reached from a node. Summed in the order of <see cref="Combine"/>, so rounding keeps them bounds.</summary>
    /// <param name="lambda">λ; a negative one turns the bounds round.</param>
    /// <param name="node">The node.</param>
    /// <param name="tokensLeft">Most tokens that follow.</param>
    /// <param name="values">Receives the value of each heuristic that gives the greatest.</param>
    public (double Least, double Greatest) Reach(double lambda, int node, int tokensLeft, double[] values)
    {
        if (lambda == 0) return (0, 0);
        var (least, greatest) = (0.0, 0.0);
        for (var h = 0; h < _sessions.Count; h++)
        {
            var weight = _heuristics[h].Weight;
            // 0 · ∞ is no number, and what has no weight adds nothing
            if (weight == 0) continue;
            var bounds = Bounds(h, node, tokensLeft);
            var rises = weight > 0 == lambda > 0;
            values[h] = rises ? bounds.Greatest : bounds.Least;
            least += weight * (rises ? bounds.Least : bounds.Greatest);
            greatest += weight * values[h];
        }
        return (lambda * least, lambda * greatest);
    }

    /// <summary>How far a text has come toward what is preferred.</summary>
    public int Progress(int node) => Wanted().Sum(wanted => Guard(wanted.Heuristic, () => wanted.Session.Progress(node)));

    /// <summary>Adds tokens that lead on to what is preferred.</summary>
    public void Suggest(int node, ICollection<int> tokens)
    {
        foreach (var (heuristic, session) in Wanted())
            Guard(heuristic, () =>
            {
                session.Suggest(node, tokens);
                return true;
            });
    }

    private IEnumerable<(IHeuristic Heuristic, IHeuristicSession Session)> Wanted() => _sessions.Select((session, h) => (_heuristics[h].Heuristic, session)).Where((_, h) => _heuristics[h].Weight > 0);

    private HeuristicBounds Bounds(int h, int node, int tokensLeft)
    {
        var session = _sessions[h];
        var bounds = Guard(_heuristics[h].Heuristic, () => session.Bounds(node, tokensLeft));
        var holds = bounds.Least <= bounds.Greatest && bounds.Least < double.PositiveInfinity && bounds.Greatest > double.NegativeInfinity;
        return holds ? bounds : throw new HeuristicException(_heuristics[h].Heuristic.Name, $"its bounds ({bounds.Least}, {bounds.Greatest}) are not an interval");
    }

    public HeuristicValue[] Describe(double[] values) =>
        [.. values.Select((value, h) => new HeuristicValue(_heuristics[h].Heuristic.Name, value, _heuristics[h].Weight, _heuristics[h].Heuristic.IsSatisfied(value)))];

    public void Dispose()
    {
        foreach (var session in _sessions) session.Dispose();
    }

    private static async ValueTask<IHeuristicSession> OpenAsync(IHeuristic heuristic, GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken)
    {
        try
        {
            return await heuristic.OpenAsync(context, sessions, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not HeuristicException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new HeuristicException(heuristic.Name, $"it failed: {e.Message}", e);
        }
    }

    private static T Guard<T>(IHeuristic heuristic, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is not HeuristicException)
        {
            throw new HeuristicException(heuristic.Name, $"it failed: {e.Message}", e);
        }
    }
}
