using System.Buffers;
using System.Text;

namespace DecodeAlign.Text;

/// <summary>Reads UTF-8 a byte at a time and holds the start of a character that is not complete yet. Bytes that form none give U+FFFD, as Encoding.UTF8 does.</summary>
internal readonly record struct Utf8Cursor
{
    private readonly uint _bytes;

    private Utf8Cursor(uint bytes, int count)
    {
        _bytes = bytes;
        Count = (byte)count;
    }

    /// <summary>Bytes held, 0 to 3.</summary>
    public byte Count { get; }

    /// <summary>Takes one byte.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="first">The first character completed.</param>
    /// <param name="second">The second one: an ill-formed start ends where the next character begins.</param>
    /// <param name="next">The cursor after it.</param>
    /// <returns>How many characters were completed: 0, 1 or 2.</returns>
    public int Read(byte value, out Rune first, out Rune second, out Utf8Cursor next)
    {
        second = default;
        if (Count == 0) return Begin(value, out first, out next);
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < Count; i++) bytes[i] = (byte)(_bytes >> 8 * i);
        bytes[Count] = value;
        switch (Rune.DecodeFromUtf8(bytes[..(Count + 1)], out first, out _))
        {
            case OperationStatus.Done:
                next = default;
                return 1;
            case OperationStatus.NeedMoreData:
                next = new(_bytes | (uint)value << 8 * Count, Count + 1);
                return 0;
            default:
                first = Rune.ReplacementChar;
                return 1 + Begin(value, out second, out next);
        }
    }

    private static int Begin(byte value, out Rune character, out Utf8Cursor next)
    {
        next = default;
        if (value < 0x80)
        {
            character = new Rune(value);
            return 1;
        }
        if (Rune.DecodeFromUtf8([value], out character, out _) != OperationStatus.NeedMoreData) return 1;
        next = new(value, 1);
        return 0;
    }
}
