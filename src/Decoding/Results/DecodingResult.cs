namespace DecodeAlign.Decoding;

/// <summary>What came of a request: the chosen answer, what it cost, and the answers it was chosen from.</summary>
public sealed record DecodingResult
{
    /// <summary>The prompt as the model read it.</summary>
    public required string Prompt { get; init; }

    /// <summary>The chosen answer.</summary>
    public required Answer Answer { get; init; }

    /// <summary>Every finished answer, best first; the chosen one is the first.</summary>
    public required IReadOnlyList<Answer> Answers { get; init; }

    /// <summary>Name of the decoder.</summary>
    public required string Decoder { get; init; }

    /// <summary>Seed of every draw.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What it cost.</summary>
    public required DecodingStatistics Statistics { get; init; }

    /// <summary>Which savings were used, what they saved, and why others were not.</summary>
    public IReadOnlyList<Saving> Savings { get; init; } = [];

    /// <summary>What the decoder knows of the search as a whole, by name, such as an effective sample size.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> Measures { get; init; } = [];

    /// <summary>How a selection chose; null: none did, or it does not tell.</summary>
    public SelectionReport? Selection { get; init; }

    /// <summary>The chosen answer's text.</summary>
    public string Text => Answer.Text;
}
