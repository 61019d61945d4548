namespace DecodeAlign.Decoding;

/// <summary>Keeps the best b by c: beam search, and with a beam of 1 greedy search.</summary>
public sealed record KeepBest : Keep
{
    /// <summary>Hypotheses kept, at least 1, in a request that ranks by no heuristic, so that a plain text costs no more than a greedy one; null (default): <see cref="Keep.Beam"/>.</summary>
    public int? Unranked { get; init; }

    // who goes on is told by who leads; and of as many candidates as hypotheses all are kept
    internal override Obstacles Obstacles => base.Obstacles with { Pipeline = null, Forced = null };

    internal override Keeper Open(ulong seed) => new BestKeeper(Beam);

    internal override void Validate(Proposal proposal, Rank rank)
    {
        base.Validate(proposal, rank);
        Require.That(Unranked is null or >= 1, nameof(Unranked), "at least 1", Unranked ?? 0);
    }

    private sealed class BestKeeper(int beam) : Keeper
    {
        public override IReadOnlyList<Kept> Decide(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            var kept = new Kept[Math.Min(beam, candidates.Count)];
            for (var i = 0; i < kept.Length; i++) kept[i] = new(candidates[i]);
            return kept;
        }

        public override string? Why(Candidate candidate, IReadOnlyList<Kept> kept)
        {
            if (kept.Any(one => one.Candidate == candidate)) return null;
            return candidate.IsExact ? Behind(candidate, kept[^1].Candidate) : $"its lookahead was left off after {candidate.Lookahead.Count} tokens, when it could not be kept any more";
        }
    }
}
