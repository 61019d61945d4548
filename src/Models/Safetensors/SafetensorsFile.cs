using System.Buffers;
using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DecodeAlign.Models;

/// <summary>A safetensors file: its header is read at once, its tensors piece by piece on request, converted to f32. Reading is safe for concurrent calls.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private const int PieceBytes = 1 << 17;
    private readonly SafeFileHandle _handle;

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        Path = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
        Tensors = ReadHeader();
    }

    public string Path { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <exception cref="ModelFormatException">The file is missing or its header is not one.</exception>
    public static SafetensorsFile Open(string path)
    {
        var handle = BoundedFile.Open(path);
        try
        {
            return new SafetensorsFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads consecutive elements of a tensor, in row-major order, as f32.</summary>
    public void Read(StoredTensor tensor, long firstElement, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstElement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstElement, tensor.ElementCount - destination.Length);
        var size = ElementType.Size(tensor.Type);
        var offset = tensor.Offset + firstElement * size;
        if (tensor.Type == "F32")
        {
            BoundedFile.ReadExactly(_handle, Path, offset, MemoryMarshal.AsBytes(destination));
            return;
        }
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            while (!destination.IsEmpty)
            {
                var count = Math.Min(destination.Length, PieceBytes / size);
                var bytes = piece.AsSpan(0, count * size);
                BoundedFile.ReadExactly(_handle, Path, offset, bytes);
                Convert(tensor, bytes, destination[..count]);
                destination = destination[count..];
                offset += bytes.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    public void Dispose() => _handle.Dispose();

    private static void Convert(StoredTensor tensor, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (tensor.Type)
        {
            case "F16":
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case "BF16":
                BFloat16.Widen(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<float, uint>(destination));
                break;
            default:
                throw new ModelFormatException(tensor.File.Path, tensor.Name, $"dtype {tensor.Type} is not supported (F32, F16 and BF16 are)");
        }
    }

    private Dictionary<string, StoredTensor> ReadHeader()
    {
        const int prefix = sizeof(ulong);
        if (Length < prefix) throw new ModelFormatException(Path, null, $"is {Length} bytes long, shorter than a safetensors header");
        Span<byte> lengthBytes = stackalloc byte[prefix];
        BoundedFile.ReadExactly(_handle, Path, 0, lengthBytes);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > (ulong)(Length - prefix)) throw new ModelFormatException(Path, null, $"header length {headerLength} exceeds the file ({Length} bytes)");
        if (headerLength > SafetensorsHeader.MaxBytes) throw new ModelFormatException(Path, null, $"header length {headerLength} exceeds the limit of {SafetensorsHeader.MaxBytes}");
        var header = new byte[headerLength];
        BoundedFile.ReadExactly(_handle, Path, prefix, header);
        return SafetensorsHeader.Parse(this, BoundedFile.CheckUtf8(Path, header).Span, prefix + (long)headerLength, Length);
    }
}
