namespace DecodeAlign.Decoding;

/// <summary>The decoder over one language model: checks a request, reserves what it needs, searches, and chooses the answer. Safe for concurrent calls.</summary>
public sealed class Decoder : IDecoder
{
    private readonly ILanguageModel _model;
    private readonly TimeProvider _time;

    /// <summary>Makes a decoder.</summary>
    /// <param name="model">The language model; the caller keeps ownership.</param>
    /// <param name="time">The clock for elapsed times; null: the system's.</param>
    public Decoder(ILanguageModel model, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestCheck.Check(request, _model.Facts);
        request = request with { Decoder = request.Decoder.For(request.Heuristics) };
        return request.Decoder.Selection is { } selection
            ? Task.Run(() => new SelectingDecoder(this, selection).GenerateAsync(Unselected(request), cancellationToken), cancellationToken)
            : Task.Run(() => RunAsync(request, deliver: null, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestCheck.Check(request, _model.Facts);
        request = request with { Decoder = request.Decoder.For(request.Heuristics) };
        return request.Decoder.Selection is { } selection
            ? new SelectingDecoder(this, selection).StreamAsync(Unselected(request), cancellationToken)
            : DecodingStream.Of((deliver, cancelled) => RunAsync(request, deliver, cancelled), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        Require.That(prompts.Count > 0, nameof(prompts), "at least one prompt", "empty");
        foreach (var (prompt, stream) in prompts)
        {
            RequestCheck.Check(request with { Prompt = prompt }, _model.Facts);
            Require.That(stream >= 0, nameof(BatchPrompt.Stream), "at least 0, and its answers' numbers small enough for an int", stream);
        }
        request = request with { Decoder = request.Decoder.For(request.Heuristics) };
        return request.Decoder.Selection is { } selection
            ? Task.Run(() => new SelectingDecoder(this, selection).GenerateBatchAsync(Unselected(request), prompts, cancellationToken), cancellationToken)
            : Task.Run(() => SearchAsync(request, prompts, committed: null, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return Array.Find<object>([this, _model, _time], serviceType.IsInstanceOfType);
    }

    // a selection's answers are written by this decoder without it
    private static DecodingRequest Unselected(DecodingRequest request) => request with { Decoder = request.Decoder with { Selection = null } };

    private async Task<DecodingResult> RunAsync(DecodingRequest request, Action<DecodingUpdate>? deliver, CancellationToken cancellationToken)
    {
        var committed = deliver is null ? null : new CommittedText(_model.Tokenizer, request.StopSequences, deliver);
        var batch = await SearchAsync(request, [new(request.Prompt, request.Stream)], committed, cancellationToken).ConfigureAwait(false);
        var result = batch.First(request.Decoder.Name, request.Seed);
        request.Trace?.OnEnd(result);
        committed?.End(result);
        return result;
    }

    private async Task<DecodingBatch> SearchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CommittedText? committed, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var tree = new TokenTree();
        string[] texts = [.. prompts.Select(prompt => (request with { Prompt = prompt.Prompt }).FullPrompt())];
        var tokens = texts.Distinct().ToDictionary(text => text, text => _model.Tokenizer.EncodePrompt(text));
        var guides = request.Guidance is { } guidance ? GuidePlan.Of(guidance, _model, tree, tokens.Values) : null;
        var contexts = tokens.ToDictionary(pair => pair.Key, pair => new GenerationContext
        {
            MaxTokens = Math.Min(RequestCheck.Limit(pair.Value.Length, request.MaxTokens, _model.Facts, request.LookaheadModel?.Facts), guides?.Limit(pair.Value.Length) ?? int.MaxValue),
            Tree = tree,
            Root = tree.AddRoot(pair.Value),
            Prompt = pair.Key,
            Tokenizer = _model.Tokenizer,
            Model = _model.Facts,
            CancellationToken = cancellationToken,
        });
        var urgency = Urgency.Of(request.Priority, request.Deadline, _time.GetElapsedTime(0, started));
        await using var sessions = await SearchSessions.OpenAsync(_model, request, [.. texts.Select(text => contexts[text])], guides, urgency, cancellationToken).ConfigureAwait(false);
        var groups = new List<SearchGroup>();
        try
        {
            foreach (var (prompt, context) in prompts.Zip(sessions.Contexts))
            {
                var heuristics = await HeuristicSet.OpenAsync(request.Heuristics, context, sessions.All, cancellationToken).ConfigureAwait(false);
                groups.Add(new(prompt.Stream, heuristics, request.Constraints, request.StopSequences, request.Decoder.Keep.Open(request.Seed), context) { Number = groups.Count, IsTraced = request.Trace is not null, IsRanked = request.Decoder.Rank.Consults(request.Heuristics) });
                groups[^1].Constraints.RefuseImpossible(context.MaxTokens);
            }
            request.Trace?.OnBegin(new(
                texts[0], _model.Facts.Name, request.Decoder.Name, Describe(request), [.. request.Heuristics.Select(h => new TraceHeuristic(h.Heuristic.Name, h.Weight))], [.. request.Constraints.Select(c => c.Name)])
            {
                MaxTokens = request.MaxTokens,
                Seed = request.Seed,
            });
            var plan = new SavingsPlan(request.Savings, request.Decoder.Obstacles, request.LooksAhead, ForcedTokens.Obstacle(request, _model.Facts, groups.Count), sessions.RollsOut(request, _model.Facts), request.Budget > 0, sessions.Pipeline);
            await Compose(request, groups, sessions, plan, committed, started).RunAsync(cancellationToken).ConfigureAwait(false);

            BatchText[] answered = [.. groups.Select((group, p) => new BatchText(texts[p], prompts[p].Stream, group.Keeper.Order(group)) { Measures = [.. group.Keeper.Measures] })];
            var work = groups.Aggregate(sessions.Statistics, (sum, group) => sum + group.Heuristics.Work);
            var promptTokens = texts.Sum(text => tokens[text].Length);
            return new(answered, new(
                promptTokens, answered.Sum(text => text.Answer.Ids.Count), work.TokenEvaluations, work.BatchedPasses, groups.Sum(g => g.Heuristics.Calls), work.PeakKvBytes,
                _time.GetElapsedTime(started).TotalSeconds)
            {
                SharedPromptTokens = (int)Math.Min(sessions.Main.Statistics.SharedTokens, promptTokens),
            })
            {
                Savings = plan.Describe(),
            };
        }
        finally
        {
            foreach (var group in groups) group.Dispose();
        }
    }

    private IReadOnlyDictionary<string, object> Describe(DecodingRequest request)
    {
        var settings = request.Decoder.Describe();
        if (request.Guidance is null && request.LogitProcessors.Count == 0) return settings;
        var told = new Dictionary<string, object>(settings);
        if (request.Guidance is { } guidance) told["guidance"] = guidance.Describe(_model.Facts.Name);
        if (request.LogitProcessors.Count > 0) told["logitProcessors"] = string.Join(", ", request.LogitProcessors.Select(processor => processor.Name));
        return told;
    }

    private SearchRun Compose(DecodingRequest request, IReadOnlyList<SearchGroup> groups, SearchSessions sessions, SavingsPlan plan, CommittedText? committed, long started)
    {
        var (parts, facts) = (request.Decoder, _model.Facts);
        var mixer = request.Guidance is null && request.LogitProcessors.Count == 0 ? null : new Mixer(request.Guidance, request.LogitProcessors);
        var chooser = new TokenChooser(parts.Proposal.Choice, parts.Distribution, request.Seed, DrawPurpose.Candidate, facts.VocabularySize, mixer);
        var ahead = new TokenChooser(parts.Rank.Lookahead.Choice, parts.Distribution, request.Seed, DrawPurpose.Lookahead, (request.LookaheadModel?.Facts ?? facts).VocabularySize, mixer);
        var batch = new EvaluationBatch(parts.Proposal, plan.Reuse, sessions.Main, sessions.Second, sessions.Guides, chooser, ahead)
        {
            Rollouts = sessions.RollsOut(request, facts) ? (IContinuationSession)(sessions.Second ?? sessions.Main) : null,
            Draws = mixer is null && parts.AreDrawnBy(facts) ? (IContinuationSession)sessions.Main : null,
            // a budget counts every token before it is asked for
            DrawnAtOnce = request.Budget > 0 ? 1 : int.MaxValue,
            Foresees = request.Foresees,
        };
        var walk = new LookaheadWalk(parts.Rank.Lookahead, facts);
        var rowsPerPass = (request.LookaheadModel?.Facts ?? facts).RowsPerPass;
        var guesses = new Guesses(plan, plan.Weighs ? new(rowsPerPass, parts.Rank.Lookahead.Tokens, parts.RowsOfStep) : null);
        var ranking = new Ranking(parts.Rank, plan, walk);
        ISearchLoop loop = parts.Proposal.Segmentation is { } segments
            ? new SegmentLoop(request, segments, facts, batch, ranking)
            : new TokenLoop(request, plan, guesses, facts, batch, walk, ranking, new(parts.Rank.Lookahead, parts.Keep.Beam, ranking, walk), new(plan, facts, batch));
        var early = new EarlyEnd(request, groups, sessions.Main, sessions.Second, sessions.Guides, ranking, _time, started);
        early.RefuseImpossible();
        return new(request, groups, plan, guesses, batch, loop, ranking, early, request.Trace is { } sink ? new TraceBuilder(sink, _model.Tokenizer) : null, committed);
    }
}
