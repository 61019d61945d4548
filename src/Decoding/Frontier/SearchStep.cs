namespace DecodeAlign.Decoding;

/// <summary>
/// One position of a search: the hypotheses that stand there, their candidates, and what is known of their rank. A group's first step is the one being decided; those after
/// it are guesses along the leading candidate.
/// </summary>
internal sealed class SearchStep(IReadOnlyList<Hypothesis> parents, Candidate? follows = null)
{
    public IReadOnlyList<Hypothesis> Parents { get; } = parents;

    /// <summary>The candidate of the step before that this one takes for the winner; null: the step is no guess.</summary>
    public Candidate? Follows { get; } = follows;

    public bool IsProposed { get; set; }

    /// <summary>Whether every hypothesis goes on with one token, without a lookahead: there is nothing to rank.</summary>
    public bool IsPlain { get; set; }

    /// <summary>Segments on their way to be candidates.</summary>
    public List<Draft> Drafts { get; } = [];

    /// <summary>How often others were asked for, because none were kept.</summary>
    public int Attempt { get; set; }

    /// <summary>Halvings done.</summary>
    public int Halvings { get; set; }

    public List<Candidate> Candidates { get; } = [];

    /// <summary>Candidates whose rank is neither known nor known to be too low.</summary>
    public IEnumerable<Candidate> Open => IsOpen ? Candidates.Where(candidate => candidate.IsOpen) : [];

    /// <summary>Whether there is one.</summary>
    public bool IsOpen => Candidates.Exists(candidate => candidate.IsOpen);

    /// <summary>The candidate that is expected to win.</summary>
    public Candidate ExpectedBest => Candidates.Where(candidate => !candidate.IsPruned).Order(Comparer<Candidate>.Create(Candidate.ByEstimate)).First();

    /// <summary>The best candidates by what they are certain to be worth, at most so many.</summary>
    public List<Candidate> Leaders(int count)
    {
        var leaders = Candidates.Where(candidate => !candidate.IsPruned).ToList();
        leaders.Sort(Candidate.ByLeast);
        if (leaders.Count > count) leaders.RemoveRange(count, leaders.Count - count);
        return leaders;
    }
}
