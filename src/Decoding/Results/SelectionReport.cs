namespace DecodeAlign.Decoding;

/// <summary>How a selection chose among whole answers. Each selection that tells has a type of its own, with what it knew.</summary>
public abstract record SelectionReport
{
    /// <summary>Why the chosen answer was chosen, in words.</summary>
    public required string Reason { get; init; }
}
