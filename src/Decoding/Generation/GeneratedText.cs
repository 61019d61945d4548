using System.Buffers;
using System.Text;

namespace DecodeAlign.Decoding;

/// <summary>The text of generated tokens, which unlike a whole sequence keeps its leading space.</summary>
public static class GeneratedText
{
    /// <summary>Concatenates the tokens' bytes and reads them as UTF-8; bytes that form no character become U+FFFD.</summary>
    public static string Decode(ITokenizer tokenizer, ReadOnlySpan<int> ids)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var id in ids) bytes.Write(tokenizer.TokenBytes(id));
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
