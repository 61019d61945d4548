using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace DecodeAlign.Benchmarks;

/// <summary>Writes the SentencePiece model that a tokenizer.json of Llama 2's family stands for: its pieces, scored by the order of their merges.</summary>
internal static class SentencePieceProto
{
    public static void Write(string tokenizerJson, string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(tokenizerJson));
        var model = document.RootElement.GetProperty("model");
        var order = new Dictionary<string, int>();
        foreach (var merge in model.GetProperty("merges").EnumerateArray()) order.TryAdd(merge.GetString()!.Replace(" ", ""), order.Count);
        using var output = new MemoryStream();
        foreach (var piece in model.GetProperty("vocab").EnumerateObject().OrderBy(piece => piece.Value.GetInt32()))
        {
            var id = piece.Value.GetInt32();
            var type = id == 0 ? 2 : id < 3 ? 3 : id < 259 ? 6 : 1;
            Field(output, 1, [0x0A, .. Prefixed(Encoding.UTF8.GetBytes(piece.Name)), 0x15, .. Float(type == 1 ? -order.GetValueOrDefault(piece.Name, order.Count) : 0), 0x18, (byte)type]);
        }
        // byte-pair encoding with bytes for what is not in the vocabulary; a space before a text, and none taken away
        Field(output, 2, [0x18, 2, 0x98, 0x02, 1]);
        Field(output, 3, [0x0A, .. Prefixed("identity"u8.ToArray()), 0x18, 1, 0x20, 0, 0x28, 1]);
        File.WriteAllBytes(file, output.ToArray());
    }

    private static void Field(MemoryStream output, int number, byte[] message)
    {
        output.WriteByte((byte)(number << 3 | 2));
        output.Write(Prefixed(message));
    }

    private static byte[] Prefixed(byte[] message)
    {
        List<byte> length = [];
        for (var rest = message.Length; rest > 0 || length.Count == 0; rest >>= 7) length.Add((byte)(rest & 0x7F | (rest > 0x7F ? 0x80 : 0)));
        return [.. length, .. message];
    }

    private static byte[] Float(float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }
}
