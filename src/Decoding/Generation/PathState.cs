namespace DecodeAlign.Decoding;

/// <summary>A state carried down the tree from a root: each node's is computed once, from its parent's. Not safe for concurrent use.</summary>
/// <typeparam name="TState">A value or an immutable object.</typeparam>
public sealed class PathState<TState>
{
    private readonly GenerationContext _context;
    private readonly PathStep<TState> _advance;
    private readonly NodeTable<TState> _states;
    private readonly Stack<int> _pending = new();

    /// <summary>Starts at the context's root.</summary>
    /// <param name="context">Tree, root and tokenizer.</param>
    /// <param name="initial">The state at the root.</param>
    /// <param name="advance">The state after one more token.</param>
    public PathState(GenerationContext context, TState initial, PathStep<TState> advance)
    {
        ArgumentNullException.ThrowIfNull(context);
        _context = context;
        _advance = advance;
        _states = new(context.Tree);
        _states.Set(context.Root, initial);
    }

    /// <summary>The state at a node, which must be the root or below it.</summary>
    public TState At(int node)
    {
        TState state;
        while (!_states.TryGet(node, out state))
        {
            _pending.Push(node);
            node = _context.Tree.Parent(node);
        }
        while (_pending.TryPop(out var next))
        {
            var token = _context.Tree.Token(next);
            state = _advance(state, token, _context.Tokenizer.TokenBytes(token));
            _states.Set(next, state);
        }
        return state;
    }
}

/// <summary>The state after one more token.</summary>
/// <typeparam name="TState">What is remembered of the text so far.</typeparam>
/// <param name="state">The state before it.</param>
/// <param name="token">Token id.</param>
/// <param name="bytes">The UTF-8 bytes it appends; empty for special tokens.</param>
public delegate TState PathStep<TState>(TState state, int token, ReadOnlySpan<byte> bytes);
