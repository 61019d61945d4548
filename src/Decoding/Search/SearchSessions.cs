namespace DecodeAlign.Decoding;

/// <summary>The models at work on one search, with the memory of its worst case reserved.</summary>
internal sealed class SearchSessions : IAsyncDisposable
{
    private const int MostAhead = 4096, LeastSteps = 2, MostSteps = 16;

    private static readonly object MainKey = new();
    private static readonly object SecondKey = new();

    private SearchSessions(ModelSessions all, DecodingRequest request, GenerationContext[] contexts, GuidePlan? guides, int pipeline)
    {
        (All, Contexts, Pipeline) = (all, contexts, pipeline);
        Main = all[MainKey];
        Guides = guides is null ? null : GuideReader.Open(guides, all, contexts[0].Tree, Main);
        Second = request.LookaheadModel is null ? null : all[SecondKey];
    }

    /// <summary>Every session, those of heuristics among them.</summary>
    public ModelSessions All { get; }

    public IModelSession Main { get; }

    /// <summary>The model that rolls lookaheads out; null: the main one does.</summary>
    public IModelSession? Second { get; }

    /// <summary>Asks the request's guides; null: there are none.</summary>
    public GuideReader? Guides { get; }

    /// <summary>The prompt of each answer, with the most nodes alive at once; one for equal prompts.</summary>
    public GenerationContext[] Contexts { get; }

    /// <summary>How many steps that a pipeline expands ahead fit the memory.</summary>
    public int Pipeline { get; }

    public SessionStatistics Statistics => (Guides?.Sessions ?? []).Aggregate(Main.Statistics + (Second?.Statistics ?? default), (sum, session) => sum + session.Statistics);

    /// <summary>Reserves the worst case of the models, the heuristics and what chooses among the answers, all or nothing; a pipeline only where there is room for it at once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">What is searched.</param>
    /// <param name="answers">The prompt of each answer, all of one tree.</param>
    /// <param name="guides">Where the request's guides stand; null: there are none.</param>
    /// <param name="urgency">How urgent it is.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="KvBudgetException">The search does not fit the memory, not even without a pipeline.</exception>
    /// <exception cref="ArgumentException">The request has a priority, and who comes first is not decided here.</exception>
    public static async ValueTask<SearchSessions> OpenAsync(ILanguageModel model, DecodingRequest request, IReadOnlyList<GenerationContext> answers, GuidePlan? guides, Urgency urgency, CancellationToken cancellationToken)
    {
        RequestCheck.CheckPriority(request, model);
        await HeuristicSet.ReadyAsync(request.Heuristics.Select(weighted => weighted.Heuristic), cancellationToken).ConfigureAwait(false);
        foreach (var guesses in request.LooksAhead && SavingsPlan.First(request.Decoder.Obstacles, part => part.Pipeline) is null ? Widths(request) : [])
        {
            try
            {
                return await OpenAsync(model, request, answers, guides, guesses, urgency, mayWait: false, cancellationToken).ConfigureAwait(false);
            }
            catch (KvBudgetException)
            {
                // who waits for memory asks for no more than he must have
            }
        }
        return await OpenAsync(model, request, answers, guides, 0, urgency, mayWait: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the model rolls lookaheads out, several tokens in one call. What a constraint forbids of them is chosen again.</summary>
    public bool RollsOut(DecodingRequest request, ModelFacts main) =>
        (Second ?? Main) is IContinuationSession && request is { KeepsOrder: true, Decoder: { Rank.Lookahead.Halve: false } parts } && !request.Foresees
        && (parts.Rank.Lookahead.Choice == TokenChoice.Top || parts.LookaheadIsDrawnBy(request.LookaheadModel?.Facts ?? main));

    public ValueTask DisposeAsync()
    {
        Guides?.Dispose();
        return All.DisposeAsync();
    }

    private static async ValueTask<SearchSessions> OpenAsync(ILanguageModel model, DecodingRequest request, IReadOnlyList<GenerationContext> answers, GuidePlan? guides, int guessedSteps, Urgency urgency, bool mayWait, CancellationToken cancellationToken)
    {
        var (tree, nodes) = (answers[0].Tree, WorstCase(answers, request, guessedSteps));
        var contexts = answers.DistinctBy(answer => answer.Prompt).ToDictionary(answer => answer.Prompt, answer => answer with { MaxNodes = nodes });
        List<SessionNeed> needs = [new(MainKey, model, tree, guides?.NodesOfMain(nodes) ?? nodes), .. request.ForAnswers?.Needs ?? []];
        if (request.LookaheadModel is { } other) needs.Add(new(SecondKey, other, tree, nodes));
        needs.AddRange(contexts.Values.SelectMany(context => HeuristicSet.Needs(request.Heuristics, context)));
        if (guides is not null) needs.AddRange(GuideReader.Needs(guides, tree, nodes));
        var all = await ModelSessions.OpenAsync(needs, urgency, mayWait, cancellationToken).ConfigureAwait(false);
        request.ForAnswers?.TakeFrom(all);
        return new(all, request, [.. answers.Select(answer => contexts[answer.Prompt])], guides, guessedSteps);
    }

    // the widths of a pipeline that are tried, the widest first; one that is not given holds no more than a few thousand nodes
    private static IEnumerable<int> Widths(DecodingRequest request)
    {
        if (request.Savings.Pipeline is { } given)
        {
            if (given > 0) yield return given;
            yield break;
        }
        // a budget counts evaluations, which a pipeline spends
        if (request.Budget > 0) yield break;
        for (var width = (int)Math.Clamp(MostAhead / request.Decoder.RowsOfStep, LeastSteps, MostSteps); width > 0; width /= 2) yield return width;
    }

    // nodes alive at once: the prompts, and for every answer the beam's paths, the lookaheads that its hypotheses won by, and all lookaheads of the steps that are expanded at once
    private static int WorstCase(IReadOnlyList<GenerationContext> answers, DecodingRequest request, int guessedSteps)
    {
        var parts = request.Decoder;
        var (looksAhead, candidates) = (request.LooksAhead, (double)parts.Proposal.MostNodes);
        var nodes = answers.DistinctBy(answer => answer.Prompt).Sum(answer => (double)answer.Tree.Depth(answer.Root));
        foreach (var answer in answers)
        {
            var limit = answer.MaxTokens;
            var ahead = looksAhead ? Math.Min(parts.Rank.Lookahead.Tokens, limit) : 0;
            var steps = 1.0 + Math.Min(guessedSteps, limit - 1);
            // guesses that are decided hold their candidates, and a path of leaders
            var decided = guessedSteps > 0 && parts.Keep.Beam == 1 ? Math.Min(ahead, limit - 1) : 0;
            nodes += parts.Keep.Beam * (limit + ahead + steps * candidates * (1 + ahead) + decided * (candidates + 1));
        }
        return nodes < int.MaxValue ? (int)nodes : throw new ArgumentException("beam, candidates, lookahead, answers and token limit together are too large");
    }
}
