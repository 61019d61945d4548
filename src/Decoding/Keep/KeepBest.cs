namespace DecodeAlign.Decoding;

/// <summary>Keeps the best b by c: beam search, and with a beam of 1 greedy search.</summary>
public sealed record KeepBest : Keep
{
    internal override Keeper Open(ulong seed) => new BestKeeper(Beam);

    private sealed class BestKeeper(int beam) : Keeper
    {
        public override IReadOnlyList<Kept> Decide(SearchGroup group, IReadOnlyList<Candidate> candidates) => [.. candidates.Take(beam).Select(candidate => new Kept(candidate))];
    }
}
