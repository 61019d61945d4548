namespace DecodeAlign.Decoding;

/// <summary>
/// One position of a search: the hypotheses that stand there, their candidates, and what is known of their rank. A group's first step is the one being decided; those after
/// it are guesses along the candidates that are expected to go on.
/// </summary>
internal sealed class SearchStep(IEnumerable<Hypothesis> parents)
{
    private readonly List<Hypothesis> _parents = [.. parents];

    public IReadOnlyList<Hypothesis> Parents => _parents;

    /// <summary>Whether the candidates of all hypotheses stand here.</summary>
    public bool IsProposed
    {
        get => _parents.TrueForAll(parent => parent.IsProposed);
        set => _parents.ForEach(parent => parent.IsProposed = value);
    }

    /// <summary>Whether other hypotheses stand here than when it was proposed.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Whether every hypothesis goes on with one token, without a lookahead: there is nothing to rank.</summary>
    public bool IsPlain { get; set; }

    /// <summary>Segments on their way to be candidates.</summary>
    public List<Draft> Drafts { get; } = [];

    /// <summary>How often others were asked for, because none were kept.</summary>
    public int Attempt { get; set; }

    /// <summary>Halvings done.</summary>
    public int Halvings { get; set; }

    public List<Candidate> Candidates { get; } = [];

    /// <summary>The share of its hypotheses that is likely to be right; 1: the step is no guess.</summary>
    public double Outlook { get; set; } = 1;

    /// <summary>Candidates whose rank is neither known nor known to be too low.</summary>
    public IEnumerable<Candidate> Open => IsOpen ? Candidates.Where(candidate => candidate.IsOpen) : [];

    /// <summary>Whether there is one.</summary>
    public bool IsOpen => Candidates.Exists(candidate => candidate.IsOpen);

    /// <summary>The candidates that may still be kept, in the order of what they are expected to be worth.</summary>
    public List<Candidate> Expected()
    {
        var expected = Candidates.FindAll(candidate => !candidate.IsPruned);
        expected.Sort(Candidate.ByEstimate);
        return expected;
    }

    /// <summary>The best candidates by what they are certain to be worth, at most so many.</summary>
    public List<Candidate> Leaders(int count)
    {
        var leaders = Candidates.FindAll(candidate => !candidate.IsPruned);
        leaders.Sort(Candidate.ByLeast);
        if (leaders.Count > count) leaders.RemoveRange(count, leaders.Count - count);
        return leaders;
    }

    /// <summary>
    /// Makes these the hypotheses of the step, in their order; it owns those that are new. What was read for those that stay is kept. Whom a bound left out comes in again: that was decided among others.
    /// </summary>
    /// <returns>The hypotheses that are given up.</returns>
    public IReadOnlyList<Hypothesis> Become(SearchGroup group, IReadOnlyList<Hypothesis> parents)
    {
        if (_parents.SequenceEqual(parents)) return [];
        var gone = _parents.FindAll(parent => !parents.Contains(parent));
        foreach (var candidate in Candidates)
            if (gone.Contains(candidate.Parent)) group.Release(candidate);
        Candidates.RemoveAll(candidate => gone.Contains(candidate.Parent));
        foreach (var parent in gone) group.Release(parent);
        _parents.Clear();
        _parents.AddRange(parents);
        foreach (var candidate in Candidates)
        {
            candidate.ParentIndex = _parents.IndexOf(candidate.Parent);
            if (!double.IsNaN(candidate.PrunedBy)) (candidate.IsPruned, candidate.PrunedBy) = (false, double.NaN);
        }
        IsChanged = true;
        return gone;
    }

    /// <summary>Gives up all candidates, so that they are proposed again.</summary>
    public void Restart(SearchGroup group)
    {
        foreach (var candidate in Candidates) group.Release(candidate);
        Candidates.Clear();
        IsProposed = false;
    }
}
