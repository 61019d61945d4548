namespace DecodeAlign.Decoding;

/// <summary>
/// Rates whole answers to one prompt by scorers, outside of any search: on the tokens of the model behind the decoder that wrote them, or, where there is none, on the bytes of their texts. A scorer that throws, that
/// returns no finite number or that takes too long is an error which names it, never a score. One caller at a time.
/// </summary>
public sealed class AnswerScorer
{
    private readonly ILanguageModel? _model;
    private readonly TimeProvider _time;
    private readonly string _prompt;
    private readonly int _maxTokens;
    private readonly IReadOnlyList<PreferenceObjective> _scorers;
    private GenerationContext? _reserved;

    /// <summary>Makes a scorer of answers.</summary>
    /// <param name="decoder">Who writes the answers. Behind it may be the model whose tokens they are, and the clock for the timeout.</param>
    /// <param name="prompt">What the scorers are told the answers go on from.</param>
    /// <param name="maxTokens">Most tokens an answer has, at least 1; not used where there is no model.</param>
    /// <param name="scorers">What rates the answers, by name.</param>
    public AnswerScorer(IDecoder decoder, string prompt, int maxTokens, IReadOnlyList<PreferenceObjective> scorers)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(scorers);
        Require.That(maxTokens >= 1, nameof(maxTokens), "at least 1", maxTokens);
        (_model, _time) = (decoder.GetService<ILanguageModel>(), decoder.GetService<TimeProvider>() ?? TimeProvider.System);
        (_prompt, _maxTokens, _scorers) = (prompt, maxTokens, scorers);
    }

    /// <summary>How long one scorer may take over a batch of answers; above zero, or infinite (default).</summary>
    public TimeSpan Timeout { get; init; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>Texts scored so far, counted once for each scorer.</summary>
    public long Calls { get; private set; }

    /// <summary>What models that the scorers run have done so far.</summary>
    public SessionStatistics Work { get; private set; }

    /// <summary>Rates answers.</summary>
    /// <param name="answers">The answers; an end-of-sequence token is not scored.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>For each answer a value of each scorer, in their order.</returns>
    /// <exception cref="HeuristicException">A scorer threw, returned what is no finite number, or took too long.</exception>
    public Task<double[][]> ScoreAsync(IReadOnlyList<Answer> answers, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return ScoreAsync(answers, null, cancellationToken);
    }

    /// <summary>Waits until the scorers are ready.</summary>
    internal ValueTask ReadyAsync(CancellationToken cancellationToken) => HeuristicSet.ReadyAsync(_scorers.Select(scorer => scorer.Scorer), cancellationToken);

    /// <summary>Prepares for answers to come, and says which sessions their scorers will use, so that the search reserves them with its own; none where the answers' tokens can't be known before.</summary>
    internal IEnumerable<SessionNeed> Reserve(int answers)
    {
        if (_model is null) return [];
        _reserved = Context(answers * (long)Math.Min(_maxTokens, _model.Facts.ContextLength), _maxTokens);
        return Needs(_reserved);
    }

    /// <summary>Rates answers with sessions that were reserved for them; null: opens its own.</summary>
    internal async Task<double[][]> ScoreAsync(IReadOnlyList<Answer> answers, ModelSessions? reserved, CancellationToken cancellationToken)
    {
        int[][] written = [.. answers.Select(Written)];
        if (reserved is not null && _reserved is { } place) return await ScoreAsync(written, place, reserved, cancellationToken).ConfigureAwait(false);
        var context = Context(written.Sum(text => (long)text.Length), _model is null ? written.Max(text => text.Length) + 1 : _maxTokens);
        await ReadyAsync(cancellationToken).ConfigureAwait(false);
        await using var sessions = await ModelSessions.OpenAsync(Needs(context), cancellationToken).ConfigureAwait(false);
        return await ScoreAsync(written, context, sessions, cancellationToken).ConfigureAwait(false);
    }

    private async Task<double[][]> ScoreAsync(int[][] written, GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken)
    {
        ScoreRequest[] texts = [.. written.Select(ids => new ScoreRequest(context.Tree.AppendAll(context.Root, ids), true))];
        var values = new double[texts.Length][];
        for (var i = 0; i < values.Length; i++) values[i] = new double[_scorers.Count];
        for (var s = 0; s < _scorers.Count; s++)
        {
            var column = await ScoreAsync(_scorers[s], texts, context, sessions, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < values.Length; i++) values[i][s] = column[i][0];
        }
        return values;
    }

    private IEnumerable<SessionNeed> Needs(GenerationContext context) => HeuristicSet.Needs(_scorers.Select(scorer => new WeightedHeuristic(scorer.Scorer)), context);

    private GenerationContext Context(long tokens, int maxTokens)
    {
        ITokenizer tokenizer = _model?.Tokenizer ?? ByteTokenizer.Instance;
        var tree = new TokenTree();
        var ids = tokenizer.EncodePrompt(_prompt);
        return new()
        {
            Tree = tree,
            // an empty prompt of a tokenizer without a beginning token: any token can stand above the text, which begins below the root
            Root = tree.AddRoot(ids.Length > 0 ? ids : [_model is null ? ' ' : 0]),
            Prompt = _prompt,
            Tokenizer = tokenizer,
            Model = _model?.Facts ?? ByteTokenizer.Facts,
            MaxTokens = maxTokens,
            MaxNodes = (int)Math.Min(int.MaxValue, Math.Max(1, ids.Length) + tokens),
        };
    }

    private async Task<double[][]> ScoreAsync(PreferenceObjective scorer, ScoreRequest[] texts, GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken)
    {
        Calls += texts.Length;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // a scorer that neither yields nor hears of the cancellation must not hold up the answer either
            var scoring = Task.Run(
                async () =>
                {
                    using var set = await HeuristicSet.OpenAsync([new(scorer.Scorer)], context, sessions, late.Token).ConfigureAwait(false);
                    var values = await set.ScoreAsync(texts, late.Token).ConfigureAwait(false);
                    return (values, set.Work);
                },
                cancellationToken);
            var (rewards, work) = await scoring.WaitAsync(Timeout, _time, cancellationToken).ConfigureAwait(false);
            Work += work;
            return rewards;
        }
        catch (TimeoutException e)
        {
            await late.CancelAsync().ConfigureAwait(false);
            throw new HeuristicException(scorer.Scorer.Name, $"the scorer of '{scorer.Name}' took longer than {Timeout.TotalSeconds} s over {texts.Length} answers", e);
        }
        catch (HeuristicException e)
        {
            throw new HeuristicException(scorer.Scorer.Name, $"the scorer of '{scorer.Name}' failed, so no answer can be chosen: {e.Message}", e);
        }
    }

    private int[] Written(Answer answer)
    {
        if (_model is null) return ByteTokenizer.Instance.Encode(answer.Text);
        int[] ids = [.. answer.Ids];
        return answer.FinishReason.IsEndOfSequence() ? ids[..^1] : ids;
    }
}
