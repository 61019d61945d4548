namespace DecodeAlign.Decoding;

/// <summary>
/// Accepts a segment with probability min(1, exp((h − τ) / β)) and asks for another otherwise (CARDS, arXiv 2406.16306). The threshold τ rises over the text from (1 − α)·h(prompt) + α·target to the target.
/// After so many refusals the segment with the greatest h is taken. One hypothesis; h is Σ w·value of the request's heuristics for the text so far.
/// </summary>
public sealed record KeepAccepted : Keep
{
    /// <summary>The h that a whole text is to have; any finite number. Default 1.</summary>
    public double Target { get; init; } = 1;

    /// <summary>Where the threshold begins: α in [0, 1], 0 at the prompt's h and 1 at the target. Default 0.5.</summary>
    public double Start { get; init; } = 0.5;

    /// <summary>The scale β of h within which less is still accepted; a finite number above 0. Default 0.1.</summary>
    public double Scale { get; init; } = 0.1;

    /// <summary>Segments asked for at most, at least 1. Default 20.</summary>
    public int Attempts { get; init; } = 20;

    internal override Obstacles Obstacles => new("it decides by h alone", "it may ask again", Forced: "it may ask again");

    internal override bool ReadsHeuristics => true;

    internal override Keeper Open(ulong seed) => new Acceptance(this, seed);

    internal override void Validate(Proposal proposal, Rank rank)
    {
        Require.That(proposal.Segmentation is { Candidates: 1 }, nameof(Proposal), "segments, one at a time", proposal);
        Require.That(Beam == 1, nameof(Beam), "1, since one text is accepted", Beam);
        Require.That(double.IsFinite(Target), nameof(Target), "a finite number", Target);
        Require.That(Start is >= 0 and <= 1, nameof(Start), "in [0, 1]", Start);
        Require.That(double.IsFinite(Scale) && Scale > 0, nameof(Scale), "a finite number above 0", Scale);
        Require.That(Attempts >= 1, nameof(Attempts), "at least 1", Attempts);
    }

    private sealed class Acceptance(KeepAccepted part, ulong seed) : Keeper
    {
        private double _prompt = double.NaN;
        private int _attempts;

        public override bool ReadsPrompt => true;

        public override void OnPrompt(double value) => _prompt = value;

        public override IReadOnlyList<Kept>? Decide(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            // the newest comes with the best of those refused before
            var newest = candidates.MaxBy(candidate => candidate.Attempt)!;
            var begin = (1 - part.Start) * _prompt + part.Start * part.Target;
            var threshold = begin + (part.Target - begin) * Math.Min(1, (double)newest.Length / group.Limit);
            var chance = Math.Min(1, Math.Exp((Value(group, newest) - threshold) / part.Scale));
            if (group.IsTraced) newest.Note = FormattableString.Invariant($"h {Value(group, newest):0.000} against {threshold:0.000}: accepted with probability {chance:0.000}");
            var hash = group.Context.Tree.PathHash(newest.Parent.Node);
            var accepted = Randomness.Uniform(seed, hash, DrawPurpose.Keep, ((ulong)(uint)group.Index << 32) + (uint)_attempts) < chance;
            if (!accepted && ++_attempts < part.Attempts) return null;
            _attempts = 0;
            var kept = accepted ? newest : candidates.MaxBy(candidate => Value(group, candidate))!;
            if (!accepted && group.IsTraced) kept.Note = $"{(kept == newest ? kept.Note + ", and refused; " : "")}the greatest h of {part.Attempts} that were refused";
            return [new(kept)];
        }

        public override Candidate Best(SearchGroup group, IReadOnlyList<Candidate> refused) => refused.MaxBy(candidate => Value(group, candidate))!;

        private static double Value(SearchGroup group, Candidate candidate) => group.Heuristics.Combine(candidate.Values);
    }
}
