using System.Text;

namespace DecodeAlign.Text;

/// <summary>
/// Reads the words that <see cref="WordCounter"/> counts, as hashes of their lower-case characters: of the whole run between white space, and of the word
/// from its first to its last word character. A run that the prompt began is not reported. Hashes of different words may coincide by a chance of 2⁻⁶⁴ a pair.
/// </summary>
internal readonly record struct WordCursor
{
    private const ulong Seed = 0xCBF29CE484222325;

    private readonly ulong _run;
    private readonly ulong _inner;
    private readonly ulong _word;
    private readonly bool _isPrompts;

    private WordCursor(ulong run, ulong inner, ulong word, bool isPrompts) => (_run, _inner, _word, _isPrompts) = (run, inner, word, isPrompts);

    /// <summary>The cursor after a prompt.</summary>
    public static WordCursor Begin(string prompt) => new(0, 0, 0, WordRule.LastKind(prompt) != CharacterKind.Space);

    /// <summary>Whether a word of the generated text stands before the cursor and has not ended yet.</summary>
    public bool InWord => !_isPrompts && _run != 0;

    /// <summary>The run's and the word's hash so far; 0: no word character yet.</summary>
    public (ulong Run, ulong Word) Hashes => (_run, _word);

    /// <summary>Reads one character.</summary>
    /// <param name="character">The character.</param>
    /// <param name="ended">Whether a word of the generated text ended before it; the hashes before the call are its.</param>
    public WordCursor Step(Rune character, out bool ended)
    {
        var kind = WordRule.KindOf(character);
        ended = kind == CharacterKind.Space && InWord;
        if (kind == CharacterKind.Space) return default;
        if (_isPrompts) return this;
        var run = Next(_run == 0 ? Seed : _run, character);
        if (_inner == 0 && kind != CharacterKind.Word) return new(run, 0, 0, false);
        var inner = Next(_inner == 0 ? Seed : _inner, character);
        return new(run, inner, kind == CharacterKind.Word ? inner : _word, false);
    }

    /// <summary>The hash of a word or run that is given whole.</summary>
    public static ulong Hash(string text)
    {
        var hash = Seed;
        foreach (var character in text.EnumerateRunes()) hash = Next(hash, character);
        return hash;
    }

    /// <summary>The hash of a text and one more character; 0 stands for the empty text.</summary>
    public static ulong Append(ulong hash, Rune character) => Next(hash == 0 ? Seed : hash, character);

    private static ulong Next(ulong hash, Rune character)
    {
        hash = (hash ^ (uint)Rune.ToLowerInvariant(character).Value) * 0x9E3779B97F4A7C15;
        hash ^= hash >> 32;
        return hash == 0 ? Seed : hash;
    }
}
