namespace DecodeAlign.Decoding;

/// <summary>One prompt's answers before a judge: which are read together next, and who has won.</summary>
internal abstract class Contest(BatchText[] answers)
{
    /// <summary>The answers, in the order of asking.</summary>
    protected BatchText[] Answers { get; } = answers;

    /// <summary>Number of questions asked so far.</summary>
    private int _questions;

    private (long Input, long Output) _tokens;

    /// <summary>What is read next, each a group of answers by their places; nothing: it is decided.</summary>
    public abstract IReadOnlyList<int[]> Next();

    /// <summary>Hears what the judge said of a group: the mean over the orders it was read in.</summary>
    public abstract void Tell(int[] group, double[] values);

    /// <summary>Texts of answers by their places.</summary>
    public string[] Texts(int[] order) => [.. order.Select(i => Answers[i].Answer.Text)];

    /// <summary>Counts a reading.</summary>
    public void Count(JudgeReading reading)
    {
        _questions++;
        _tokens = (_tokens.Input + reading.InputTokens, _tokens.Output + reading.OutputTokens);
    }

    /// <summary>The answers best first, and how the first was chosen.</summary>
    public BatchText Choose(string judge)
    {
        var (standings, reason) = Result();
        return Answers[standings[0].Index] with
        {
            Answers = [.. standings.Select(standing => Answers[standing.Index].Answer)],
            Selection = new JudgeReport
            {
                Reason = Answers.Length == 1 ? "it is the only one" : reason,
                Judge = judge,
                Standings = [.. standings.Select(standing => new JudgeStanding(Answers[standing.Index].Answer, standing.Value, standing.Wins))],
                Questions = _questions,
                InputTokens = _tokens.Input,
                OutputTokens = _tokens.Output,
            },
        };
    }

    /// <summary>All answers by their places, best first; and why the first is.</summary>
    protected abstract (IReadOnlyList<(int Index, double Value, int Wins)> Standings, string Reason) Result();

    /// <summary>Better first: higher value, then the likelier answer, then the earlier.</summary>
    protected int Compare((int Index, double Value) left, (int Index, double Value) right)
    {
        var byValue = right.Value.CompareTo(left.Value);
        if (byValue != 0) return byValue;
        var byLikelihood = AnswerGroups.LogProbability(Answers[right.Index]).CompareTo(AnswerGroups.LogProbability(Answers[left.Index]));
        return byLikelihood != 0 ? byLikelihood : left.Index.CompareTo(right.Index);
    }
}
