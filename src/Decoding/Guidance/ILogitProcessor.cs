namespace DecodeAlign.Decoding;

/// <summary>
/// A user's own change to the distribution that tokens are chosen from, candidates and lookaheads alike, after guidance and before penalties, temperature and truncation. Ranking and reports keep the model's own log p.
/// Must be a function of its arguments alone, since what was chosen after a text is remembered; one call at a time in a request, several requests at once.
/// </summary>
public interface ILogitProcessor
{
    /// <summary>A name for errors and traces.</summary>
    string Name { get; }

    /// <summary>Changes the scores of the next token.</summary>
    /// <param name="generated">Ids of the tokens generated so far.</param>
    /// <param name="scores">By token id a log-probability, up to a constant; −∞: never chosen. NaN and +∞ are refused.</param>
    void Process(ReadOnlySpan<int> generated, Span<double> scores);
}
