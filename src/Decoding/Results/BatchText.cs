namespace DecodeAlign.Decoding;

/// <summary>One prompt's part of a batch.</summary>
/// <param name="Prompt">The prompt as the model read it.</param>
/// <param name="Stream">Its stream of draws.</param>
/// <param name="Answers">Every finished answer to it, best first.</param>
public sealed record BatchText(string Prompt, int Stream, IReadOnlyList<Answer> Answers)
{
    /// <summary>The chosen answer.</summary>
    public Answer Answer => Answers[0];

    /// <summary>What the decoder knows of the search as a whole, by name, such as an effective sample size.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Measures { get; init; } = [];

    /// <summary>How a selection chose; null: none did, or it does not tell.</summary>
    public SelectionReport? Selection { get; init; }
}
