using System.Globalization;
using System.Text;

namespace DecodeAlign.Text;

/// <summary>
/// The match rule of every keyword, phrase and word count here. It speaks of characters, never of tokens.
/// A <i>word character</i> is a letter, a decimal digit or a combining mark; an apostrophe or a hyphen is none, so "fox's" and "fox-hole" hold the word "fox".
/// A phrase occurs where its characters stand, with no word character directly before its first or after its last one where that is itself a word
/// character: "fox" does not occur in "foxglove". White space in a phrase stands for one or more white-space characters. Characters are equal if their
/// invariant lower-case forms are, unless case is asked for; nothing is normalised otherwise. Only generated text is searched, and the prompt's last
/// character decides whether it begins inside a word.
/// </summary>
public static class WordRule
{
    /// <summary>Whether a character is part of a word.</summary>
    public static bool IsWordCharacter(Rune character)
    {
        if (character.IsAscii) return char.IsAsciiLetterOrDigit((char)character.Value);
        return Rune.GetUnicodeCategory(character) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter
            or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
    }

    internal static CharacterKind KindOf(Rune character) =>
        IsWordCharacter(character) ? CharacterKind.Word : Rune.IsWhiteSpace(character) ? CharacterKind.Space : CharacterKind.Other;

    /// <summary>The kind of a text's last character; an empty text counts as ending in white space.</summary>
    internal static CharacterKind LastKind(string text) =>
        Rune.DecodeLastFromUtf16(text, out var last, out _) == System.Buffers.OperationStatus.Done ? KindOf(last)
        : text.Length == 0 ? CharacterKind.Space : CharacterKind.Other;
}

internal enum CharacterKind : byte
{
    Space,
    Other,
    Word,
}
