namespace DecodeAlign.Decoding;

/// <summary>What heuristics and constraints are told when they start on a prompt.</summary>
public sealed record GenerationContext
{
    /// <summary>The tree that holds the prompt and all that is generated.</summary>
    public required TokenTree Tree { get; init; }

    /// <summary>The prompt's last node: generated text begins below it.</summary>
    public required int Root { get; init; }

    /// <summary>The prompt's text, alignment instruction included.</summary>
    public required string Prompt { get; init; }

    /// <summary>The tokenizer of the tree's tokens.</summary>
    public required ITokenizer Tokenizer { get; init; }

    /// <summary>What is known of the model.</summary>
    public required ModelFacts Model { get; init; }

    /// <summary>Most tokens to generate, an end-of-sequence token included.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Most nodes of the tree that are alive at once, prompt included: what a heuristic that runs a model on this tree reserves. 0 (default): not known.</summary>
    public int MaxNodes { get; init; }

    /// <summary>Ends what heuristics and constraints are at, by throwing. Default: nothing does.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Text between the root and a node: the UTF-8 bytes of its tokens, special ones left out; bytes that form no character become U+FFFD.</summary>
    public string Text(int node) => GeneratedText.Decode(Tokenizer, Tree.Path(Root, node));
}
