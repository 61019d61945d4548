using System.Globalization;
using System.Text;
using DecodeAlign.Models.ChatTemplates.Rendering;

namespace DecodeAlign.Models.ChatTemplates.Values;

/// <summary>Python's <c>bytes</c>, which <c>encode()</c> gives.</summary>
internal sealed class BytesValue(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    public static FunctionValue? Find(BytesValue self, string name) => name switch
    {
        "decode" => new FunctionValue(name, (context, arguments) => Decode(context, self, arguments)),
        "hex" => new FunctionValue(name, (context, arguments) =>
        {
            _ = arguments.Bind(name);
            context.Allocate(2L * self.Bytes.Length);
            return Convert.ToHexStringLower(self.Bytes);
        }),
        _ => null,
    };

    /// <summary>The value as Python writes it, such as <c>b'caf\xc3\xa9'</c>.</summary>
    public void Write(StringBuilder builder)
    {
        var quote = Bytes.Contains((byte)'\'') && !Bytes.Contains((byte)'"') ? '"' : '\'';
        builder.Append('b').Append(quote);
        foreach (var value in Bytes)
        {
            var c = (char)value;
            if (c == quote || c == '\\') builder.Append('\\').Append(c);
            else if (c is '\t' or '\n' or '\r') builder.Append(c == '\t' ? "\\t" : c == '\n' ? "\\n" : "\\r");
            else if (c is >= ' ' and < '\x7f') builder.Append(c);
            else builder.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
        }
        builder.Append(quote);
    }

    /// <summary><c>str.encode(encoding, errors)</c>.</summary>
    public static BytesValue Encode(RenderContext context, string text, CallArguments arguments)
    {
        var bound = arguments.Bind("encode", "encoding", "errors");
        var errors = bound.OptionalText(1) ?? "strict";
        context.Allocate(text.Length * 4L);
        var encoding = Encoding(bound.OptionalText(0) ?? "utf-8");
        using var stream = new MemoryStream();
        foreach (var rune in text.EnumerateRunes())
        {
            var one = rune.ToString();
            if (encoding.GetString(encoding.GetBytes(one)) != one) one = Unencodable(rune, errors);
            stream.Write(encoding.GetBytes(one));
        }
        return new BytesValue(stream.ToArray());
    }

    private static string Unencodable(Rune rune, string errors) => errors switch
    {
        "ignore" => "",
        "replace" => "?",
        "xmlcharrefreplace" => $"&#{rune.Value.ToString(CultureInfo.InvariantCulture)};",
        "backslashreplace" => rune.Value < 0x100 ? $"\\x{rune.Value:x2}" : rune.IsBmp ? $"\\u{rune.Value:x4}" : $"\\U{rune.Value:x8}",
        "strict" => throw new TemplateFault($"the encoding has no character U+{rune.Value:X4}"),
        _ => throw new TemplateFault($"unknown error handler name {Types.ShortText(errors)}"),
    };

    private static string Decode(RenderContext context, BytesValue self, CallArguments arguments)
    {
        var bound = arguments.Bind("decode", "encoding", "errors");
        context.Allocate(self.Bytes.Length);
        var encoding = Encoding(bound.OptionalText(0) ?? "utf-8");
        var errors = bound.OptionalText(1) ?? "strict";
        var text = encoding.GetString(self.Bytes);
        if (!text.Contains('\uFFFD', StringComparison.Ordinal)) return text;
        return errors switch
        {
            "replace" => text,
            "ignore" => text.Replace("\uFFFD", "", StringComparison.Ordinal),
            _ when encoding.GetBytes(text).AsSpan().SequenceEqual(self.Bytes) => text,
            _ => throw new TemplateFault("the bytes are not valid in this encoding"),
        };
    }

    private static Encoding Encoding(string name) => name.ToLowerInvariant().Replace('_', '-') switch
    {
        "utf-8" or "utf8" or "u8" => new UTF8Encoding(false),
        "ascii" or "us-ascii" => System.Text.Encoding.ASCII,
        "latin-1" or "latin1" or "iso-8859-1" or "iso8859-1" or "l1" => System.Text.Encoding.Latin1,
        "utf-16-le" or "utf-16le" => new UnicodeEncoding(bigEndian: false, byteOrderMark: false),
        "utf-16-be" or "utf-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false),
        "utf-32-le" or "utf-32le" => new UTF32Encoding(bigEndian: false, byteOrderMark: false),
        _ => throw new TemplateFault($"unknown encoding: {Types.ShortText(name)}"),
    };
}
