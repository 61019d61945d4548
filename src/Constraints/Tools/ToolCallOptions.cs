namespace DecodeAlign.Constraints;

/// <summary>When tools are called, how often, and what is answered otherwise. Immutable.</summary>
public sealed record ToolCallOptions
{
    /// <summary>How calls are written. Default: <see cref="ToolCallFormat.Hermes"/>.</summary>
    public ToolCallFormat Format { get; init; } = ToolCallFormat.Hermes;

    /// <summary>Whether a tool has to be called: the text is calls and nothing else. Default: false.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Most calls in one text; at least 1, <see cref="int.MaxValue"/> for no limit. Default: 1.</summary>
    public int MostCalls { get; init; } = 1;

    /// <summary>
    /// The form of a text without calls: a <see cref="JsonSchema"/>, <see cref="GrammarMatch"/>, <see cref="RegexMatch"/> or <see cref="OneOf"/>. Null (default): any text, which also may stand before the
    /// calls where their format has a <see cref="ToolCallFormat.Begin"/>.
    /// </summary>
    public TextConstraint? Answer { get; init; }
}
