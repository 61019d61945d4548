using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// Base of heuristics made of heuristics by a rule that rises, or falls, with each part's value. From that alone its bounds follow: the rule applied to the parts' bounds. A search
/// prunes as exactly with a combination as with its parts.
/// </summary>
/// <remarks>Immutable and safe for concurrent use where its parts are. A part that throws, or whose value is not finite, is named by the <see cref="HeuristicException"/>.</remarks>
public abstract class Combination : IHeuristic
{
    private readonly IHeuristic[] _parts;

    /// <summary>Takes the parts.</summary>
    /// <param name="parts">The heuristics that are combined, at least one.</param>
    /// <exception cref="ArgumentException">There is no part, or one is null.</exception>
    protected Combination(IEnumerable<IHeuristic> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        _parts = [.. parts];
        if (_parts.Length == 0 || _parts.Contains(null!)) throw new ArgumentException("a combination needs at least one part, and none may be null", nameof(parts));
    }

    /// <summary>The heuristics that are combined.</summary>
    public IReadOnlyList<IHeuristic> Parts => _parts;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>The instructions of the parts that are wanted, a line each; null: none has one.</summary>
    public virtual string? AlignmentInstruction
    {
        get
        {
            var instructions = _parts.Where((_, part) => IsWanted(part)).Select(part => part.AlignmentInstruction).Where(text => !string.IsNullOrEmpty(text)).ToList();
            return instructions.Count == 0 ? null : string.Join('\n', instructions);
        }
    }

    /// <summary>The value of the rule. Called with bounds too, so values may be infinite; it must not return NaN for them.</summary>
    /// <param name="values">A value for each part, in their order.</param>
    public abstract double Combine(ReadOnlySpan<double> values);

    /// <summary>Whether <see cref="Combine"/> falls as this part's value rises. Default: it rises, or stays.</summary>
    protected virtual bool Falls(int part) => false;

    /// <summary>Whether the part's own alignment instruction should be given. Default: unless the rule falls with it.</summary>
    protected virtual bool IsWanted(int part) => !Falls(part);

    /// <summary>By how much, relative to max(1, |value|), rounding may break the order that <see cref="Combine"/> keeps in exact arithmetic; bounds are widened by it. Default 0.</summary>
    protected virtual double Rounding => 0;

    // the rule's bounds from those of the parts, whose ends are turned round where the rule falls
    private protected virtual (double Least, double Greatest) Within(ReadOnlySpan<double> least, ReadOnlySpan<double> greatest) => (Combine(least), Combine(greatest));

    /// <inheritdoc/>
    public async ValueTask ReadyAsync(CancellationToken cancellationToken = default)
    {
        foreach (var part in _parts)
            await GuardAsync(
                part,
                async () =>
                {
                    await part.ReadyAsync(cancellationToken).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IEnumerable<SessionNeed> Needs(GenerationContext context) => _parts.SelectMany(part => Guard(part, () => part.Needs(context).ToList()));

    /// <inheritdoc/>
    public async ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
    {
        var opened = new List<IHeuristicSession>(_parts.Length);
        try
        {
            foreach (var part in _parts) opened.Add(await GuardAsync(part, () => part.OpenAsync(context, sessions, cancellationToken), cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            foreach (var session in opened) session.Dispose();
            throw;
        }
        return new Session(this, [.. opened]);
    }

    private static async ValueTask<T> GuardAsync<T>(IHeuristic part, Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not HeuristicException && !(fault is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new HeuristicException(part.Name, $"it failed: {fault.Message}", fault);
        }
    }

    private static T Guard<T>(IHeuristic part, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception fault) when (fault is not HeuristicException)
        {
            throw new HeuristicException(part.Name, $"it failed: {fault.Message}", fault);
        }
    }

    private sealed class Session(Combination rule, IHeuristicSession[] sessions) : IHeuristicSession
    {
        private readonly double[] _least = new double[sessions.Length];
        private readonly double[] _greatest = new double[sessions.Length];

        public SessionStatistics Work => sessions.Aggregate(default(SessionStatistics), (sum, session) => sum + session.Work);

        public async ValueTask ScoreAsync(ReadOnlyMemory<ScoreRequest> requests, Memory<double> values, CancellationToken cancellationToken)
        {
            var columns = new double[sessions.Length][];
            for (var part = 0; part < sessions.Length; part++) columns[part] = await ScoreAsync(part, requests, cancellationToken).ConfigureAwait(false);
            var row = new double[sessions.Length];
            for (var text = 0; text < requests.Length; text++)
            {
                for (var part = 0; part < row.Length; part++) row[part] = columns[part][text];
                values.Span[text] = rule.Combine(row);
            }
        }

        public HeuristicBounds Bounds(int node, int tokensLeft)
        {
            var settled = true;
            for (var part = 0; part < sessions.Length; part++)
            {
                var session = sessions[part];
                var (least, greatest) = Guard(rule._parts[part], () => session.Bounds(node, tokensLeft));
                settled &= least == greatest;
                (_least[part], _greatest[part]) = rule.Falls(part) ? (greatest, least) : (least, greatest);
            }
            var (low, high) = settled ? (rule.Combine(_least), rule.Combine(_greatest)) : rule.Within(_least, _greatest);
            if (settled || rule.Rounding == 0) return new(low, high);
            return new(low - rule.Rounding * Math.Max(1, Math.Abs(low)), high + rule.Rounding * Math.Max(1, Math.Abs(high)));
        }

        public int Progress(int node)
        {
            var progress = 0;
            for (var part = 0; part < sessions.Length; part++)
            {
                var session = sessions[part];
                if (!rule.Falls(part)) progress += Guard(rule._parts[part], () => session.Progress(node));
            }
            return progress;
        }

        public void Suggest(int node, ICollection<int> tokens)
        {
            for (var part = 0; part < sessions.Length; part++)
            {
                if (rule.Falls(part)) continue;
                var session = sessions[part];
                Guard(rule._parts[part], () =>
                {
                    session.Suggest(node, tokens);
                    return true;
                });
            }
        }

        public void Dispose()
        {
            foreach (var session in sessions) session.Dispose();
        }

        private async ValueTask<double[]> ScoreAsync(int part, ReadOnlyMemory<ScoreRequest> requests, CancellationToken cancellationToken)
        {
            var name = rule._parts[part].Name;
            var column = new double[requests.Length];
            Array.Fill(column, double.NaN);
            try
            {
                await sessions[part].ScoreAsync(requests, column, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is not HeuristicException && !(fault is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                throw new HeuristicException(name, $"it failed: {fault.Message}", fault);
            }
            foreach (var value in column)
                if (!double.IsFinite(value)) throw new HeuristicException(name, $"it returned {value}; a value must be finite");
            return column;
        }
    }
}
