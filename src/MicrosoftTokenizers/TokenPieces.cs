using System.Globalization;
using System.Text;

namespace DecodeAlign.MicrosoftTokenizers;

/// <summary>From the spelling of a vocabulary to bytes.</summary>
internal static class TokenPieces
{
    private static readonly Dictionary<char, byte> ByteOf = MakeByteOf();
    private static readonly Dictionary<byte, char> LetterOf = ByteOf.ToDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>The UTF-8 bytes that a piece stands for.</summary>
    public static byte[] Bytes(string piece, TokenSpelling spelling) => spelling switch
    {
        TokenSpelling.ByteLevel when piece.All(ByteOf.ContainsKey) => [.. piece.Select(character => ByteOf[character])],
        TokenSpelling.SentencePiece when piece.Length == 6 && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[5] == '>'
            && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) => [value],
        TokenSpelling.SentencePiece => Encoding.UTF8.GetBytes(piece.Replace('▁', ' ')),
        _ => Encoding.UTF8.GetBytes(piece),
    };

    /// <summary>Bytes as byte-level vocabularies spell them.</summary>
    public static string ByteLevel(ReadOnlySpan<byte> bytes)
    {
        Span<char> letters = bytes.Length <= 256 ? stackalloc char[bytes.Length] : new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++) letters[i] = LetterOf[bytes[i]];
        return new(letters);
    }

    // visible Latin-1 characters stand for themselves, the other bytes for the characters from U+0100 on
    private static Dictionary<char, byte> MakeByteOf()
    {
        var map = new Dictionary<char, byte>();
        var next = '\u0100';
        for (var value = 0; value < 256; value++)
            map.Add(value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE ? (char)value : next++, (byte)value);
        return map;
    }
}
