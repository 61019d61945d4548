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
        return Task.Run(() => RunAsync(request, deliver: null, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RequestCheck.Check(request, _model.Facts);
        return DecodingStream.Of((deliver, cancelled) => RunAsync(request, deliver, cancelled), cancellationToken);
    }

    /// <summary>
    /// Generates an answer to each of several prompts in one search, so that all share their passes. Each is what the same request gives alone: with one answer a prompt and
    /// stream s, the answer of index s among those of the prompt.
    /// </summary>
    /// <param name="request">What is common to all; its <see cref="DecodingRequest.Prompt"/> is not used.</param>
    /// <param name="prompts">At least one prompt. Equal pairs of prompt and stream give equal answers.</param>
    /// <param name="cancellationToken">Cancels by throwing, within one pass.</param>
    /// <returns>One text for each prompt, in order, and what all cost together.</returns>
    /// <exception cref="ArgumentException">As <see cref="GenerateAsync"/>; or there is no prompt, or a stream is negative.</exception>
    public Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        Require.That(prompts.Count > 0, nameof(prompts), "at least one prompt", "empty");
        foreach (var (prompt, stream) in prompts)
        {
            RequestCheck.Check(request with { Prompt = prompt }, _model.Facts);
            Require.That(stream >= 0 && stream <= int.MaxValue / request.Options.Answers - 1, nameof(BatchPrompt.Stream), "at least 0, and its answers' numbers small enough for an int", stream);
        }
        return Task.Run(() => RunAsync(request, prompts, settled: null, cancellationToken), cancellationToken);
    }

    private async Task<DecodingResult> RunAsync(DecodingRequest request, Action<DecodingUpdate>? deliver, CancellationToken cancellationToken)
    {
        var settled = deliver is null ? null : new SettledText(_model.Tokenizer, request.Options.StopSequences, deliver);
        var batch = await RunAsync(request, [new(request.Prompt)], settled, cancellationToken).ConfigureAwait(false);
        var text = batch.Texts[0];
        var result = new DecodingResult
        {
            Prompt = text.Prompt,
            Answer = text.Answer,
            Answers = text.Answers,
            Decoder = request.Options.Decoder,
            Seed = request.Options.Seed,
            Statistics = batch.Statistics,
            Savings = batch.Savings,
        };
        request.Trace?.OnEnd(result);
        settled?.End(result);
        return result;
    }

    private async Task<DecodingBatch> RunAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, SettledText? settled, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var options = request.Options;
        var tree = new TokenTree();
        string[] texts = [.. prompts.Select(prompt => (request with { Prompt = prompt.Prompt }).FullPrompt())];
        int[][] tokens = [.. texts.Select(text => _model.Tokenizer.EncodePrompt(text))];
        int[] limits = [.. tokens.Select(ids => RequestCheck.Limit(ids.Length, options, _model.Facts, request.LookaheadModel?.Facts))];
        await using var sessions = await SearchSessions.OpenAsync(_model, request, tree, tokens, limits, cancellationToken).ConfigureAwait(false);
        var groups = new List<SearchGroup>();
        try
        {
            for (var p = 0; p < prompts.Count; p++)
            {
                var context = new GenerationContext { Tree = tree, Root = tree.AddRoot(tokens[p]), Prompt = texts[p], Tokenizer = _model.Tokenizer, Model = _model.Facts, MaxTokens = limits[p], MaxNodes = sessions.MaxNodes };
                for (var i = 0; i < options.Answers; i++) groups.Add(new(prompts[p].Stream * options.Answers + i, request, context) { Number = groups.Count });
                groups[^1].Constraints.RefuseImpossible(limits[p]);
            }
            request.Trace?.OnBegin(new(texts[0], _model.Facts.Name, options, [.. request.Heuristics.Select(h => new TraceHeuristic(h.Heuristic.Name, h.Weight))], [.. request.Constraints.Select(c => c.Name)]));
            var plan = new SavingsPlan(request, sessions.RollsOut(request, groups), sessions.FitsPipeline);
            await Compose(request, groups, sessions, plan, settled, started).RunAsync(cancellationToken).ConfigureAwait(false);

            BatchText[] answered = [.. groups.Chunk(options.Answers).Select((own, p) => new BatchText(texts[p], prompts[p].Stream, Select(options, own)))];
            var work = groups.Aggregate(sessions.Statistics, (sum, group) => sum + group.Heuristics.Work);
            return new(answered, new(
                tokens.Sum(ids => ids.Length), answered.Sum(text => text.Answer.Ids.Count), work.TokenEvaluations, work.BatchedPasses, groups.Sum(g => g.Heuristics.Calls), work.PeakKvBytes,
                _time.GetElapsedTime(started).TotalSeconds))
            {
                Savings = plan.Describe(),
            };
        }
        finally
        {
            foreach (var group in groups) group.Dispose();
        }
    }

    private SearchRun Compose(DecodingRequest request, IReadOnlyList<SearchGroup> groups, SearchSessions sessions, SavingsPlan plan, SettledText? settled, long started)
    {
        var (options, facts) = (request.Options, _model.Facts);
        var chooser = new TokenChooser(options.CandidateChoice, options.Sampling, options.Seed, DrawPurpose.Candidate, facts.VocabularySize);
        var ahead = new TokenChooser(options.LookaheadChoice, options.Sampling, options.Seed, DrawPurpose.Lookahead, (request.LookaheadModel?.Facts ?? facts).VocabularySize);
        var reader = new Reader(options, plan.Reuse, sessions.RollsOut(request, groups), sessions.Main, sessions.Second, chooser, ahead);
        var lookahead = new Lookahead(options, facts, reader);
        var ranking = new Ranking(options, plan, lookahead);
        var steps = new StepSearch(request, plan, facts, reader, lookahead, ranking, new(options, ranking, lookahead));
        var early = new EarlyEnd(request, groups, sessions.Main, sessions.Second, ranking, _time, started);
        early.RefuseImpossible();
        return new(request, groups, plan, reader, steps, ranking, early, request.Trace is { } sink ? new TraceBuilder(sink, _model.Tokenizer) : null, settled);
    }

    // each answer's own best first, then the best of the answers
    private static Answer[] Select(DecodingOptions options, SearchGroup[] groups)
    {
        if (groups.Length == 1) return [.. groups[0].Finished.Order(AnswerOrder.ByScore)];
        return [.. groups.Select(group => group.Finished.Order(AnswerOrder.ByScore).First()).Order(AnswerOrder.By(options.Selection))];
    }
}
