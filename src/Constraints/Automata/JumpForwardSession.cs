using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>A constraint's session of which the masks leave one token where it forces the text. What a node is forced to is a function of its path alone.</summary>
internal sealed class JumpForwardSession : IConstraintSession
{
    private readonly IConstraintSession _inner;
    private readonly GenerationContext _context;
    private readonly ForcedText _text;
    private readonly PathState<Place> _places;
    private readonly Stack<int> _open = new();

    public JumpForwardSession(IConstraintSession inner, GenerationContext context)
    {
        (_inner, _context) = (inner, context);
        _text = new(inner, context);
        _places = new(context, new(), (_, _, _) => new());
    }

    public int TokensNeeded(int node) => _inner.TokensNeeded(node);

    public bool Accepts(int node) => _inner.Accepts(node);

    public int Progress(int node) => _inner.Progress(node);

    public void Suggest(int node, ICollection<int> tokens) => _inner.Suggest(node, tokens);

    public bool Restrict(int node, int tokensLeft, TokenMask allowed)
    {
        ArgumentNullException.ThrowIfNull(allowed);
        var own = new TokenMask(allowed.VocabularySize, allowed: true);
        var narrows = _inner.Restrict(node, tokensLeft, own);
        if (Forced(node) is [var token, ..] && own[token] && Lowers(node, token))
        {
            own.Clear();
            own[token] = narrows = true;
        }
        allowed.IntersectWith(own);
        return narrows;
    }

    public void Dispose() => _inner.Dispose();

    // a token by which nothing is gained toward the end may not be the only one
    private bool Lowers(int node, int token)
    {
        var child = _context.Tree.Append(node, token);
        var lowers = _inner.TokensNeeded(child) < _inner.TokensNeeded(node);
        _context.Tree.Release(child);
        return lowers;
    }

    // what is left of the tokens that were found before, or those that begin here
    private ReadOnlySpan<int> Forced(int node)
    {
        for (var above = node; _places.At(above).Tokens is null; above = _context.Tree.Parent(above))
        {
            _open.Push(above);
            if (above == _context.Root) break;
        }
        while (_open.TryPop(out var next))
        {
            var place = _places.At(next);
            var before = next == _context.Root ? new() : _places.At(_context.Tree.Parent(next));
            (place.Tokens, place.At) = before.Left.Length > 1 && before.Left[0] == _context.Tree.Token(next) ? (before.Tokens, before.At + 1) : (_text.After(next), 0);
        }
        return _places.At(node).Left;
    }

    /// <summary>Where a path stands in the tokens that it is forced to.</summary>
    private sealed class Place
    {
        public int[]? Tokens { get; set; }

        public int At { get; set; }

        public ReadOnlySpan<int> Left => Tokens.AsSpan(At);
    }
}
