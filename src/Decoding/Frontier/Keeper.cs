namespace DecodeAlign.Decoding;

/// <summary>Decides, for one answer, who goes on.</summary>
internal abstract class Keeper
{
    /// <summary>The hypotheses that a search begins with: the prompt, once for each that is to have draws of its own. All of them stand at the root.</summary>
    public virtual IReadOnlyList<Hypothesis> Start(int root) => [new() { Node = root, LogProbability = 0, Length = 0, Ahead = root }];

    /// <summary>Whether everybody of a step goes on, so that there is nothing to rank.</summary>
    public virtual bool IsPlain(SearchStep step) => false;

    /// <summary>What keys a lineage's draws: the number of an answer, and what tells copies of its text apart.</summary>
    /// <param name="answer">The group's number.</param>
    /// <param name="lineage">The lineage.</param>
    public virtual (int Answer, ulong Lineage) DrawsOf(int answer, ulong lineage) => (answer, lineage);

    /// <summary>Those of the finished answers that may still be chosen.</summary>
    public virtual IEnumerable<Answer> Choosable(SearchGroup group) => group.Finished.Order(AnswerOrder.ByScore).Take(1);

    /// <summary>Who of a step goes on, or ends well: best first. A candidate may go on several times.</summary>
    /// <param name="group">The search.</param>
    /// <param name="candidates">All of the step, in the order of their rank, those pruned by their bounds last.</param>
    /// <returns>Null: nobody, and other candidates are asked for.</returns>
    public abstract IReadOnlyList<Kept>? Decide(SearchGroup group, IReadOnlyList<Candidate> candidates);

    /// <summary>Of candidates that were refused, the one that is still there when others are asked for.</summary>
    public virtual Candidate Best(SearchGroup group, IReadOnlyList<Candidate> refused) => refused[0];

    /// <summary>Why a candidate went on, or did not, in words, beyond its place among the candidates; null: there is nothing to add. Asked only where there is a trace.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="kept">Who goes on.</param>
    public virtual string? Why(Candidate candidate, IReadOnlyList<Kept> kept) => candidate.Note;

    /// <summary>The bank or group of the beam that a candidate competed in, by name; null: there is one beam.</summary>
    public virtual string? Bank(Candidate candidate) => null;

    /// <summary>The finished answers, the chosen one first.</summary>
    public virtual Answer[] Order(SearchGroup group) => [.. group.Finished.Order(AnswerOrder.ByScore)];

    /// <summary>Whether h of the prompt is wanted before the first step.</summary>
    public virtual bool ReadsPrompt => false;

    /// <summary>Tells h of the prompt.</summary>
    public virtual void OnPrompt(double value)
    {
    }

    /// <summary>How far a candidate ranks behind another, in words.</summary>
    protected static string Behind(Candidate candidate, Candidate last) => candidate.Score == last.Score
        ? $"equal score, decided by {(candidate.LogProbability != last.LogProbability ? "log P" : candidate.Token.Token != last.Token.Token ? "token id" : "parent")}"
        : FormattableString.Invariant($"{last.Score - candidate.Score:0.000} below the last that was kept");

    /// <summary>What is known of the search as a whole, by name.</summary>
    public virtual IEnumerable<KeyValuePair<string, double>> Measures => [];
}

/// <summary>A candidate that goes on, or ends well.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Bank">The bank or group that it belongs to.</param>
/// <param name="Weight">What is carried along with it.</param>
/// <param name="Lineage">What tells it from copies of the same text.</param>
internal readonly record struct Kept(Candidate Candidate, int Bank = 0, double Weight = 0, ulong Lineage = 0);
