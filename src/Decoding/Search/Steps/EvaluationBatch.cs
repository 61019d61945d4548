namespace DecodeAlign.Decoding;

/// <summary>
/// Collects what the groups want to know of their nodes, and reads all of it in one pass of each model: the candidates of a step from the main model, the tokens of lookaheads
/// from it or from a second one. Where both are read from the same model and the candidates are its most likely tokens, a lookahead reads its nodes' candidates as well.
/// </summary>
internal sealed class EvaluationBatch(Proposal proposal, bool reuses, IModelSession session, IModelSession? second, GuideReader? guides, TokenChooser chooser, TokenChooser ahead)
{
    // forbidden tokens of a node that a trace shows
    private const int MostForbidden = 5;

    private readonly bool _shares = second is null && reuses && chooser.ReadsTop;
    private readonly Dictionary<(SearchGroup Group, int Node), Wanted> _wants = [];
    private readonly List<Rollout> _rollouts = [];
    private readonly List<EvaluationRequest> _main = [];
    private readonly List<EvaluationRequest> _other = [];
    private readonly List<Pending> _pending = [];
    // used again from pass to pass
    private readonly Stack<Wanted> _spareWants = new();
    private readonly Stack<Pending> _sparePending = new();
    private EvaluationRequest[] _requests = [], _otherRequests = [];
    private static readonly ulong[] OnlyLineage = [0];
    private readonly List<Draw> _drawn = [];

    /// <summary>The session that rolls lookaheads out by itself; null: they are read token by token.</summary>
    public IContinuationSession? Rollouts { get; init; }

    /// <summary>The session that draws the candidates by itself; null: they are drawn here, from what was read.</summary>
    public IContinuationSession? Draws { get; init; }

    /// <summary>Most tokens that it is let draw in one call.</summary>
    public int DrawnAtOnce { get; init; } = int.MaxValue;

    /// <summary>Whether what is still missing is wanted at every node of a lookahead.</summary>
    public bool Foresees { get; init; }

    /// <summary>Whether the model rolls lookaheads out by itself.</summary>
    public bool RollsOut => Rollouts is not null;

    /// <summary>Tokens that the next pass evaluates, for nodes whose parents are evaluated.</summary>
    public long Rows => _wants.Keys.Select(key => key.Node).Distinct().Count() * (1L + (guides?.RowsOfNode ?? 0)) + _rollouts.Sum(rollout => (long)rollout.Steps);

    /// <summary>Nodes that were asked about.</summary>
    public int Asked => _wants.Count;

    /// <summary>Whether nothing was asked for.</summary>
    public bool IsEmpty => _wants.Count == 0 && _rollouts.Count == 0;

    /// <summary>Asks for the candidates after a node.</summary>
    public void Candidates(SearchGroup group, int node, int length, ulong lineage)
    {
        var lineages = Want(group, node, length).Candidates;
        if (!lineages.Contains(lineage)) lineages.Add(lineage);
    }

    /// <summary>The tokens allowed after a node whose candidates are asked for; null: all.</summary>
    public TokenMask? Allowed(SearchGroup group, int node, int length)
    {
        if (!_wants.TryGetValue((group, node), out var want)) return group.Constraints.Allowed(node, group.Limit - length);
        if (!want.KnowsAllowed) (want.Allowed, want.KnowsAllowed) = (group.Constraints.Allowed(node, group.Limit - length), true);
        return want.Allowed;
    }

    /// <summary>Asks for the token with which a lookahead goes on after a node.</summary>
    public void Next(SearchGroup group, int node, int length) => Want(group, node, length).Next = true;

    /// <summary>Asks for the tokens with which a lookahead goes on, several at once.</summary>
    public void RollOut(SearchGroup group, Candidate candidate, int steps, Action<int> append) => _rollouts.Add(new(group, candidate, steps, append));

    /// <summary>Forgets what was asked for.</summary>
    public void Clear()
    {
        foreach (var want in _wants.Values)
        {
            want.Reset();
            _spareWants.Push(want);
        }
        foreach (var answer in _pending)
        {
            answer.Reset();
            _sparePending.Push(answer);
        }
        _wants.Clear();
        _rollouts.Clear();
        _main.Clear();
        _other.Clear();
        _pending.Clear();
        _drawn.Clear();
        guides?.Clear();
    }

    /// <summary>Reads everything that was asked for.</summary>
    public async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var ((group, node), want) in _wants) _pending.Add(Request(group, node, want, _main, second is null ? _main : _other));
        if (_drawn.Count > 0) await DrawAsync(cancellationToken).ConfigureAwait(false);
        var reading = session.EvaluateAsync(Requests(_main, ref _requests), cancellationToken);
        if (_other.Count > 0) await second!.EvaluateAsync(Requests(_other, ref _otherRequests), cancellationToken).ConfigureAwait(false);
        if (guides is not null) await guides.ReadAsync(cancellationToken).ConfigureAwait(false);
        await reading.ConfigureAwait(false);
        foreach (var answer in _pending) Store(answer);
        if (_rollouts.Count > 0) await RollOutAsync(cancellationToken).ConfigureAwait(false);
        Clear();
    }

    private static ReadOnlyMemory<EvaluationRequest> Requests(List<EvaluationRequest> asked, ref EvaluationRequest[] requests)
    {
        if (requests.Length < asked.Count) requests = new EvaluationRequest[Math.Max(asked.Count, 2 * requests.Length)];
        asked.CopyTo(requests);
        return requests.AsMemory(0, asked.Count);
    }

    private Wanted Want(SearchGroup group, int node, int length)
    {
        if (_wants.TryGetValue((group, node), out var want)) return want;
        if (!_spareWants.TryPop(out want)) want = new();
        want.Length = length;
        return _wants[(group, node)] = want;
    }

    private Pending Request(SearchGroup group, int node, Wanted want, List<EvaluationRequest> main, List<EvaluationRequest> lookahead)
    {
        var allowed = want.KnowsAllowed ? want.Allowed : group.Constraints.Allowed(node, group.Limit - want.Length);
        if (!_sparePending.TryPop(out var answer)) answer = new();
        (answer.Group, answer.Node, answer.Lineages) = (group, node, want.Candidates);
        if (Draws is not null && allowed is null && want.Candidates.Count > 0)
        {
            foreach (var lineage in want.Candidates) _drawn.Add(new(answer, lineage, want.Length));
            answer.Lineages = [];
        }
        else if (want.Candidates.Count > 0 || (want.Next && _shares))
        {
            var request = chooser.Request(node, proposal.Count, allowed, out var candidates);
            if (proposal.ReadsEntropy && request.LogProbabilities.IsEmpty) request = request with { LogProbabilities = candidates.All = new double[chooser.VocabularySize] };
            request = proposal.Ask(group, request, allowed, candidates);
            if (want.Next && _shares && ahead.ReadsTop) request = Foresee(group, request, allowed, candidates);
            if (allowed is not null && group.Constraints.Any)
            {
                answer.Mask = ReadMask(group, node, group.Limit - want.Length, allowed);
                request = request with { Allowed = allowed, AllowedLogProbability = answer.Mask.LogAllowed };
                if (answer.Mask.Forbidden.Length > 0) main.Add(new() { Node = node, Top = answer.Mask.Forbidden, Allowed = Others(allowed) });
            }
            main.Add(request);
            if (guides is not null) candidates.Guides = guides.Ask(group.Context.Root, node, chooser.VocabularySize, _main);
            answer.Candidates = candidates;
            if (want.Candidates.Count == 0) answer.Lineages = OnlyLineage;
        }
        if (!want.Next) return answer;
        if (_shares && ahead.ReadsTop)
        {
            answer.Next = answer.Candidates;
            return answer;
        }
        lookahead.Add(Foresee(group, ahead.Request(node, 1, allowed, out var next), allowed, next));
        if (guides is not null) next.Guides = answer.Candidates?.Guides ?? guides.Ask(group.Context.Root, node, chooser.VocabularySize, _main);
        answer.Next = next;
        return answer;
    }

    // how likely what is missing is to come next, read in the same pass
    private EvaluationRequest Foresee(SearchGroup group, EvaluationRequest request, TokenMask? allowed, NextTokens next)
    {
        if (!Foresees || next.Suggested.Length > 0 || group.Suggested(request.Node, allowed) is not { Length: > 0 } missing) return request;
        (next.Suggested, next.SuggestedLogProbabilities) = (missing, new double[missing.Length]);
        return request with { Named = missing, NamedLogProbabilities = next.SuggestedLogProbabilities };
    }

    // what the model drew by itself stands where the proposal accepts it; elsewhere others are drawn here, from the whole distribution
    private async ValueTask DrawAsync(CancellationToken cancellationToken)
    {
        ContinuationRequest[] requests = [.. _drawn.Select(draw => new ContinuationRequest
        {
            Node = draw.Pending.Node,
            Steps = Math.Min(DrawnAtOnce, draw.Pending.Group.Limit - draw.Length),
            Sampling = chooser.Distribution,
            Seed = Stream(draw.Pending.Group, draw.Lineage),
        })];
        var drawn = await Draws!.ContinueAsync(requests, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < requests.Length; i++)
        {
            var (pending, lineage, length) = _drawn[i];
            var token = drawn[i][0];
            if (proposal.Accepts(pending.Group, pending.Node, length, token.Token)) pending.Group.Readings.SetCandidates(pending.Node, lineage, [new(token, double.NaN)], double.NaN, mask: null);
            else
            {
                if (pending.Candidates is null) _main.Add(chooser.Request(pending.Node, proposal.Count, allowed: null, out pending.Candidates));
                pending.Lineages = [.. pending.Lineages, lineage];
            }
        }
    }

    private ulong Stream(SearchGroup group, ulong lineage)
    {
        var (answer, copy) = group.Keeper.DrawsOf(group.Index, lineage);
        return chooser.Stream(answer, copy);
    }

    // read in the same pass as the candidates
    private static MaskReading ReadMask(SearchGroup group, int node, int tokensLeft, TokenMask allowed) => new()
    {
        Forces = group.Constraints.Force(node, tokensLeft, allowed),
        LogAllowed = group.Context.Model.Capabilities.HasFlag(ModelCapabilities.FullDistribution) ? new double[1] : [],
        Forbidden = group.IsTraced ? new TokenLogProbability[MostForbidden] : [],
    };

    private static TokenMask Others(TokenMask allowed)
    {
        var others = new TokenMask(allowed.VocabularySize, allowed: true);
        others.ExceptWith(allowed);
        return others;
    }

    private void Store(Pending answer)
    {
        var (group, node, tree) = (answer.Group, answer.Node, answer.Group.Context.Tree);
        var hash = tree.PathHash(node);
        var generated = new GeneratedPath(tree, group.Context.Root, node);
        if (answer.Candidates is { } candidates && chooser.ReadsTop && candidates.Suggested.Length == 0 && answer.Lineages is [0] && !proposal.ReadsEntropy) group.Readings.SetCandidates(node, candidates.Top, answer.Mask);
        else if ((candidates = answer.Candidates) is not null)
            foreach (var lineage in answer.Lineages)
            {
                var (answerOf, copy) = group.Keeper.DrawsOf(group.Index, lineage);
                var chosen = chooser.Choose(candidates, proposal.Count, generated, copy == 0 ? hash : Randomness.Mix(hash, copy), answerOf);
                group.Readings.SetCandidates(node, lineage, proposal.Complete(candidates, chosen), proposal.ReadsEntropy ? Entropy(candidates.All) : double.NaN, answer.Mask);
            }
        if (answer.Next is not { } next) return;
        group.Readings.SetNext(node, Next(next, generated, hash, group.Index), next.SuggestedLogProbabilities is { Length: > 0 } missing ? missing.Max() : double.NegativeInfinity);
    }

    private int Next(NextTokens next, GeneratedPath generated, ulong hash, int answer)
    {
        if (ahead.ReadsTop) return TokenChooser.Best(next);
        var token = ahead.Choose(next, 1, generated, hash, answer);
        return token.Length > 0 ? token[0].Token.Token : -1;
    }

    private static double Entropy(double[] logProbabilities)
    {
        var entropy = 0.0;
        foreach (var logProbability in logProbabilities)
            if (!double.IsNegativeInfinity(logProbability)) entropy -= logProbability * Math.Exp(logProbability);
        return entropy;
    }

    private async ValueTask RollOutAsync(CancellationToken cancellationToken)
    {
        var sampled = !ahead.ReadsTop;
        ContinuationRequest[] requests = [.. _rollouts.Select(rollout => new ContinuationRequest
        {
            Node = rollout.Candidate.Leaf,
            Steps = rollout.Steps,
            Sampling = sampled ? ahead.Distribution : null,
            Seed = sampled ? ahead.Stream(rollout.Group.Index, 0) : 0,
        })];
        var paths = await Rollouts!.ContinueAsync(requests, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < requests.Length; i++)
        {
            var (group, candidate, _, append) = _rollouts[i];
            foreach (var token in paths[i])
            {
                if (candidate.LookaheadEnded) break;
                // the likeliest of all is the likeliest of those allowed, where it is one of them; a drawn one is not drawn from those
                if (group.Constraints.Allowed(candidate.Leaf, group.Limit - candidate.Length - candidate.Lookahead.Count) is { } allowed && (sampled || !allowed[token.Token]))
                {
                    group.Readings.SetBarred(candidate.Leaf);
                    break;
                }
                group.Readings.SetNext(candidate.Leaf, token.Token);
                append(token.Token);
            }
        }
    }

    private readonly record struct Draw(Pending Pending, ulong Lineage, int Length);

    private readonly record struct Rollout(SearchGroup Group, Candidate Candidate, int Steps, Action<int> Append);

    /// <summary>What is wanted of a node.</summary>
    private sealed class Wanted
    {
        public int Length { get; set; }

        /// <summary>Lineages that want candidates.</summary>
        public List<ulong> Candidates { get; } = [];

        public bool Next { get; set; }

        /// <summary>The tokens allowed after it, where that was asked before; null: all.</summary>
        public TokenMask? Allowed { get; set; }

        public bool KnowsAllowed { get; set; }

        public void Reset()
        {
            Candidates.Clear();
            (Next, Allowed, KnowsAllowed) = (false, null, false);
        }
    }

    private sealed class Pending
    {
        public SearchGroup Group { get; set; } = null!;

        public int Node { get; set; }

        public IReadOnlyList<ulong> Lineages { get; set; } = [];

        public NextTokens? Candidates;

        public NextTokens? Next { get; set; }

        public MaskReading? Mask { get; set; }

        public void Reset() => (Candidates, Next, Mask) = (null, null, null);
    }
}
