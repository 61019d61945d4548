using System.Globalization;
using System.Text;

namespace DecodeAlign.Models;

/// <summary>Rewrites each character on its own: into another text, or into none.</summary>
internal abstract class CharacterNormalizer : INormalizer
{
    public AlignedText Normalize(AlignedText text)
    {
        var builder = new AlignedTextBuilder(text);
        var changed = false;
        for (var i = 0; i < text.Text.Length;)
        {
            Rune.DecodeFromUtf16(text.Text.AsSpan(i), out var rune, out var width);
            if (Replacement(rune) is { } replacement)
            {
                builder.Write(replacement, i, i + width);
                changed = true;
            }
            else builder.Copy(i, i + width);
            i += width;
        }
        return changed ? builder.Build() : text;
    }

    /// <summary>What a character becomes; null where it stays.</summary>
    protected abstract string? Replacement(Rune rune);
}

/// <summary>Unicode's lower case.</summary>
internal sealed class LowercaseNormalizer : CharacterNormalizer
{
    // U+0130 is the one character whose full lower case is longer than one character
    protected override string? Replacement(Rune rune) => rune.Value == 0x130 ? "i\u0307"
        : Rune.ToLowerInvariant(rune) is var lower && lower == rune ? null : lower.ToString();
}

/// <summary>Leaves out marks, as after a decomposition.</summary>
internal sealed class StripAccentsNormalizer(bool spacingMarks) : CharacterNormalizer
{
    protected override string? Replacement(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark => "",
        UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark when spacingMarks => "",
        _ => null,
    };
}

/// <summary>SentencePiece's "nmt" clean-up: control characters go, odd spaces become spaces.</summary>
internal sealed class NmtNormalizer : CharacterNormalizer
{
    protected override string? Replacement(Rune rune) => rune.Value switch
    {
        (>= 0x1 and <= 0x8) or 0xB or (>= 0xE and <= 0x1F) or 0x7F or 0x8F or 0x9F => "",
        0x9 or 0xA or 0xC or 0xD or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => " ",
        _ => null,
    };
}

/// <summary>BERT's clean-up: control characters go, spaces of all kinds become spaces.</summary>
internal sealed class BertCleanNormalizer : CharacterNormalizer
{
    protected override string? Replacement(Rune rune) => rune.Value switch
    {
        ' ' => null,
        '\t' or '\n' or '\r' => " ",
        0 or 0xFFFD => "",
        // a control character goes even where it is white space, such as a form feed
        _ when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => "",
        _ when Rune.IsWhiteSpace(rune) => " ",
        _ => null,
    };
}

/// <summary>Puts spaces around Chinese characters, as BERT's tokenizer does.</summary>
internal sealed class ChineseSpacingNormalizer : CharacterNormalizer
{
    protected override string? Replacement(Rune rune) => rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F)
        ? $" {rune} " : null;
}

/// <summary>Spells each byte as a character of the byte alphabet.</summary>
internal sealed class ByteLevelNormalizer : CharacterNormalizer
{
    protected override string? Replacement(Rune rune)
    {
        Span<byte> utf8 = stackalloc byte[4];
        return ByteAlphabet.ToText(utf8[..rune.EncodeToUtf8(utf8)]);
    }
}
