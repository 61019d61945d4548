namespace DecodeAlign.Decoding;

/// <summary>
/// Diverse beam search (arXiv 1610.02424): the beam is made of groups that choose one after the other, and a candidate's c is lowered for each time that its token was chosen by an earlier group at the same
/// step (Hamming diversity), so that the groups go different ways.
/// </summary>
public sealed record KeepDiverse : Keep
{
    /// <summary>Number of groups, from 1 to the beam; the first ones are larger by one where the beam does not divide. Default 2.</summary>
    public int Groups { get; init; } = 2;

    /// <summary>What each earlier choice of the same token costs, in nats; a finite number, at least 0. Default 0.5.</summary>
    public double Penalty { get; init; } = 0.5;

    internal override Obstacles Obstacles => base.Obstacles with { Prune = "a group keeps candidates that others outrank", Finish = "each group's texts are wanted" };

    internal override Keeper Open(ulong seed) => new DiverseKeeper(this);

    internal override void Validate(Proposal proposal, Rank rank)
    {
        base.Validate(proposal, rank);
        Require.That(Groups >= 1 && Groups <= Beam, nameof(Groups), $"from 1 to the beam, {Beam}", Groups);
        Require.That(double.IsFinite(Penalty) && Penalty >= 0, nameof(Penalty), "a finite number, at least 0", Penalty);
    }

    private sealed class DiverseKeeper(KeepDiverse part) : Keeper
    {
        public override IReadOnlyList<Hypothesis> Start(int root) =>
            [.. Enumerable.Range(0, part.Groups).Select(bank => new Hypothesis { Node = root, LogProbability = 0, Length = 0, Ahead = root, Bank = bank })];

        public override IReadOnlyList<Kept> Decide(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            var chosen = new Dictionary<int, int>();
            var kept = new List<Kept>(part.Beam);
            for (var bank = 0; bank < part.Groups; bank++)
            {
                foreach (var candidate in candidates.Where(candidate => candidate.Parent.Bank == bank))
                {
                    candidate.Bank = bank;
                    var times = chosen.GetValueOrDefault(candidate.Token.Token);
                    if (times > 0 && group.IsTraced) candidate.Note = FormattableString.Invariant($"c lowered by {times * part.Penalty:0.000} there, as earlier groups chose its token");
                }
                // a stable sort: equal ones stay in the order of their rank
                var own = candidates.Where(candidate => candidate.Parent.Bank == bank).OrderByDescending(candidate => candidate.Score - part.Penalty * chosen.GetValueOrDefault(candidate.Token.Token));
                Candidate[] best = [.. own.Take(part.Beam / part.Groups + (bank < part.Beam % part.Groups ? 1 : 0))];
                foreach (var candidate in best) chosen[candidate.Token.Token] = chosen.GetValueOrDefault(candidate.Token.Token) + 1;
                kept.AddRange(best.Select(candidate => new Kept(candidate, bank)));
            }
            return kept;
        }

        public override string Bank(Candidate candidate) => FormattableString.Invariant($"group {candidate.Bank + 1}");

        public override string Why(Candidate candidate, IReadOnlyList<Kept> kept)
        {
            Candidate[] own = [.. kept.Where(one => one.Bank == candidate.Bank).Select(one => one.Candidate)];
            var place = Array.IndexOf(own, candidate) + 1;
            return $"{(place > 0 ? $"place {place} of {own.Length} in {Bank(candidate)}" : $"{Bank(candidate)} kept {own.Length} others")}{(candidate.Note is { } note ? $"; {note}" : "")}";
        }
    }
}
