using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>A grammar's plan at work below one root. Sessions share a plan, so each call locks it.</summary>
internal sealed class GrammarSession : IConstraintSession
{
    private readonly GrammarPlan _plan;
    private readonly PathState<GrammarState> _states;
    private readonly CancellationToken _cancellation;

    public GrammarSession(GrammarPlan plan, GrammarState start, GenerationContext context)
    {
        (_plan, _cancellation) = (plan, context.CancellationToken);
        _states = new(context, start, plan.Advance);
    }

    public int TokensNeeded(int node)
    {
        using var scope = Cancellation.By(_cancellation);
        lock (_plan) return _plan.Needed(_states.At(node));
    }

    public bool Accepts(int node)
    {
        using var scope = Cancellation.By(_cancellation);
        lock (_plan) return _plan.Accepts(_states.At(node));
    }

    public bool Restrict(int node, int tokensLeft, TokenMask allowed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokensLeft, 1);
        ArgumentNullException.ThrowIfNull(allowed);
        using var scope = Cancellation.By(_cancellation);
        lock (_plan) return _plan.Restrict(_states.At(node), tokensLeft, allowed);
    }

    public void Dispose()
    {
    }
}
