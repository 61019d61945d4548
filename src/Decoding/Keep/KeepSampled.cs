namespace DecodeAlign.Decoding;

/// <summary>
/// Samples who goes on from the softmax of c / T over the step's candidates, without replacement. With one hypothesis and no lookahead this is ARGS in its stochastic form (arXiv 2402.01694), and with a
/// temperature of 1 it is RAD (arXiv 2310.09520), which adds β·r to the likeliest tokens' logits and samples: λ is its β.
/// </summary>
public sealed record KeepSampled : Keep
{
    /// <summary>Divides c before the softmax; a finite number above 0. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    internal override Obstacles Obstacles => new("it draws among all candidates", "it draws who goes on", Forced: "it draws who goes on");

    internal override Keeper Open(ulong seed) => new SamplingKeeper(Beam, Temperature, seed);

    internal override void Validate(Proposal proposal, Rank rank)
    {
        base.Validate(proposal, rank);
        Require.That(double.IsFinite(Temperature) && Temperature > 0, "KeepTemperature", "a finite number above 0", Temperature);
    }

    private sealed class SamplingKeeper(int beam, double temperature, ulong seed) : Keeper
    {
        public override IReadOnlyList<Kept> Decide(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            var best = candidates.Max(candidate => candidate.Score);
            var pool = candidates.Select(candidate => (Candidate: candidate, Weight: Math.Exp((candidate.Score - best) / temperature))).ToList();
            var all = pool.Sum(entry => entry.Weight);
            foreach (var (candidate, weight) in group.IsTraced ? pool : []) candidate.Note = FormattableString.Invariant($"drawn with probability {weight / all:0.0000}");
            // the best parent's path tells this step from all others
            var hash = group.Context.Tree.PathHash(candidates[0].Parent.Node);
            var kept = new List<Kept>(beam);
            for (var draw = 0; kept.Count < beam && pool.Count > 0; draw++)
            {
                var left = pool.Sum(entry => entry.Weight) * Randomness.Uniform(seed, hash, DrawPurpose.Keep, ((ulong)(uint)group.Index << 32) + (uint)draw);
                var at = 0;
                while (at < pool.Count - 1 && (left -= pool[at].Weight) >= 0) at++;
                kept.Add(new(pool[at].Candidate));
                pool.RemoveAt(at);
            }
            return kept;
        }
    }
}
