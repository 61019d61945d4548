namespace DecodeAlign.Models;

/// <summary>JSON as Python writes it: <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> stand for numbers, which JSON itself has no words for.</summary>
internal static class PythonJson
{
    private static readonly byte[][] Words = ["NaN"u8.ToArray(), "-Infinity"u8.ToArray(), "Infinity"u8.ToArray()];

    /// <summary>The same JSON with these words as strings: a field that is read as a number is then refused by name, one that nobody reads does no harm.</summary>
    public static ReadOnlyMemory<byte> Quoted(ReadOnlyMemory<byte> json)
    {
        var source = json.Span;
        if (source.IndexOf("NaN"u8) < 0 && source.IndexOf("Infinity"u8) < 0) return json;
        using var output = new MemoryStream(source.Length + 64);
        var inString = false;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (inString && c == '\\' && i + 1 < source.Length)
            {
                output.Write(source.Slice(i++, 2));
                continue;
            }
            if (c == '"') inString = !inString;
            var word = inString ? null : Array.Find(Words, word => json.Span[i..].StartsWith(word));
            if (word is null) output.WriteByte(c);
            else
            {
                output.WriteByte((byte)'"');
                output.Write(word);
                output.WriteByte((byte)'"');
                i += word.Length - 1;
            }
        }
        return output.ToArray();
    }
}
