namespace DecodeAlign.Decoding;

/// <summary>What becomes of the steps that a pipeline expands ahead, and whether the next one pays where its width is not given.</summary>
/// <param name="plan">Counts what was saved.</param>
/// <param name="forecast">Weighs how far a pipeline goes; null: as far as its width.</param>
internal sealed class Guesses(SavingsPlan plan, Forecast? forecast)
{
    /// <summary>The share of the best so many candidates, by what is expected of them, that is likely to be kept; 1: it is not weighed.</summary>
    public double Share(List<Candidate> candidates, int kept, Func<Candidate, int> left) => forecast?.Share(candidates, kept, left) ?? 1;

    /// <summary>Whether one more step pays.</summary>
    /// <param name="share">The share of its hypotheses that is likely to be right.</param>
    /// <param name="steps">Undecided steps before it.</param>
    public bool Pays(double share, int steps) => forecast?.Pays(share, steps) ?? true;

    /// <summary>Counts hypotheses that were right.</summary>
    public void Win(IEnumerable<Hypothesis> live) => plan.GuessedRight += live.Count(hypothesis => hypothesis.IsProposed);

    /// <summary>Counts hypotheses that were guessed in vain.</summary>
    public void Lose(IReadOnlyList<Hypothesis> vain)
    {
        plan.GuessedWrong += vain.Count(hypothesis => hypothesis.IsProposed);
        forecast?.Lose(vain.Sum(hypothesis => (long)hypothesis.Rows));
    }

    /// <summary>Counts rows that are expected to be in vain.</summary>
    public void Fear(double rows) => forecast?.Fear(rows);

    /// <summary>Counts the steps of a group that have rows in the next pass.</summary>
    public void Fly(int steps) => forecast?.Fly(steps);

    /// <summary>Counts the rows of the next pass.</summary>
    public void Count(EvaluationBatch batch) => forecast?.Count(batch.Asked);

    /// <summary>Learns from a step that is decided.</summary>
    public void Learn(SearchGroup group, SearchStep step, IReadOnlyList<Kept> kept) => forecast?.Learn(step, [.. kept.Select(one => one.Candidate)], group.Limit);
}
