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
    public static async ValueTask<SearchSessions> OpenAsync(ILanguageModel model, DecodingRequest request, TokenTree tree, int[][] prompts, int[] limits, CancellationToken cancellationToken)
    {
        var options = request.Options;
        var steps = options.Beam == 1 && options.LooksAhead(request.Heuristics) && !options.HalveLookaheads ? options.Savings.Pipeline : 0;
        try
        {
            return await OpenAsync(model, request, tree, WorstCase(prompts, limits, options, steps), true, cancellationToken).ConfigureAwait(false);
        }
        catch (KvBudgetException) when (steps > 0)
        {
            return await OpenAsync(model, request, tree, WorstCase(prompts, limits, options, 0), false, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether lookaheads are rolled out by the model, several tokens in one call.</summary>
    public bool RollsOut(DecodingRequest request, IReadOnlyList<SearchGroup> groups) =>
        (Second ?? Main) is IRolloutSession && request.Options is { LookaheadChoice: TokenChoice.Top, Sampling.KeepsOrder: true, StopSequences.Count: 0, HalveLookaheads: false }
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
    private static int WorstCase(int[][] prompts, int[] limits, DecodingOptions options, int guessedSteps)
    {
        var nodes = 0.0;
        for (var p = 0; p < prompts.Length; p++)
        {
            var ahead = options.Lambda == 0 ? 0 : Math.Min(options.Lookahead, limits[p]);
            var steps = 1.0 + Math.Min(guessedSteps, limits[p] - 1);
            var candidates = (double)options.Candidates + options.Suggestions;
            // guesses that are decided hold their candidates, and a path of leaders
            var decided = guessedSteps > 0 ? Math.Min(ahead, limits[p] - 1) : 0;
            nodes += prompts[p].Length + options.Answers * (double)options.Beam * (limits[p] + ahead + steps * candidates * (1 + ahead) + decided * (candidates + 1));
        }
        return nodes < int.MaxValue ? (int)nodes : throw new ArgumentException("beam, candidates, lookahead, answers and token limit together are too large");
    }
}
