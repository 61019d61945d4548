using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>A grammar's plan at work below one root. Sessions share a plan, so each call locks it.</summary>
internal sealed class GrammarSession : IConstraintSession
{
    private readonly GrammarPlan _plan;
    private readonly PathState<GrammarState> _states;

    public GrammarSession(GrammarPlan plan, GrammarState start, GenerationContext context)
    {
        _plan = plan;
        _states = new(context, start, plan.Advance);
    }

    public int TokensNeeded(int node)
    {
        lock (_plan) return _plan.Needed(_states.At(node));
    }

    public bool Accepts(int node)
    {
        lock (_plan) return _plan.Accepts(_states.At(node));
    }

    public bool Restrict(int node, int tokensLeft, TokenMask allowed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokensLeft, 1);
        ArgumentNullException.ThrowIfNull(allowed);
        lock (_plan) return _plan.Restrict(_states.At(node), tokensLeft, allowed);
    }

    public void Dispose()
    {
    }
}
