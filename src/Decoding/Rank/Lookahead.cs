namespace DecodeAlign.Decoding;

/// <summary>How far, and how, each candidate is continued before the heuristics look at it. Immutable.</summary>
/// <param name="Tokens">Tokens of lookahead (l), at least 0; clipped to the tokens left. 0: none.</param>
public sealed record Lookahead(int Tokens)
{
    /// <summary>How its tokens are chosen: the most likely one each (default), or a sampled one.</summary>
    public TokenChoice Choice { get; init; }

    /// <summary>
    /// Drops the worse half of the candidates at equal lengths of their lookaheads, in log2(candidates / beam) rounds (speculative rejection, arXiv 2410.20290). May change the output. Default false.
    /// </summary>
    public bool Halve { get; init; }

    internal void Validate()
    {
        Require.That(Tokens >= 0, "Lookahead", "at least 0", Tokens);
        Require.That(Enum.IsDefined(Choice), "LookaheadChoice", "one of the choices", Choice);
    }
}
