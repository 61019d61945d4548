namespace DecodeAlign.Decoding;

/// <summary>
/// Ends a search before it is done, with the best text so far: told to stop, at its deadline, or before the pass that would exceed its budget. A text that is cut off is preferred to one that has ended
/// well only where it ranks above it. Constraints hold here as well: where they don't accept a text as it stands, its most likely close is written, as few tokens long as the constraint needs; a budget
/// keeps them in reserve, a deadline is overrun by them.
/// </summary>
internal sealed class EarlyEnd(DecodingRequest request, IReadOnlyList<SearchGroup> groups, IModelSession session, IModelSession? second, GuideReader? guides, Ranking ranking, TimeProvider time, long started)
{
    private readonly int _promptTokens = groups[0].Context.Tree.Count + (guides?.PromptTokens(groups[0].Context.Tree.Count) ?? 0);

    private long Evaluated => session.Statistics.TokenEvaluations + (second?.Statistics.TokenEvaluations ?? 0) + (guides?.Sessions.Sum(session => session.Statistics.TokenEvaluations) ?? 0) + groups.Sum(group => group.Heuristics.Work.TokenEvaluations);

    /// <summary>Refuses a budget in which the constraints can't be met.</summary>
    /// <exception cref="UnsatisfiableConstraintException">They can't.</exception>
    public void RefuseImpossible()
    {
        var needed = _promptTokens + Reserve();
        if (request.Budget > 0 && Reserve() > 0 && needed > request.Budget)
            throw new UnsatisfiableConstraintException(groups[0].Constraints.Name, $"it needs {needed} token evaluations, {_promptTokens} of them for the prompt, and the budget is {request.Budget}");
    }

    /// <summary>Why the search ends before a pass; null: it goes on.</summary>
    public FinishReason? Reason(EvaluationBatch pass)
    {
        if (request.Stop.IsCancellationRequested) return FinishReason.Cancelled;
        if (request.Deadline > TimeSpan.Zero && time.GetElapsedTime(started) >= request.Deadline) return FinishReason.Deadline;
        if (request.Budget == 0) return null;
        var evaluated = Evaluated;
        var next = evaluated == 0 ? _promptTokens : pass.Rows;
        return evaluated + next + Reserve() > request.Budget ? FinishReason.Budget : null;
    }

    public async ValueTask EndAsync(FinishReason reason, CancellationToken cancellationToken)
    {
        var texts = new List<OpenText>();
        foreach (var group in groups)
        {
            var accepted = group.Live.Where(hypothesis => group.Constraints.Accepts(hypothesis.Node)).ToList();
            foreach (var hypothesis in accepted.Count > 0 || group.Finished.Count > 0 ? accepted : group.Live.Take(1)) texts.Add(new(group, hypothesis));
        }
        while (texts.Where(text => !text.EndsWell).ToList() is { Count: > 0 } open) await CloseAsync(open, cancellationToken).ConfigureAwait(false);
        foreach (var text in texts)
        {
            var group = text.Group;
            var values = (await group.Heuristics.ScoreAsync([new(text.Node, true)], cancellationToken).ConfigureAwait(false))[0];
            group.Finished.Add(AnswerBuilder.Build(group, [.. text.Ids], text.Masks, reason, text.LogProbability, ranking.Score(group, text.LogProbability, text.Ids.Count, values), values));
            group.Context.Tree.Release(text.Node);
        }
        foreach (var group in groups) group.ReleaseSteps(0);
    }

    // one more token of each
    private async ValueTask CloseAsync(List<OpenText> open, CancellationToken cancellationToken)
    {
        var masks = open.ConvertAll(text => new MaskReading { Forces = true, LogAllowed = text.Group.Context.Model.TellsMaskLoss ? new double[1] : [] });
        var requests = open.Select((text, i) => new EvaluationRequest { Node = text.Node, Top = new TokenLogProbability[1], Allowed = text.Closing(), AllowedLogProbability = masks[i].LogAllowed }).ToArray();
        await session.EvaluateAsync(requests, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < requests.Length; i++) open[i].Append(requests[i].Top.Span[0], masks[i]);
    }

    // tokens that closing the texts takes
    private long Reserve() =>
        groups.Where(group => group.Finished.Count == 0 && group.Live.Count > 0 && !group.Live.Any(hypothesis => group.Constraints.Accepts(hypothesis.Node)))
            .Sum(group => (long)group.Constraints.TokensNeeded(group.Live[0].Node));

    /// <summary>A text on its way to an end.</summary>
    private sealed class OpenText
    {
        public OpenText(SearchGroup group, Hypothesis hypothesis)
        {
            (Group, Node, LogProbability) = (group, hypothesis.Node, hypothesis.LogProbability);
            Ids = [.. group.Context.Tree.Path(group.Context.Root, Node)];
            group.Context.Tree.Retain(Node);
            Masks = [.. group.Readings.Masks(group.Context.Root, Node)];
            EndsWell = group.Constraints.Accepts(Node);
        }

        public SearchGroup Group { get; }

        public int Node { get; private set; }

        public List<int> Ids { get; }

        /// <summary>What the constraints did before each of the ids.</summary>
        public List<MaskReading?> Masks { get; }

        public double LogProbability { get; private set; }

        public bool EndsWell { get; private set; }

        public TokenMask? Closing() => Group.Constraints.Allowed(Node, Math.Min(Group.Constraints.TokensNeeded(Node), Group.Limit - Ids.Count));

        public void Append(TokenLogProbability token, MaskReading mask)
        {
            if (token.Token < 0) throw Group.Constraints.DeadEnd(Node);
            Ids.Add(token.Token);
            Masks.Add(mask);
            LogProbability += token.LogProbability;
            EndsWell = Group.Context.Model.IsEos(token.Token);
            if (EndsWell) return;
            var node = Group.Context.Tree.Append(Node, token.Token);
            Group.Context.Tree.Release(Node);
            Node = node;
            EndsWell = Group.Constraints.Accepts(Node);
        }
    }
}
