namespace DecodeAlign.Decoding;

/// <summary>
/// Shares the beam out among banks of hypotheses that have met equally much of what the constraints require, and of what the heuristics prefer where these rank (grid beam search, arXiv 1704.07138; the banks of fast lexically constrained decoding,
/// arXiv 1804.06609): each bank's best in turn, the furthest bank first, so that a text that has paid for a required word is not measured by those that have yet to. Texts that have ended are a bank of
/// their own.
/// </summary>
public sealed record KeepByBanks : Keep
{
    internal override Obstacles Obstacles => base.Obstacles with { Prune = "a bank keeps candidates that others outrank" };

    internal override Keeper Open(ulong seed) => new BankKeeper(Beam);

    private sealed class BankKeeper(int beam) : Keeper
    {
        public override IReadOnlyList<Kept> Decide(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            foreach (var candidate in candidates) candidate.Bank = candidate.Finish is null ? group.Progress(candidate.Node) : int.MaxValue;
            var banks = candidates.Where(candidate => !candidate.IsPruned).GroupBy(candidate => candidate.Bank).OrderByDescending(bank => bank.Key).Select(bank => bank.ToArray()).ToArray();
            var kept = new List<Kept>(beam);
            for (var round = 0; kept.Count < beam && Array.Exists(banks, bank => bank.Length > round); round++)
                foreach (var bank in banks)
                    if (round < bank.Length && kept.Count < beam) kept.Add(new(bank[round], bank[round].Bank));
            return kept;
        }

        public override string Bank(Candidate candidate) => candidate.Bank == int.MaxValue ? "ended" : FormattableString.Invariant($"progress {candidate.Bank}");

        public override string Why(Candidate candidate, IReadOnlyList<Kept> kept)
        {
            Candidate[] own = [.. kept.Where(one => one.Bank == candidate.Bank).Select(one => one.Candidate)];
            var place = Array.IndexOf(own, candidate) + 1;
            if (place > 0) return $"place {place} of {own.Length} in bank '{Bank(candidate)}'";
            return own.Length == 0 ? $"bank '{Bank(candidate)}' had no turn: those further on filled the beam of {beam}"
                : FormattableString.Invariant($"bank '{Bank(candidate)}' had {own.Length} of the {kept.Count} places, the last of them with c {own[^1].Score:0.000}");
        }
    }
}
