using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>A plan at work below one root. Sessions share what was read of the vocabulary, so each call locks it.</summary>
internal sealed class TextConstraintSession : IConstraintSession
{
    private readonly TextPlan _plan;
    private readonly PathState<TextState> _states;
    private readonly PathState<int> _spelling;
    private readonly CancellationToken _cancellation;

    public TextConstraintSession(TextPlan plan, GenerationContext context)
    {
        (_plan, _cancellation) = (plan, context.CancellationToken);
        _states = new(context, plan.Start, plan.Advance);
        _spelling = new(context, 0, (at, token, _) => plan.Keywords.Step(at, token));
    }

    public int TokensNeeded(int node)
    {
        using var scope = Cancellation.By(_cancellation);
        lock (_plan.Gate) return _plan.Needed(_states.At(node));
    }

    public bool Accepts(int node)
    {
        using var scope = Cancellation.By(_cancellation);
        lock (_plan.Gate) return _plan.Accepts(_states.At(node));
    }

    public bool Restrict(int node, int tokensLeft, TokenMask allowed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokensLeft, 1);
        ArgumentNullException.ThrowIfNull(allowed);
        using var scope = Cancellation.By(_cancellation);
        lock (_plan.Gate) return _plan.Restrict(_states.At(node), tokensLeft, allowed);
    }

    public int Progress(int node)
    {
        using var scope = Cancellation.By(_cancellation);
        lock (_plan.Gate) return _plan.Progress(_states.At(node), _spelling.At(node));
    }

    public void Suggest(int node, ICollection<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var scope = Cancellation.By(_cancellation);
        lock (_plan.Gate) _plan.Suggest(_states.At(node), _spelling.At(node), tokens);
    }

    public void Dispose()
    {
    }
}
