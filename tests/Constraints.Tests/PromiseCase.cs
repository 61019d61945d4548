using DecodeAlign.Constraints;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>A vocabulary, prompt, limit and constraint, with an independent judge of finished texts.</summary>
internal abstract class PromiseCase
{
    /// <summary>The end-of-sequence token.</summary>
    public const int Eos = 0;

    public string Prompt { get; protected init; } = "";

    public int MaxTokens { get; protected init; }

    public TextConstraint Constraint { get; protected init; } = null!;

    public ByteTokenizer Tokenizer { get; protected init; } = null!;

    public GenerationContext Context() => Generation.Context(Tokenizer, Prompt, MaxTokens, Eos);

    /// <summary>Whether tokens, the end-of-sequence token left out, are a text that meets the constraint.</summary>
    public abstract bool Meets(IEnumerable<int> path);
}
