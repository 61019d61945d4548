namespace DecodeAlign.Decoding;

/// <summary>The search for one answer: its root, its beam, what has finished. Several run side by side in one loop.</summary>
internal sealed class SearchGroup : IDisposable
{
    private readonly List<int> _ahead = [];

    /// <summary>Begins a search. The group owns its heuristics, also where this fails.</summary>
    public SearchGroup(int index, HeuristicSet heuristics, IReadOnlyList<IConstraint> constraints, IReadOnlyList<string> stops, Keeper keeper, GenerationContext context)
    {
        Index = index;
        Context = context;
        Keeper = keeper;
        Heuristics = heuristics;
        try
        {
            Constraints = new(constraints, context);
        }
        catch
        {
            heuristics.Dispose();
            throw;
        }
        Stops = new(stops, context);
        Readings = new(context.Tree);
        var start = keeper.Start(context.Root);
        foreach (var _ in start) context.Tree.Retain(context.Root);
        Steps = [new(start)];
    }

    /// <summary>Number of the answer among those to its prompt; keys its draws.</summary>
    public int Index { get; }

    /// <summary>Number of the group in its search, for the trace.</summary>
    public required int Number { get; init; }

    /// <summary>Whether a trace is made, so that reasons are put into words.</summary>
    public bool IsTraced { get; init; }

    /// <summary>Whether candidates are ranked by the heuristics: then these have a say in what is tried, too.</summary>
    public bool IsRanked { get; init; }

    public GenerationContext Context { get; }

    public HeuristicSet Heuristics { get; }

    public ConstraintSet Constraints { get; }

    public StopSequences Stops { get; }

    public NodeReadings Readings { get; }

    /// <summary>Decides who goes on.</summary>
    public Keeper Keeper { get; }

    /// <summary>The step being decided, and guesses of those after it; none: the search for this answer has ended.</summary>
    public List<SearchStep> Steps { get; }

    /// <summary>The beam, best first.</summary>
    public IReadOnlyList<Hypothesis> Live => Steps.Count > 0 ? Steps[0].Parents : [];

    public List<Answer> Finished { get; } = [];

    /// <summary>Steps decided so far.</summary>
    public int StepsTaken { get; set; }

    public int Limit => Context.MaxTokens;

    /// <summary>Steps whose candidates have been read, as tokens were forced; after them nothing is held ahead any more.</summary>
    public int ReadTo { get; private set; }

    /// <summary>How far a text has come toward what is required, and toward what is preferred where that ranks.</summary>
    public int Progress(int node) => Constraints.Progress(node) + (IsRanked ? Heuristics.Progress(node) : 0);

    /// <summary>Allowed tokens that lead on to what is still required, or preferred where that ranks.</summary>
    public int[] Suggested(int node, TokenMask? allowed)
    {
        var tokens = new HashSet<int>();
        Constraints.Suggest(node, tokens);
        // what is preferred may go without
        if (IsRanked && Context.Model.Capabilities.HasFlag(ModelCapabilities.NamedTokens)) Heuristics.Suggest(node, tokens);
        tokens.RemoveWhere(token => token < 0 || token >= Context.Model.VocabularySize || allowed?[token] == false);
        return [.. tokens.Order()];
    }

    /// <summary>Makes these the hypotheses of a guessed step, and gives up what no longer follows from them in the steps after it.</summary>
    /// <returns>The hypotheses that were guessed in vain.</returns>
    public IReadOnlyList<Hypothesis> Become(int index, IReadOnlyList<Hypothesis> parents)
    {
        List<Hypothesis> vain = [.. Steps[index].Become(this, parents)];
        for (var i = index + 1; i < Steps.Count; i++)
        {
            var before = Steps[i - 1].Parents;
            var follow = Steps[i].Parents.Where(parent => before.Any(hypothesis => hypothesis.Node == Context.Tree.Parent(parent.Node))).ToList();
            vain.AddRange(follow.Count > 0 ? Steps[i].Become(this, follow) : GiveUp(i));
        }
        return vain;
    }

    /// <summary>Gives up guesses.</summary>
    /// <returns>The hypotheses that were guessed in vain.</returns>
    public IReadOnlyList<Hypothesis> GiveUp(int first)
    {
        List<Hypothesis> vain = [.. Steps.Skip(first).SelectMany(step => step.Parents)];
        ReleaseSteps(first);
        return vain;
    }

    /// <summary>Keeps nodes ahead of the hypotheses until so many more steps are decided. The references are the group's from here on.</summary>
    public void HoldAhead(IEnumerable<int> nodes, int steps)
    {
        _ahead.AddRange(nodes);
        ReadTo = StepsTaken + steps;
    }

    /// <summary>Gives up what is held ahead of hypotheses that have come so far.</summary>
    public void ReleaseAhead()
    {
        foreach (var node in _ahead) Context.Tree.Release(node);
        _ahead.Clear();
    }

    /// <summary>Gives up what the steps from one on hold of the tree.</summary>
    public void ReleaseSteps(int first)
    {
        for (var i = first; i < Steps.Count; i++)
        {
            foreach (var candidate in Steps[i].Candidates) Release(candidate);
            foreach (var draft in Steps[i].Drafts) Release(draft);
            foreach (var parent in Steps[i].Parents) Release(parent);
        }
        Steps.RemoveRange(first, Steps.Count - first);
        if (first == 0) ReleaseAhead();
    }

    /// <summary>Gives up the lookaheads of a decided step's losers.</summary>
    public void ReleaseLosers(SearchStep step)
    {
        var best = step.Leaders(1)[0];
        foreach (var loser in step.Candidates)
            if (loser != best) ReleaseLookahead(loser);
    }

    public void Release(Hypothesis hypothesis)
    {
        if (hypothesis.Ahead != hypothesis.Node) Context.Tree.Release(hypothesis.Ahead);
        Context.Tree.Release(hypothesis.Node);
    }

    public void Release(Draft draft)
    {
        if (draft.Node != draft.Parent.Node) Context.Tree.Release(draft.Node);
    }

    public void Release(Candidate candidate)
    {
        ReleaseLookahead(candidate);
        if (candidate.HoldsNode) Context.Tree.Release(candidate.Node);
    }

    public void ReleaseLookahead(Candidate candidate)
    {
        if (candidate.Leaf != candidate.Node) Context.Tree.Release(candidate.Leaf);
        candidate.Leaf = candidate.Node;
    }

    public void Dispose()
    {
        Heuristics.Dispose();
        Constraints.Dispose();
    }
}
