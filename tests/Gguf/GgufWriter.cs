using System.Text;

namespace DecodeAlign.Tests;

/// <summary>Writes GGUF files (version 3), from the format's definition; shares nothing with the reader.</summary>
internal sealed class GgufWriter
{
    private const int Alignment = 32;

    private readonly List<(string Name, Action<BinaryWriter> Value)> _fields = [];
    private readonly List<(string Name, int Type, long[] Dimensions, byte[] Data)> _tensors = [];

    public void Field(string name, uint value) => Add(name, 4, writer => writer.Write(value));

    public void Field(string name, float value) => Add(name, 6, writer => writer.Write(value));

    public void Field(string name, bool value) => Add(name, 7, writer => writer.Write(value));

    public void Field(string name, string value) => Add(name, 8, writer => Text(writer, value));

    public void Field(string name, IReadOnlyList<string> values) => List(name, 8, values, Text);

    public void Field(string name, IReadOnlyList<float> values) => List(name, 6, values, (writer, value) => writer.Write(value));

    public void Field(string name, IReadOnlyList<int> values) => List(name, 5, values, (writer, value) => writer.Write(value));

    /// <summary>A field whose bytes are the caller's: for hostile files.</summary>
    public void Raw(string name, uint type, byte[] value) => Add(name, type, writer => writer.Write(value));

    /// <summary>A tensor of so many rows and columns; a vector is one row.</summary>
    public void Tensor(string name, string type, int rows, int columns, ReadOnlySpan<float> values)
    {
        var data = new List<byte>();
        for (var row = 0; row < rows; row++) data.AddRange(GgufEncoder.Row(type, values.Slice(row * columns, columns)));
        _tensors.Add((name, GgufEncoder.Types[type].Code, rows == 1 ? [columns] : [columns, rows], [.. data]));
    }

    public byte[] Bytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_fields.Count);
        foreach (var (name, value) in _fields)
        {
            Text(writer, name);
            value(writer);
        }
        var offset = 0L;
        foreach (var (name, type, dimensions, data) in _tensors)
        {
            Text(writer, name);
            writer.Write((uint)dimensions.Length);
            foreach (var dimension in dimensions) writer.Write((ulong)dimension);
            writer.Write((uint)type);
            writer.Write((ulong)offset);
            offset += (data.Length + Alignment - 1) / Alignment * Alignment;
        }
        foreach (var (_, _, _, data) in _tensors)
        {
            while (stream.Length % Alignment != 0) writer.Write((byte)0);
            writer.Write(data);
        }
        return stream.ToArray();
    }

    private void Add(string name, uint type, Action<BinaryWriter> value) => _fields.Add((name, writer =>
    {
        writer.Write(type);
        value(writer);
    }));

    private void List<T>(string name, uint type, IReadOnlyList<T> values, Action<BinaryWriter, T> write) => Add(name, 9, writer =>
    {
        writer.Write(type);
        writer.Write((ulong)values.Count);
        foreach (var value in values) write(writer, value);
    });

    private static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
