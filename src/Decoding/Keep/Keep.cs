namespace DecodeAlign.Decoding;

/// <summary>The part of a decoder that decides which candidates of a step go on. Immutable; compared by value.</summary>
public abstract record Keep
{
    private protected Keep()
    {
    }

    /// <summary>Hypotheses kept for each answer, at least 1. Default 1.</summary>
    public int Beam { get; init; } = 1;

    /// <summary>What it leaves exact.</summary>
    internal virtual Obstacles Obstacles => new(Pipeline: Beam > 1 ? $"which of {Beam} hypotheses go on is not told by rank alone" : null, Forced: Beam > 1 ? "which of several hypotheses go on is not told by who may" : null);

    /// <summary>Whether it decides by heuristics itself, whatever ranks.</summary>
    internal virtual bool ReadsHeuristics => false;

    /// <summary>Whether it decides by what candidates were drawn from.</summary>
    internal virtual bool ReadsProposal => false;

    /// <summary>Starts on one answer.</summary>
    /// <param name="seed">Keys its draws.</param>
    internal abstract Keeper Open(ulong seed);

    /// <exception cref="ArgumentException">A field is out of its range, or does not go with the other parts; it is named.</exception>
    internal virtual void Validate(Proposal proposal, Rank rank) => Require.That(Beam >= 1, nameof(Beam), "at least 1", Beam);
}
