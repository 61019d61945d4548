using DecodeAlign.Decoding;

namespace DecodeAlign.Constraints;

/// <summary>Tokens that do the same from one position: where they lead, and what they add.</summary>
internal sealed class TokenMove
{
    private readonly int[] _tokens;
    private readonly TokenMask? _mask;

    /// <param name="target">Index of the position they lead to.</param>
    /// <param name="effect">What they add.</param>
    /// <param name="tokens">The tokens, at least one.</param>
    /// <param name="beginsCharacter">Whether they begin with a character, and not in the middle of one or with nothing.</param>
    /// <param name="vocabularySize">Size of the masks that they will be added to.</param>
    public TokenMove(int target, TextEffect effect, List<int> tokens, bool beginsCharacter, int vocabularySize)
    {
        (Target, Effect, _tokens, BeginsCharacter, Count, Witness) = (target, effect, [.. tokens], beginsCharacter, tokens.Count, tokens.Min());
        // a mask takes a bit for each token of the vocabulary, a list 32 for each of its own
        if (tokens.Count <= vocabularySize / 32) return;
        _mask = new TokenMask(vocabularySize);
        foreach (var token in tokens) _mask[token] = true;
        _tokens = [];
    }

    private TokenMove(TokenMove same, TextEffect before) =>
        (Target, Effect, _tokens, _mask, BeginsCharacter, Count, Witness) = (same.Target, before.Then(same.Effect), same._tokens, same._mask, same.BeginsCharacter, same.Count, same.Witness);

    public int Target { get; }

    public TextEffect Effect { get; }

    public bool BeginsCharacter { get; }

    /// <summary>Number of tokens.</summary>
    public int Count { get; }

    /// <summary>One of the tokens.</summary>
    public int Witness { get; }

    /// <summary>The same tokens from a position from which something is added first.</summary>
    public TokenMove After(TextEffect effect) => effect == default ? this : new(this, effect);

    /// <summary>Forbids all of them.</summary>
    public void RemoveFrom(TokenMask mask)
    {
        if (_mask is not null) mask.ExceptWith(_mask);
        foreach (var token in _tokens) mask[token] = false;
    }

    /// <summary>Allows all of them.</summary>
    public void AddTo(TokenMask mask)
    {
        if (_mask is not null) mask.UnionWith(_mask);
        foreach (var token in _tokens) mask[token] = true;
    }
}

/// <summary>What the tokens of a vocabulary do from a position.</summary>
/// <param name="Alive">Tokens that lead on, by where they lead; the others lead to something forbidden.</param>
/// <param name="IsAll">Whether all tokens lead on.</param>
internal sealed record TokenMoves(TokenMove[] Alive, bool IsAll);
