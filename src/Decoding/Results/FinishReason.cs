namespace DecodeAlign.Decoding;

/// <summary>Why a text ends.</summary>
public enum FinishReason
{
    /// <summary>The model ended it.</summary>
    Eos,

    /// <summary>The token limit was reached.</summary>
    Length,

    /// <summary>A stop sequence appeared.</summary>
    Stop,

    /// <summary>Time ran out; the best text so far.</summary>
    Deadline,

    /// <summary>The budget of token evaluations ran out; the best text so far.</summary>
    Budget,

    /// <summary>The search was told to stop; the best text so far.</summary>
    Cancelled,

    /// <summary>An end-of-sequence token ended it, and the constraints allowed nothing else.</summary>
    Constraint,
}
