namespace DecodeAlign.Decoding;

/// <summary>The models at work on one search, with the memory of its worst case reserved.</summary>
internal sealed class SearchSessions : IAsyncDisposable
{
    private SearchSessions(IModelSession main, IModelSession? second, int maxNodes, bool fitsPipeline) => (Main, Second, MaxNodes, FitsPipeline) = (main, second, maxNodes, fitsPipeline);

    public IModelSession Main { get; }

    /// <summary>The model that rolls lookaheads out; null: the main one does.</summary>
    public IModelSession? Second { get; }

    /// <summary>Most nodes alive at once.</summary>
    public int MaxNodes { get; }

    /// <summary>Whether the steps that a pipeline expands ahead fit the memory.</summary>
    public bool FitsPipeline { get; }

    public SessionStatistics Statistics => Main.Statistics + (Second?.Statistics ?? default);

    /// <exception cref="KvBudgetException">The search does not fit the memory, not even without a pipeline.</exception>
    public static async ValueTask<SearchSessions> OpenAsync(ILanguageModel model, DecodingRequest request, TokenTree tree, IReadOnlyList<(int Prompt, int Limit, bool IsNew)> answers, CancellationToken cancellationToken)
    {
        var guesses = request.Decoder.Rank.LooksAhead(request.Heuristics) && SavingsPlan.First(request.Decoder.Obstacles, part => part.Pipeline) is null ? request.Savings.Pipeline : 0;
        try
        {
            return await OpenAsync(model, request, tree, WorstCase(answers, request, guesses), true, cancellationToken).ConfigureAwait(false);
        }
        catch (KvBudgetException) when (guesses > 0)
        {
            return await OpenAsync(model, request, tree, WorstCase(answers, request, 0), false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether lookaheads are rolled out by the model, several tokens in one call.</summary>
    public bool RollsOut(DecodingRequest request, IReadOnlyList<SearchGroup> groups) =>
        (Second ?? Main) is IRolloutSession && request is { StopSequences.Count: 0, Decoder: { Rank.Lookahead: { Choice: TokenChoice.Top, Halve: false }, Distribution.KeepsOrder: true } }
        && groups.All(group => group.Constraints.IsFree);

    public async ValueTask DisposeAsync()
    {
        if (Second is not null) await Second.DisposeAsync().ConfigureAwait(false);
        await Main.DisposeAsync().ConfigureAwait(false);
    }

    private static async ValueTask<SearchSessions> OpenAsync(ILanguageModel model, DecodingRequest request, TokenTree tree, int nodes, bool fitsPipeline, CancellationToken cancellationToken)
    {
        var main = await model.OpenAsync(tree, nodes, cancellationToken).ConfigureAwait(false);
        try
        {
            return new(main, request.LookaheadModel is { } other ? await other.OpenAsync(tree, nodes, cancellationToken).ConfigureAwait(false) : null, nodes, fitsPipeline);
        }
        catch
        {
            await main.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // nodes alive at once: the prompts, and for every answer the beam's paths, the lookaheads that its hypotheses won by, and all lookaheads of the steps that are expanded at once
    private static int WorstCase(IReadOnlyList<(int Prompt, int Limit, bool IsNew)> answers, DecodingRequest request, int guessedSteps)
    {
        var parts = request.Decoder;
        var (looksAhead, candidates) = (parts.Rank.LooksAhead(request.Heuristics), (double)parts.Proposal.Most);
        var nodes = 0.0;
        foreach (var (prompt, limit, isNew) in answers)
        {
            var ahead = looksAhead ? Math.Min(parts.Rank.Lookahead.Tokens, limit) : 0;
            var steps = 1.0 + Math.Min(guessedSteps, limit - 1);
            // guesses that are decided hold their candidates, and a path of leaders
            var decided = guessedSteps > 0 ? Math.Min(ahead, limit - 1) : 0;
            nodes += (isNew ? prompt : 0) + parts.Keep.Beam * (limit + ahead + steps * candidates * (1 + ahead) + decided * (candidates + 1));
        }
        return nodes < int.MaxValue ? (int)nodes : throw new ArgumentException("beam, candidates, lookahead, answers and token limit together are too large");
    }
}
