namespace DecodeAlign.Server;

/// <summary>A request to search and to tell all of it.</summary>
internal sealed record SearchRequest : GenerationRequest
{
    /// <summary>What the text goes on from; or <see cref="Messages"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>A conversation; or <see cref="Prompt"/>.</summary>
    public IReadOnlyList<RequestMessage>? Messages { get; init; }

    /// <summary>Token ids that the text begins with.</summary>
    public IReadOnlyList<int>? Prefix { get; init; }

    /// <summary>The form of the text.</summary>
    public ResponseFormat? ResponseFormat { get; init; }

    internal override ResponseFormat? Form => ResponseFormat;
}

/// <summary>A line of the stream: text that is settled.</summary>
/// <param name="Text">The text.</param>
internal sealed record TextLine(SettledText Text);

/// <summary>Text that is settled.</summary>
/// <param name="Text">Whole characters.</param>
/// <param name="Ids">Tokens, possibly more than the text shows yet.</param>
internal sealed record SettledText(string Text, IReadOnlyList<int> Ids);
