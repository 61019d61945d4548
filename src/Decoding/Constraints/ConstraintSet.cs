namespace DecodeAlign.Decoding;

/// <summary>A request's constraints at work below one root. Ids that the tokenizer does not know are never allowed.</summary>
internal sealed class ConstraintSet : IDisposable
{
    private readonly List<(string Name, IConstraintSession Session)> _sessions = [];
    private readonly GenerationContext _context;
    private readonly TokenMask? _known;

    public ConstraintSet(IReadOnlyList<IConstraint> constraints, GenerationContext context)
    {
        _context = context;
        foreach (var constraint in constraints) _sessions.Add((constraint.Name, constraint.Open(context)));
        if (context.Model.VocabularySize == context.Tokenizer.VocabularySize) return;
        _known = new TokenMask(context.Model.VocabularySize);
        for (var token = 0; token < context.Tokenizer.VocabularySize; token++) _known[token] = true;
    }

    /// <summary>Names of the constraints.</summary>
    public string Name => string.Join(" + ", _sessions.Select(s => s.Name));

    /// <summary>Whether there are constraints at all.</summary>
    public bool Any => _sessions.Count > 0;

    /// <summary>Refuses what can't be met within the limit.</summary>
    /// <exception cref="UnsatisfiableConstraintException">A constraint needs more tokens than there are.</exception>
    public void RefuseImpossible(int limit)
    {
        foreach (var (name, session) in _sessions)
        {
            var needed = session.TokensNeeded(_context.Root);
            if (needed > limit)
                throw new UnsatisfiableConstraintException(name, needed == int.MaxValue ? "no text that meets it is known" : $"it needs {needed} tokens, and the limit is {limit}");
        }
    }

    /// <summary>The tokens allowed after a node; null: all.</summary>
    public TokenMask? Allowed(int node, int tokensLeft)
    {
        if (_sessions.Count == 0) return _known;
        var mask = new TokenMask(_context.Model.VocabularySize, allowed: true);
        var narrowed = _known is not null;
        if (_known is not null) mask.IntersectWith(_known);
        foreach (var (_, session) in _sessions) narrowed |= session.Restrict(node, tokensLeft, mask);
        return narrowed ? mask : null;
    }

    /// <summary>Whether a mask leaves only one token, or only tokens without which the constraints could not be met any more.</summary>
    public bool Force(int node, int tokensLeft, TokenMask allowed) => allowed.Count == 1 || TokensNeeded(node) >= tokensLeft;

    /// <summary>Whether nothing but an end-of-sequence token is allowed after a node.</summary>
    public bool LeaveOnlyTheEnd(int node, int tokensLeft) =>
        _sessions.Count > 0 && Allowed(node, tokensLeft) is { } mask && mask.Count <= _context.Model.EosIds.Count && mask.Count == _context.Model.EosIds.Distinct().Count(id => mask[id]);

    /// <summary>Whether the text may end at a node.</summary>
    public bool Accepts(int node) => _sessions.TrueForAll(s => s.Session.Accepts(node));

    /// <summary>Tokens that the neediest constraint needs to end well from a node.</summary>
    public int TokensNeeded(int node) => _sessions.Count == 0 ? 0 : _sessions.Max(s => s.Session.TokensNeeded(node));

    /// <summary>How far a text has come toward what is required.</summary>
    public int Progress(int node)
    {
        var progress = 0;
        foreach (var (_, session) in _sessions) progress += session.Progress(node);
        return progress;
    }

    /// <summary>Adds tokens that lead on to what is still required.</summary>
    public void Suggest(int node, ICollection<int> tokens)
    {
        foreach (var (_, session) in _sessions) session.Suggest(node, tokens);
    }

    /// <summary>Says that no token is left.</summary>
    public UnsatisfiableConstraintException DeadEnd(int node) =>
        new(Name, $"together they leave no token after \"{_context.Text(node)}\"");

    public void Dispose()
    {
        foreach (var (_, session) in _sessions) session.Dispose();
    }
}
