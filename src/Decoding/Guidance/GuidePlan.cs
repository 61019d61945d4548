namespace DecodeAlign.Decoding;

/// <summary>Where each guide of a request stands: whose session, on which tree, after which prompt.</summary>
internal sealed class GuidePlan
{
    private GuidePlan(IReadOnlyList<Place> places) => Places = places;

    public IReadOnlyList<Place> Places { get; }

    /// <param name="guidance">What guides.</param>
    /// <param name="model">The request's model.</param>
    /// <param name="tree">The search's tree.</param>
    /// <param name="prompts">The search's prompts.</param>
    public static GuidePlan Of(Guidance guidance, ILanguageModel model, TokenTree tree, IReadOnlyCollection<int[]> prompts)
    {
        var trees = new Dictionary<ILanguageModel, TokenTree>();
        return new([.. guidance.Guides.Select(guide =>
        {
            var other = guide.Model ?? model;
            int[]? prompt = guide.Prompt is { } text ? model.Tokenizer.EncodePrompt(text) : null;
            if (prompt is { Length: 0 }) throw new ArgumentException("a guide's prompt is empty, and the tokenizer adds no beginning-of-sequence token to start from", nameof(guidance));
            // where a prompt of the search begins the guide's, its nodes could be nodes of the search and hold each other
            var shares = other == model && prompt is not null && !prompts.Any(own => own.Length < prompt.Length && prompt.AsSpan().StartsWith(own));
            if (shares || prompt is null) return new Place(other, tree, prompt) { SharesMain = other == model };
            if (!trees.TryGetValue(other, out var apart)) trees[other] = apart = new();
            return new(other, apart, prompt);
        })]);
    }

    /// <summary>Most nodes alive in the search's own session: those of guides of the same model are there too.</summary>
    public int NodesOfMain(int nodes) => (int)Math.Min(int.MaxValue, nodes + (long)Nodes(Places.Where(place => place.SharesMain), nodes));

    /// <summary>Most nodes alive of guides with prompts of their own: each has the search's nodes once more.</summary>
    public static int Nodes(IEnumerable<Place> places, int nodes) => (int)Math.Min(int.MaxValue, places.Sum(place => (long)nodes + place.PromptTokens));

    /// <summary>Tokens that a text may have for a guide's context to hold it.</summary>
    /// <exception cref="ArgumentException">A guide's prompt leaves no room.</exception>
    public int Limit(int promptTokens) => Places.Min(place =>
    {
        var (context, tokens) = (place.Model.Facts.ContextLength, place.Prompt?.Length ?? promptTokens);
        return tokens < context ? context - tokens : throw new ArgumentException($"the prompt of a guide has {tokens} tokens; the context of '{place.Model.Facts.Name}' holds {context}, and at least one must be left to generate", nameof(promptTokens));
    });

    /// <summary>One guide's.</summary>
    /// <param name="Model">The model that is asked.</param>
    /// <param name="Tree">The tree of its nodes.</param>
    /// <param name="Prompt">Its own prompt; null: the search's.</param>
    internal sealed record Place(ILanguageModel Model, TokenTree Tree, int[]? Prompt)
    {
        /// <summary>Whether it is asked in the search's own session.</summary>
        public bool SharesMain { get; init; }

        public int PromptTokens => Prompt?.Length ?? 0;

        /// <summary>One session for each model and tree.</summary>
        public object Key => (Model, Tree, nameof(Guidance));
    }
}
