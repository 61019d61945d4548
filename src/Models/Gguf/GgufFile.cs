using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace DecodeAlign.Models;

/// <summary>Where a tensor lies in a GGUF file; already checked against the file's length.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Type">How its elements are stored.</param>
/// <param name="Rows">Number of rows: 1 for vectors.</param>
/// <param name="Columns">Elements of a row.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
internal sealed record GgufTensor(string Name, GgufType Type, int Rows, int Columns, long Offset)
{
    public long RowBytes
    {
        get
        {
            var (elements, bytes) = GgufTypes.Block(Type);
            return (long)Columns / elements * bytes;
        }
    }

    public string ShapeText => $"({Rows}, {Columns})";
}

/// <summary>A GGUF file (versions 2 and 3): its header is read at once, its tensors row by row on request, converted to f32. Reading is safe for concurrent calls.</summary>
internal sealed class GgufFile : IDisposable
{
    private const int PieceBytes = 1 << 18;

    private readonly SafeFileHandle _handle;

    private GgufFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        using var header = new GgufHeader(path, handle);
        header.Read();
        (Fields, Tensors) = (new(path, header.Fields), header.Tensors);
    }

    public string Path { get; }

    public GgufFields Fields { get; }

    public IReadOnlyDictionary<string, GgufTensor> Tensors { get; }

    /// <summary>Whether a path names such a file, by its ending.</summary>
    public static bool IsNamed(string path) => path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && File.Exists(path);

    /// <exception cref="ModelFormatException">The file is missing or its header is not one.</exception>
    public static GgufFile Open(string path)
    {
        var handle = BoundedFile.Open(path);
        try
        {
            return new(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads consecutive rows of a tensor.</summary>
    public void Read(GgufTensor tensor, int firstRow, Span<float> destination)
    {
        while (!destination.IsEmpty)
        {
            using var rows = ReadStored(tensor, ref firstRow, destination.Length / tensor.Columns);
            GgufBlocks.Read(tensor.Type, rows.Bytes, destination[..(rows.Count * tensor.Columns)]);
            destination = destination[(rows.Count * tensor.Columns)..];
        }
    }

    /// <summary>Reads consecutive rows of a tensor whose type has <see cref="GgufBlocks.IntegerBits"/> as integers, scales and, where the type has them, offsets.</summary>
    public void ReadIntegers(GgufTensor tensor, int firstRow, Span<sbyte> integers, Span<float> scales, Span<float> offsets)
    {
        while (!integers.IsEmpty)
        {
            using var rows = ReadStored(tensor, ref firstRow, integers.Length / tensor.Columns);
            var count = rows.Count * tensor.Columns;
            GgufBlocks.ReadIntegers(tensor.Type, rows.Bytes, integers[..count], scales, offsets);
            integers = integers[count..];
            scales = scales[(count / GgufBlocks.Integers)..];
            if (!offsets.IsEmpty) offsets = offsets[(count / GgufBlocks.Integers)..];
        }
    }

    public void Dispose() => _handle.Dispose();

    /// <summary>Reads as many rows as a piece holds, and moves on by these.</summary>
    private StoredRows ReadStored(GgufTensor tensor, ref int firstRow, int wanted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, tensor.Rows - wanted);
        var rowBytes = (int)tensor.RowBytes;
        var count = Math.Clamp(PieceBytes / rowBytes, 1, wanted);
        var rows = new StoredRows(ArrayPool<byte>.Shared.Rent(count * rowBytes), count, count * rowBytes);
        try
        {
            BoundedFile.ReadExactly(_handle, Path, tensor.Offset + (long)firstRow * rowBytes, rows.Bytes);
        }
        catch
        {
            rows.Dispose();
            throw;
        }
        firstRow += count;
        return rows;
    }

    private readonly record struct StoredRows(byte[] Buffer, int Count, int Length) : IDisposable
    {
        public Span<byte> Bytes => Buffer.AsSpan(0, Length);

        public void Dispose() => ArrayPool<byte>.Shared.Return(Buffer);
    }
}
