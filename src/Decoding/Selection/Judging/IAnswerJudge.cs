namespace DecodeAlign.Decoding;

/// <summary>
/// Reads several answers to one prompt at once, and says how good each is beside the others: a language model on this machine (<see cref="LabelJudge"/>), or anything that is asked in words. Safe for concurrent calls.
/// </summary>
public interface IAnswerJudge
{
    /// <summary>A name for reports and errors.</summary>
    string Name { get; }

    /// <summary>Most answers that it reads at once, at least 2.</summary>
    int MostAnswers { get; }

    /// <summary>Waits until the judge can be asked, such as until its model is loaded. Default: it can.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask ReadyAsync(CancellationToken cancellationToken = default) => default;

    /// <summary>The sessions that it will use, reserved together with those of the search, before the first token. Default: none.</summary>
    /// <param name="demand">What it will be asked.</param>
    IEnumerable<SessionNeed> Needs(JudgeDemand demand) => [];

    /// <summary>Reads answers.</summary>
    /// <param name="questions">What is asked, each by itself; those that are asked together may share passes.</param>
    /// <param name="sessions">Holds what <see cref="Needs"/> named.</param>
    /// <param name="cancellationToken">Cancels by throwing.</param>
    /// <returns>A reading for each question, in order.</returns>
    Task<JudgeReadings> ReadAsync(IReadOnlyList<JudgeQuestion> questions, ModelSessions sessions, CancellationToken cancellationToken = default);
}

/// <summary>What a judge will be asked, before there are answers.</summary>
/// <param name="Prompts">The prompts.</param>
/// <param name="Answers">Answers of a question.</param>
/// <param name="MaxTokens">Most tokens of an answer, as the model that writes it counts them.</param>
/// <param name="Questions">Most questions that are asked together, at least 1.</param>
public sealed record JudgeDemand(IReadOnlyList<string> Prompts, int Answers, int MaxTokens, int Questions);

/// <summary>Answers to be compared.</summary>
/// <param name="Prompt">What they are answers to.</param>
/// <param name="Answers">Their texts, in the order in which the judge reads them.</param>
public sealed record JudgeQuestion(string Prompt, IReadOnlyList<string> Answers);

/// <summary>What a judge says of a question's answers.</summary>
/// <param name="Values">A finite value for each answer, the higher the better; comparable within the question.</param>
/// <param name="InputTokens">Tokens that the judge read.</param>
/// <param name="OutputTokens">Tokens that it wrote.</param>
public sealed record JudgeReading(IReadOnlyList<double> Values, long InputTokens, long OutputTokens);

/// <summary>Readings, and the work they took on this machine.</summary>
/// <param name="Readings">One for each question.</param>
/// <param name="Work">What the judge's model did here.</param>
public sealed record JudgeReadings(IReadOnlyList<JudgeReading> Readings, SessionStatistics Work);
