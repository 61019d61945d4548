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

/// <summary>A GGUF file (versions 2 and 3): its header is read at once, its tensors row by row on request, converted to f32. One caller at a time.</summary>
internal sealed class GgufFile : IDisposable
{
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
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, tensor.Rows - destination.Length / tensor.Columns);
        var rowBytes = (int)tensor.RowBytes;
        var rows = Math.Max(1, Math.Min(destination.Length / tensor.Columns, (1 << 18) / rowBytes));
        var buffer = ArrayPool<byte>.Shared.Rent(rows * rowBytes);
        try
        {
            while (!destination.IsEmpty)
            {
                rows = Math.Min(rows, destination.Length / tensor.Columns);
                var bytes = buffer.AsSpan(0, rows * rowBytes);
                BoundedFile.ReadExactly(_handle, Path, tensor.Offset + (long)firstRow * rowBytes, bytes);
                GgufBlocks.Read(tensor.Type, bytes, destination[..(rows * tensor.Columns)]);
                destination = destination[(rows * tensor.Columns)..];
                firstRow += rows;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _handle.Dispose();
}
