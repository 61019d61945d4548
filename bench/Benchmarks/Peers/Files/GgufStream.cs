using System.Text;

namespace DecodeAlign.Benchmarks;

/// <summary>Writes a GGUF file (version 3) tensor by tensor, so that large ones need no memory: first fields and tensors are named, then tensors' bytes follow in that order.</summary>
internal sealed class GgufStream(string path) : IDisposable
{
    private const int Alignment = 32;

    private readonly BinaryWriter _file = new(File.Create(path));
    private readonly List<Action> _fields = [];
    private readonly List<(string Name, GgufRounding Type, int Rows, int Columns)> _tensors = [];

    public void Field(string name, uint value) => Add(name, 4, () => _file.Write(value));

    public void Field(string name, float value) => Add(name, 6, () => _file.Write(value));

    public void Field(string name, string value) => Add(name, 8, () => Text(value));

    public void Field(string name, IReadOnlyCollection<string> values) => List(name, 8, values, Text);

    public void Field(string name, IReadOnlyCollection<int> values) => List(name, 5, values, _file.Write);

    /// <summary>A tensor whose rows <see cref="Write"/> takes; one row: a vector.</summary>
    public void Tensor(string name, GgufRounding type, int rows, int columns) => _tensors.Add((name, type, rows, columns));

    /// <summary>Writes everything.</summary>
    /// <param name="readRow">Reads a row of a tensor, by the tensor's place and the row's.</param>
    public void Write(Action<int, int, float[]> readRow)
    {
        _file.Write("GGUF"u8);
        _file.Write(3u);
        _file.Write((ulong)_tensors.Count);
        _file.Write((ulong)_fields.Count);
        foreach (var field in _fields) field();
        var offset = 0L;
        foreach (var (name, type, rows, columns) in _tensors)
        {
            Text(name);
            _file.Write(rows == 1 ? 1u : 2u);
            _file.Write((ulong)columns);
            if (rows > 1) _file.Write((ulong)rows);
            _file.Write(type.Code);
            _file.Write((ulong)offset);
            offset += Aligned((long)rows * type.Bytes(columns));
        }
        for (var tensor = 0; tensor < _tensors.Count; tensor++)
        {
            _file.Flush();
            _file.Write(new byte[Aligned(_file.BaseStream.Length) - _file.BaseStream.Length]);
            var (_, type, rows, columns) = _tensors[tensor];
            var (values, bytes) = (new float[columns], new byte[type.Bytes(columns)]);
            for (var row = 0; row < rows; row++)
            {
                readRow(tensor, row, values);
                type.Round(values, bytes);
                _file.Write(bytes);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static long Aligned(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    private void Add(string name, uint type, Action value) => _fields.Add(() =>
    {
        Text(name);
        _file.Write(type);
        value();
    });

    private void List<T>(string name, uint type, IReadOnlyCollection<T> values, Action<T> write) => Add(name, 9, () =>
    {
        _file.Write(type);
        _file.Write((ulong)values.Count);
        foreach (var value in values) write(value);
    });

    private void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _file.Write((ulong)bytes.Length);
        _file.Write(bytes);
    }
}
