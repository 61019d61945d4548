using System.Numerics;

namespace DecodeAlign.Decoding;

/// <summary>
/// Successive halving of lookaheads: at equal lengths the worse half of the candidates, by c as it stands there, is dropped, until a last comparison at full length. It may
/// change the output. Without it a lookahead has one length, and nothing is dropped.
/// </summary>
internal sealed class Halving(Lookahead lookahead, int beam, Ranking ranking, LookaheadWalk walk)
{
    /// <summary>To what length lookaheads may go for now.</summary>
    public int Length(SearchStep step)
    {
        var rounds = Rounds(step);
        return step.Halvings + 1 >= rounds ? lookahead.Tokens : (lookahead.Tokens * (step.Halvings + 1) + rounds - 1) / rounds;
    }

    /// <summary>Drops the worse half, once the lookaheads have come to that length.</summary>
    public async ValueTask HalveAsync(SearchGroup group, SearchStep step, CancellationToken cancellationToken)
    {
        while (step.Halvings + 1 < Rounds(step) && step.Open.All(candidate => candidate.Lookahead.Count == Length(step)))
        {
            var open = step.Open.ToList();
            await ranking.EstimateAsync(group, open, cancellationToken).ConfigureAwait(false);
            var racing = step.Candidates.Where(candidate => !candidate.IsPruned).ToList();
            racing.Sort(Candidate.ByRank);
            foreach (var loser in racing.Skip(Math.Max(beam, (racing.Count + 1) / 2))) (loser.IsPruned, loser.Note) = (true, "in the worse half when lookaheads were compared at equal length");
            step.Halvings++;
            foreach (var candidate in step.Open) walk.Walk(group, candidate, Length(step));
            await ranking.ScoreAsync(group, [.. step.Open.Where(walk.IsDone)], cancellationToken).ConfigureAwait(false);
        }
    }

    private int Rounds(SearchStep step) => lookahead.Halve ? BitOperations.Log2((uint)Math.Max(1, (step.Candidates.Count - 1) / beam)) + 1 : 1;
}
