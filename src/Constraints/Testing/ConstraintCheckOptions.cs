namespace DecodeAlign.Constraints;

/// <summary>How much <see cref="ConstraintCheck"/> tries.</summary>
public sealed record ConstraintCheckOptions
{
    /// <summary>Number of random texts; default 100.</summary>
    public int Texts { get; init; } = 100;

    /// <summary>Most tokens of a text, the end included; default 24. Each text has a limit of its own from 1 on.</summary>
    public int MaxTokens { get; init; } = 24;

    /// <summary>Seed of the texts; default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Prompts to draw from; default: an empty one, one that ends in a word, one that ends in white space.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = ["", "Once upon a time", "Say it: "];

    /// <summary>The end-of-sequence token; default: the first special one of the tokenizer.</summary>
    public int? EndToken { get; init; }

    /// <summary>Whether (prompt, generated text) meets what is required, told by other means from the whole text; default: nothing to compare with.</summary>
    public Func<string, string, bool>? Reference { get; init; }
}
