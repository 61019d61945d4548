using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>Has a marker stand within so many tokens, with another session on what follows it.</summary>
internal sealed class MarkerSession : IConstraintSession
{
    private readonly IConstraintSession _inner;
    private readonly MarkerTokens _marker;
    private readonly PathState<(int Matched, int Used)> _states;
    private readonly int _most;

    /// <param name="name">The constraint's name.</param>
    /// <param name="inner">What holds, but for the limit.</param>
    /// <param name="marker">The marker.</param>
    /// <param name="most">Most tokens up to its end.</param>
    /// <param name="context">The request.</param>
    /// <exception cref="UnsatisfiableConstraintException">They are too few.</exception>
    public MarkerSession(string name, IConstraintSession inner, MarkerTokens marker, int most, GenerationContext context)
    {
        (_inner, _marker) = (inner, marker);
        _states = new(context, (0, 0), (state, _, bytes) => state.Matched == marker.Length ? state : (marker.Step(state.Matched, bytes), state.Used + 1));
        if (marker.Least > most) throw new UnsatisfiableConstraintException(name, $"its marker takes {marker.Least} tokens, and {most} are allowed up to its end");
        // room for what follows it, however the marker is spelled: until it has occurred nothing else is short of tokens
        _most = (int)Math.Min(most, context.MaxTokens - (long)inner.TokensNeeded(context.Root) - marker.Length);
        if (marker.Least > _most) throw new UnsatisfiableConstraintException(name, $"its marker and what follows it need more than {context.MaxTokens} tokens");
    }

    public int TokensNeeded(int node) => _inner.TokensNeeded(node);

    public bool Accepts(int node) => _inner.Accepts(node);

    public bool Restrict(int node, int tokensLeft, TokenMask allowed)
    {
        var narrowed = _inner.Restrict(node, tokensLeft, allowed);
        var (matched, used) = _states.At(node);
        if (matched == _marker.Length) return narrowed;
        lock (_marker) return _marker.Restrict(matched, _most - used, allowed) || narrowed;
    }

    public int Progress(int node) => _inner.Progress(node);

    public void Suggest(int node, ICollection<int> tokens) => _inner.Suggest(node, tokens);

    public void Dispose() => _inner.Dispose();
}
