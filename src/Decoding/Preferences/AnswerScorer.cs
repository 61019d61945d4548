namespace DecodeAlign.Decoding;

/// <summary>Rates finished answers by every objective, below the request's own prompt. A scorer that throws, that returns no number or that takes too long is an error which names it, never a score.</summary>
internal sealed class AnswerScorer(PreferenceRequest request, ILanguageModel model, TimeProvider time)
{
    /// <summary>Texts scored, counted once for each objective.</summary>
    public long Calls { get; private set; }

    /// <summary>What models that the scorers run have done.</summary>
    public SessionStatistics Work { get; private set; }

    /// <summary>Where a number of answers will be rated, with all that the scorers need for it.</summary>
    public RatedAnswers Prepare(int answers)
    {
        var prompt = request.Inner.FullPrompt();
        var tree = new TokenTree();
        var ids = model.Tokenizer.EncodePrompt(prompt);
        // an empty prompt of a tokenizer without a beginning token: any token can stand above the text, which begins below the root
        var context = new GenerationContext
        {
            Tree = tree,
            Root = tree.AddRoot(ids.Length > 0 ? ids : [0]),
            Prompt = prompt,
            Tokenizer = model.Tokenizer,
            Model = model.Facts,
            MaxTokens = request.Inner.MaxTokens,
            MaxNodes = (int)Math.Min(int.MaxValue, Math.Max(1, ids.Length) + answers * (long)Math.Min(request.Inner.MaxTokens, model.Facts.ContextLength)),
        };
        return new(context, new([.. HeuristicSet.Needs(request.Objectives.Select(objective => new WeightedHeuristic(objective.Scorer)), context)]));
    }

    /// <returns>For each answer the rewards in the order of the request's objectives.</returns>
    public async Task<double[][]> ScoreAsync(RatedAnswers place, IReadOnlyList<Answer> answers, CancellationToken cancellationToken)
    {
        var context = place.Context;
        ScoreRequest[] texts = [.. answers.Select(answer => new ScoreRequest(context.Tree.AppendAll(context.Root, Written(answer)), true))];
        var rewards = new double[answers.Count][];
        for (var i = 0; i < rewards.Length; i++) rewards[i] = new double[request.Objectives.Count];
        for (var o = 0; o < request.Objectives.Count; o++)
        {
            var values = await ScoreAsync(request.Objectives[o], texts, place, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < rewards.Length; i++) rewards[i][o] = values[i][0];
        }
        return rewards;
    }

    private async Task<double[][]> ScoreAsync(PreferenceObjective objective, ScoreRequest[] texts, RatedAnswers place, CancellationToken cancellationToken)
    {
        Calls += texts.Length;
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // a scorer that neither yields nor hears of the cancellation must not hold up the answer either
            var scoring = Task.Run(
                async () =>
                {
                    using var set = await HeuristicSet.OpenAsync([new(objective.Scorer)], place.Context, place.Reservation.Sessions, late.Token).ConfigureAwait(false);
                    var values = await set.ScoreAsync(texts, late.Token).ConfigureAwait(false);
                    return (values, set.Work);
                },
                cancellationToken);
            var (rewards, work) = await scoring.WaitAsync(request.ScorerTimeout, time, cancellationToken).ConfigureAwait(false);
            Work += work;
            return rewards;
        }
        catch (TimeoutException e)
        {
            await late.CancelAsync().ConfigureAwait(false);
            throw new HeuristicException(objective.Scorer.Name, $"the scorer of '{objective.Name}' took longer than {request.ScorerTimeout.TotalSeconds} s over {texts.Length} answers", e);
        }
        catch (HeuristicException e)
        {
            throw new HeuristicException(objective.Scorer.Name, $"the scorer of '{objective.Name}' failed, so no answer can be chosen: {e.Message}", e);
        }
    }

    /// <summary>Where answers are rated.</summary>
    /// <param name="Context">The request's own prompt.</param>
    /// <param name="Reservation">The scorers' sessions.</param>
    public readonly record struct RatedAnswers(GenerationContext Context, AnswerReservation Reservation);

    private static ReadOnlySpan<int> Written(Answer answer)
    {
        int[] ids = [.. answer.Ids];
        return answer.FinishReason.IsEndOfSequence() ? ids.AsSpan(..^1) : ids;
    }
}
