namespace DecodeAlign.Decoding;

/// <summary>Asks a request's guides about nodes of the search, in the passes of the search: a guide of the same model in its pass, the others side by side with it.</summary>
internal sealed class GuideReader : IDisposable
{
    private readonly IReadOnlyList<Voice> _voices;
    private readonly IModelSession _main;

    private GuideReader(IReadOnlyList<Voice> voices, IModelSession main) => (_voices, _main) = (voices, main);

    /// <summary>Sessions of other models, or of trees of their own, each once.</summary>
    public IEnumerable<IModelSession> Sessions => _voices.Select(voice => voice.Session).Where(session => session != _main).Distinct();

    /// <summary>Rows that asking about one node takes.</summary>
    public int RowsOfNode => _voices.Count;

    /// <summary>Tokens that the guides' first pass evaluates beside the search's tree, whose own prompts are there already.</summary>
    /// <param name="searchTokens">Tokens in the search's tree before it begins.</param>
    public int PromptTokens(int searchTokens) => _voices.Where(voice => voice.Session != _main).GroupBy(voice => voice.Session).Sum(voices => voices.First().Paths is { } paths ? paths.Tokens : searchTokens);

    /// <summary>What must be reserved beside the search's own session.</summary>
    public static IEnumerable<SessionNeed> Needs(GuidePlan plan, TokenTree tree, int nodes) => plan.Places.Where(place => !place.SharesMain).GroupBy(place => place.Key)
        .Select(places => new SessionNeed(places.Key, places.First().Model, places.First().Tree, places.First().Tree == tree ? nodes : GuidePlan.Nodes(places, nodes)));

    public static GuideReader Open(GuidePlan plan, ModelSessions sessions, TokenTree tree, IModelSession main) =>
        new([.. plan.Places.Select(place => new Voice(place.SharesMain ? main : sessions[place.Key], place.Prompt is null ? null : new(tree, place.Tree, place.Prompt)))], main);

    /// <summary>Asks all guides about a node below a root of the search, into new buffers.</summary>
    /// <returns>By guide the log-probability of every token, once the passes have been read.</returns>
    public double[][] Ask(int root, int node, int vocabularySize, List<EvaluationRequest> main)
    {
        var all = new double[_voices.Count][];
        for (var i = 0; i < all.Length; i++)
        {
            var voice = _voices[i];
            all[i] = new double[vocabularySize];
            (voice.Session == _main ? main : voice.Pending).Add(new() { Node = voice.Paths?.Of(root, node) ?? node, LogProbabilities = all[i] });
        }
        return all;
    }

    /// <summary>Reads what was asked of other sessions than the search's.</summary>
    public async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var session in _voices.Where(voice => voice.Pending.Count > 0).GroupBy(voice => voice.Session))
            await session.Key.EvaluateAsync(session.SelectMany(voice => voice.Pending).ToArray(), cancellationToken).ConfigureAwait(false);
    }

    public void Clear()
    {
        foreach (var voice in _voices) voice.Pending.Clear();
    }

    public void Dispose()
    {
        foreach (var voice in _voices) voice.Paths?.Dispose();
    }

    /// <summary>A guide at work.</summary>
    private sealed record Voice(IModelSession Session, GuidePaths? Paths)
    {
        public List<EvaluationRequest> Pending { get; } = [];
    }
}
