namespace DecodeAlign.Decoding;

/// <summary>
/// Shares a beam out among candidates that have met equally much of what is required (the banks of fast lexically constrained decoding, arXiv 1804.06609): each bank's best in turn, the furthest
/// bank first, so that none crowds the others out. Texts that have ended are a bank of their own.
/// </summary>
internal static class Banks
{
    /// <summary>Brings those that are kept to the front.</summary>
    /// <param name="group">The search.</param>
    /// <param name="candidates">All of a step, in the order of their rank.</param>
    /// <param name="beam">How many are kept.</param>
    public static void Share(SearchGroup group, List<Candidate> candidates, int beam)
    {
        foreach (var candidate in candidates) candidate.Bank = candidate.Finish is null ? group.Constraints.Progress(candidate.Node) : int.MaxValue;
        var banks = candidates.Where(candidate => !candidate.IsOut).GroupBy(candidate => candidate.Bank).OrderByDescending(bank => bank.Key).Select(bank => bank.ToArray()).ToArray();
        var kept = new List<Candidate>(beam);
        for (var round = 0; kept.Count < beam && Array.Exists(banks, bank => bank.Length > round); round++)
            foreach (var bank in banks)
                if (round < bank.Length && kept.Count < beam) kept.Add(bank[round]);
        var first = kept.ToHashSet();
        Candidate[] rest = [.. candidates.Where(candidate => !first.Contains(candidate))];
        candidates.Clear();
        candidates.AddRange(kept);
        candidates.AddRange(rest);
    }
}
