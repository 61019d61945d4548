using System.Text;
using DecodeAlign.Text;

namespace DecodeAlign.Heuristics;

/// <summary>Counts the syllables of one English word: runs of vowels, a final e that is a run of its own and not after l left out, at least one.</summary>
internal readonly record struct SyllableCounter(int Runs, char Last, char BeforeLast)
{
    /// <summary>Syllables of the word so far.</summary>
    public int Syllables => Math.Max(1, Last == 'e' && !IsVowel(BeforeLast) && BeforeLast != 'l' ? Runs - 1 : Runs);

    /// <summary>Reads one character; characters that are no word characters are passed over, other letters part runs of vowels.</summary>
    public SyllableCounter Step(Rune character)
    {
        var letter = Rune.ToLowerInvariant(character) is { IsAscii: true } lower && lower.Value is >= 'a' and <= 'z' ? (char)lower.Value : '\0';
        if (letter == '\0' && !WordRule.IsWordCharacter(character)) return this;
        return new(Runs + (IsVowel(letter) && !IsVowel(Last) ? 1 : 0), letter, Last);
    }

    private static bool IsVowel(char letter) => letter is 'a' or 'e' or 'i' or 'o' or 'u' or 'y';
}
