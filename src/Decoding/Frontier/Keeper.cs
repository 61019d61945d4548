namespace DecodeAlign.Decoding;

/// <summary>Decides, for one answer, who goes on.</summary>
internal abstract class Keeper
{
    /// <summary>The hypotheses that a search begins with: the prompt, once for each that is to have draws of its own. All of them stand at the root.</summary>
    public virtual IReadOnlyList<Hypothesis> Start(int root) => [new() { Node = root, LogProbability = 0, Length = 0, Ahead = root }];

    /// <summary>Who of a step goes on, or ends well: best first. A candidate may go on several times.</summary>
    /// <param name="group">The search.</param>
    /// <param name="candidates">All of the step, in the order of their rank, those pruned by their bounds last.</param>
    /// <returns>Null: nobody, and other candidates are asked for.</returns>
    public abstract IReadOnlyList<Kept>? Decide(SearchGroup group, IReadOnlyList<Candidate> candidates);

    /// <summary>Of candidates that were refused, the one that is still there when others are asked for.</summary>
    public virtual Candidate Best(SearchGroup group, IReadOnlyList<Candidate> refused) => refused[0];

    /// <summary>The finished answers, the chosen one first.</summary>
    public virtual Answer[] Order(SearchGroup group) => [.. group.Finished.Order(AnswerOrder.ByScore)];

    /// <summary>Whether h of the prompt is wanted before the first step.</summary>
    public virtual bool ReadsPrompt => false;

    /// <summary>Tells h of the prompt.</summary>
    public virtual void OnPrompt(double value)
    {
    }

    /// <summary>What is known of the search as a whole, by name.</summary>
    public virtual IEnumerable<KeyValuePair<string, double>> Measures => [];
}

/// <summary>A candidate that goes on, or ends well.</summary>
/// <param name="Candidate">The candidate.</param>
/// <param name="Bank">The bank or group that it belongs to.</param>
/// <param name="Weight">What is carried along with it.</param>
/// <param name="Lineage">What tells it from copies of the same text.</param>
internal readonly record struct Kept(Candidate Candidate, int Bank = 0, double Weight = 0, ulong Lineage = 0);
