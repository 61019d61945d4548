using System.Numerics;

namespace DecodeAlign.Decoding;

/// <summary>A set of token ids as bits. Not safe for concurrent writes.</summary>
public sealed class TokenMask
{
    private readonly ulong[] _words;

    /// <summary>Makes a mask over a vocabulary, with every token allowed or none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive.</exception>
    public TokenMask(int vocabularySize, bool allowed = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabularySize);
        VocabularySize = vocabularySize;
        _words = new ulong[(vocabularySize + 63) / 64];
        if (allowed) SetAll();
    }

    /// <summary>Number of ids the mask speaks of.</summary>
    public int VocabularySize { get; }

    /// <summary>The bits, 64 ids a word, lowest id in the lowest bit; bits past the vocabulary are 0.</summary>
    public ReadOnlySpan<ulong> Words => _words;

    /// <summary>Number of allowed tokens.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words) count += BitOperations.PopCount(word);
            return count;
        }
    }

    /// <summary>The one token that is allowed; −1: none is, or several are.</summary>
    internal int Only
    {
        get
        {
            var only = -1;
            for (var i = 0; i < _words.Length; i++)
            {
                if (_words[i] == 0) continue;
                if (only >= 0 || !BitOperations.IsPow2(_words[i])) return -1;
                only = (i << 6) + BitOperations.TrailingZeroCount(_words[i]);
            }
            return only;
        }
    }

    /// <summary>Whether a token is allowed; allows or forbids it.</summary>
    /// <exception cref="IndexOutOfRangeException">The id is not in the vocabulary.</exception>
    public bool this[int token]
    {
        get => (_words[token >> 6] >> (token & 63) & 1) != 0;
        set
        {
            var bit = 1UL << (token & 63);
            if (value) _words[token >> 6] |= bit;
            else _words[token >> 6] &= ~bit;
        }
    }

    /// <summary>Allows every token.</summary>
    public void SetAll()
    {
        Array.Fill(_words, ulong.MaxValue);
        if ((VocabularySize & 63) != 0) _words[^1] = (1UL << (VocabularySize & 63)) - 1;
    }

    /// <summary>Forbids every token.</summary>
    public void Clear() => Array.Clear(_words);

    /// <summary>Allows every token that the other mask allows.</summary>
    /// <exception cref="ArgumentException">The masks are over vocabularies of different sizes.</exception>
    public void UnionWith(TokenMask other)
    {
        Check(other);
        for (var i = 0; i < _words.Length; i++) _words[i] |= other._words[i];
    }

    /// <summary>Forbids every token that the other mask allows.</summary>
    /// <exception cref="ArgumentException">The masks are over vocabularies of different sizes.</exception>
    public void ExceptWith(TokenMask other)
    {
        Check(other);
        for (var i = 0; i < _words.Length; i++) _words[i] &= ~other._words[i];
    }

    /// <summary>Forbids every token that the other mask forbids.</summary>
    /// <exception cref="ArgumentException">The masks are over vocabularies of different sizes.</exception>
    public void IntersectWith(TokenMask other)
    {
        Check(other);
        for (var i = 0; i < _words.Length; i++) _words[i] &= other._words[i];
    }

    private void Check(TokenMask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.VocabularySize != VocabularySize) throw new ArgumentException($"mask over {other.VocabularySize} tokens, expected {VocabularySize}", nameof(other));
    }
}
