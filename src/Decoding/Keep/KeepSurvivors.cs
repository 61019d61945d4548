namespace DecodeAlign.Decoding;

/// <summary>
/// Speculative rejection (arXiv 2410.20290): the beam is a number of sampled texts that grow side by side; every so many tokens the heuristics look at them as they stand, and the worst share of those
/// not yet finished is dropped. Of those that finish, the one with the greatest h is the answer, and of equal ones the likeliest. Where none is dropped it is best-of-N by h, whose draws it has.
/// </summary>
public sealed record KeepSurvivors : Keep
{
    /// <summary>Share of the open texts that is dropped at each comparison, rounded down to whole texts; in [0, 1). 0: none. Default 0.5.</summary>
    public double Share { get; init; } = 0.5;

    /// <summary>Tokens between two comparisons, at least 1. Default 16.</summary>
    public int Every { get; init; } = 16;

    internal override Obstacles Obstacles => base.Obstacles with { Finish = "the best by h may be any of the texts" };

    internal override bool ReadsHeuristics => true;

    internal override Keeper Open(ulong seed) => new SurvivorKeeper(this);

    internal override void Validate(Proposal proposal, Rank rank)
    {
        base.Validate(proposal, rank);
        Require.That(proposal is { Choice: TokenChoice.Sample, MostNodes: 1, Segmentation: null }, nameof(Proposal), "one sampled token for each text", proposal);
        Require.That(rank is { Lambda: not 0, Lookahead.Tokens: 0 }, nameof(Rank), "by heuristics, without a lookahead", rank);
        Require.That(Share is >= 0 and < 1, nameof(Share), "in [0, 1)", Share);
        Require.That(Every >= 1, nameof(Every), "at least 1", Every);
    }

    private sealed class SurvivorKeeper(KeepSurvivors part) : Keeper
    {
        // a lineage is the text's number among those to its prompt, from 1
        public override IReadOnlyList<Hypothesis> Start(int root) =>
            [.. Enumerable.Range(1, part.Beam).Select(number => new Hypothesis { Node = root, LogProbability = 0, Length = 0, Ahead = root, Lineage = (ulong)number })];

        // those of best-of-N
        public override (int Answer, ulong Lineage) DrawsOf(int answer, ulong lineage) => (answer * part.Beam + (int)lineage - 1, 0);

        public override bool IsPlain(SearchStep step) => (step.Parents[0].Length + 1) % part.Every != 0;

        public override IEnumerable<Answer> Choosable(SearchGroup group) => group.Finished.Order(AnswerOrder.By(AnswerSelection.Heuristics)).Take(1);

        public override IReadOnlyList<Kept> Decide(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            HashSet<Candidate> dropped = candidates[0].Length % part.Every == 0 ? [.. Worst(group, candidates)] : [];
            return [.. candidates.Where(candidate => !dropped.Contains(candidate)).Select(candidate => new Kept(candidate, Lineage: candidate.Parent.Lineage))];
        }

        public override Answer[] Order(SearchGroup group) => [.. group.Finished.Order(AnswerOrder.By(AnswerSelection.Heuristics))];

        // a text that has ended costs nothing more, and stays
        private IEnumerable<Candidate> Worst(SearchGroup group, IReadOnlyList<Candidate> candidates)
        {
            Candidate[] open = [.. candidates.Where(candidate => candidate.Finish is null).OrderBy(candidate => group.Heuristics.Combine(candidate.Values)).ThenBy(candidate => candidate.LogProbability).ThenByDescending(candidate => candidate.Parent.Lineage)];
            var count = (int)(part.Share * open.Length);
            for (var i = 0; i < open.Length && group.IsTraced; i++)
                open[i].Note = FormattableString.Invariant($"h {group.Heuristics.Combine(open[i].Values):0.000}, place {open.Length - i} of {open.Length}: {(i < count ? $"among the {count} dropped" : $"{count} are dropped")}");
            return open.Take(count);
        }
    }
}
