using DecodeAlign.Decoding;

namespace DecodeAlign.Heuristics;

/// <summary>
/// How likely another model, or the same one after another prompt, finds the generated text: the mean of its tokens' log-probabilities, or their sum. Base e; 0 for an empty text. Two of
/// them with weights 1 and −1 are a contrast of an expert with an amateur.
/// </summary>
/// <remarks>Safe for concurrent requests. With another tokenizer than the search's the text is tokenised anew, and its tokens are the model's. Each token is evaluated once for all texts that share it.</remarks>
public sealed class Likelihood : IHeuristic
{
    private readonly ReaderPool<TextLikelihood> _pool;
    private readonly bool _perToken;

    /// <summary>Makes the heuristic.</summary>
    /// <param name="model">A model with <see cref="ModelCapabilities.NamedTokens"/>; the caller keeps ownership.</param>
    /// <param name="layout">What stands before the text, given the prompt; nothing may follow it. Null (default): the prompt as it is.</param>
    /// <param name="perToken">Whether to divide by the number of tokens. Default true; the sum falls with every token, as log P does.</param>
    /// <param name="name">The name by which results and errors speak of it. Default <c>likelihood</c>.</param>
    /// <exception cref="NotSupportedException">The model can't be asked for the log-probability of a token.</exception>
    public Likelihood(ILanguageModel model, Func<string, TextLayout>? layout = null, bool perToken = true, string name = "likelihood")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!model.Facts.Capabilities.HasFlag(ModelCapabilities.NamedTokens)) throw new NotSupportedException($"the likelihood of a text needs {ModelCapabilities.NamedTokens}, which the model '{model.Facts.Name}' does not offer");
        (Name, _perToken) = (name, perToken);
        _pool = new(model, layout ?? TextLayout.Plain, (context, place, lease) => !place.EndsWithText
            ? throw new NotSupportedException("the likelihood of a text can't be taken where something follows it")
            : place.KeepsTokens ? new Reader(context, place, lease) : new OtherTokens(context, place, lease));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IEnumerable<SessionNeed> Needs(GenerationContext context) => [_pool.Need(context)];

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Something follows the text.</exception>
    public ValueTask<IHeuristicSession> OpenAsync(GenerationContext context, ModelSessions sessions, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        var keepsTokens = _pool.Model.Tokenizer.Fingerprint == context.Tokenizer.Fingerprint;
        return new(new ReaderSession<TextLikelihood>(_pool, context, sessions, (_, read) => _perToken && read.Tokens > 0 ? read.Sum / read.Tokens : read.Sum, (value, length, tokensLeft) => Bounds(value, length, tokensLeft, keepsTokens)));
    }

    // log-probabilities are never positive: a sum only falls, and a mean rises at most as far as certain tokens take it
    private HeuristicBounds Bounds(double? value, int length, int tokensLeft, bool keepsTokens)
    {
        if (value is not { } known) return new(double.NegativeInfinity, 0);
        if (tokensLeft == 0) return new(known, known);
        // the last tokens of a text may become others when it goes on
        if (!keepsTokens) return new(double.NegativeInfinity, 0);
        if (!_perToken) return new(double.NegativeInfinity, known);
        // rounding of a quotient that is multiplied back
        return new(double.NegativeInfinity, length == 0 ? 0 : known * (1 - 1e-14) * length / (length + tokensLeft));
    }

    /// <summary>The search's own tokens, along the search's tree.</summary>
    private sealed class Reader(GenerationContext context, TextPlace place, SessionLease lease) : ModelReader<TextLikelihood>(context, place, lease)
    {
        private readonly TokenTree _texts = context.Tree;

        protected override void Ask(int node, int leaf, Batch batch)
        {
            batch.Asked.Add(node);
            if (_texts.Depth(node) == batch.Place.RootDepth)
            {
                batch.Done.Add(() => Set(node, default));
                return;
            }
            var read = new double[1];
            var parent = _texts.Parent(node);
            var before = Before(leaf);
            // ancestors first, so that their sums are there when this one's is made
            if (!IsRead(parent) && !batch.Asked.Contains(parent)) Ask(parent, before, batch);
            batch.Requests.Add(new() { Node = before, Named = new[] { _texts.Token(node) }, NamedLogProbabilities = read });
            batch.Done.Add(() => Set(node, Sum(parent).Then(read[0])));
        }

        private TextLikelihood Sum(int node) => TryGet(node, out var sum) ? sum : throw new InvalidOperationException("a token was read before the one that it follows");
    }

    /// <summary>The model's own tokens of the same text: those from the first one on that is not the prompt's. Each is read once for all texts that share it.</summary>
    private sealed class OtherTokens : ModelReader<TextLikelihood>
    {
        private readonly NodeTable<double> _tokens;

        public OtherTokens(GenerationContext context, TextPlace place, SessionLease lease)
            : base(context, place, lease) => _tokens = new(Tree);

        protected override void Ask(int node, int leaf, Batch batch)
        {
            // the first token of all follows nothing, so that nothing says how likely it is
            var start = Math.Max(1, batch.Place.SharedWithPrompt(Tree.Path(TokenTree.Empty, leaf)));
            var path = new List<int>();
            for (var at = leaf; Tree.Depth(at) > start; at = Tree.Parent(at)) path.Add(at);
            foreach (var at in path)
            {
                if (_tokens.TryGet(at, out _) || !batch.Asked.Add(at)) continue;
                var read = new double[1];
                batch.Requests.Add(new() { Node = Tree.Parent(at), Named = new[] { Tree.Token(at) }, NamedLogProbabilities = read });
                batch.Done.Add(() => _tokens.Set(at, read[0]));
            }
            batch.Done.Add(() =>
            {
                // in the order of the text, as it is summed wherever it is read
                var sum = default(TextLikelihood);
                for (var i = path.Count - 1; i >= 0; i--) sum = sum.Then(_tokens.TryGet(path[i], out var value) ? value : throw new InvalidOperationException("a token was not read"));
                Set(node, sum);
            });
        }
    }
}

/// <summary>What a model finds of a text: its tokens' log-probabilities together, and how many they are.</summary>
internal readonly record struct TextLikelihood(double Sum, int Tokens)
{
    public TextLikelihood Then(double logProbability) => new(Sum + logProbability, Tokens + 1);
}
