using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DecodeAlign.Models;

/// <summary>Reads a GGUF file's header. Nothing is allocated that the file's own length does not allow.</summary>
internal sealed class GgufHeader(string path, SafeFileHandle handle) : IDisposable
{
    /// <summary>Most fields and most tensors.</summary>
    public const int MaxEntries = 1 << 16;

    /// <summary>Most elements of a field's list: four times the largest open vocabulary.</summary>
    public const int MaxItems = 1 << 20;

    private const int MaxName = 512;
    private const int MaxText = 4 << 20;
    private const long MaxTotal = 256L << 20;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly BufferedStream _stream = new(new HandleStream(path, handle), 1 << 16);
    private readonly long _length = RandomAccess.GetLength(handle);
    private long _position;

    public Dictionary<string, object> Fields { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, GgufTensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <exception cref="ModelFormatException">The header is not one, or contradicts itself or the file's length.</exception>
    public void Read()
    {
        Span<byte> magic = stackalloc byte[4];
        Take(magic);
        if (!magic.SequenceEqual("GGUF"u8)) throw Bad(null, "does not begin as a GGUF file does");
        var version = Unsigned32();
        if (version is not (2 or 3)) throw Bad(null, version > 0xFFFF ? "is written for machines of the other byte order" : $"has version {version}; 2 and 3 are read");
        var tensors = Count(MaxEntries, "tensors");
        var fields = Count(MaxEntries, "fields");
        for (var i = 0; i < fields; i++)
        {
            var name = Text(MaxName, null);
            if (!Fields.TryAdd(name, Value(name, Unsigned32(), nested: false))) throw Bad(name, "appears twice");
        }
        if (Fields.TryGetValue("split.count", out var parts) && parts is long and > 1) throw Bad("split.count", $"the model is split into {parts} files; join them first (llama-gguf-split --merge)");
        var found = new List<(string Name, GgufType Type, long Rows, long Columns, long Offset)>();
        for (var i = 0; i < tensors; i++) found.Add(TensorInfo());
        var alignment = Fields.TryGetValue("general.alignment", out var given) ? given is long and > 0 and <= 1 << 20 ? (long)given : throw Bad("general.alignment", "is no alignment") : 32;
        var start = (_position + alignment - 1) / alignment * alignment;
        foreach (var (name, type, rows, columns, offset) in found) Add(name, type, rows, columns, offset, start, alignment);
        CheckOverlaps();
    }

    public void Dispose() => _stream.Dispose();

    private (string Name, GgufType Type, long Rows, long Columns, long Offset) TensorInfo()
    {
        var name = Text(MaxName, null);
        var rank = Unsigned32();
        if (rank is 0 or > 4) throw Bad(name, $"has {rank} dimensions");
        var columns = Size(name);
        var rows = 1L;
        for (var i = 1; i < rank; i++)
        {
            var size = Size(name);
            if (size != 0 && rows > int.MaxValue / size) throw Bad(name, "has too many rows");
            rows *= size;
        }
        var type = (GgufType)Unsigned32();
        return (name, type, rows, columns, checked((long)Math.Min(Unsigned64(), long.MaxValue)));
    }

    private void Add(string name, GgufType type, long rows, long columns, long offset, long start, long alignment)
    {
        var (elements, bytes) = GgufTypes.Block(type);
        if (elements == 0) throw Bad(name, $"type {(Enum.IsDefined(type) ? type : (int)type)} is not read ({GgufTypes.Readable} are)");
        if (columns % elements != 0) throw Bad(name, $"a row of {columns} is not whole blocks of {elements}");
        if (offset % alignment != 0) throw Bad(name, $"begins at byte {offset}, which is not a multiple of {alignment}");
        var length = (UInt128)(ulong)rows * (ulong)(columns / elements) * (ulong)bytes;
        if (start > _length || (ulong)offset > (ulong)(_length - start) || length > (UInt128)(ulong)(_length - start - offset)) throw Bad(name, "lies outside the file");
        if (!Tensors.TryAdd(name, new(name, type, (int)rows, (int)columns, start + offset))) throw Bad(name, "appears twice");
    }

    private void CheckOverlaps()
    {
        var end = 0L;
        foreach (var tensor in Tensors.Values.Where(t => t.Rows > 0 && t.Columns > 0).OrderBy(t => t.Offset))
        {
            if (tensor.Offset < end) throw Bad(tensor.Name, "overlaps the tensor before it");
            end = tensor.Offset + tensor.Rows * tensor.RowBytes;
        }
    }

    private object Value(string name, uint type, bool nested)
    {
        switch (type)
        {
            case 0: return (long)Byte();
            case 1: return (long)(sbyte)Byte();
            case 2: return (long)Unsigned16();
            case 3: return (long)(short)Unsigned16();
            case 4: return (long)Unsigned32();
            case 5: return (long)(int)Unsigned32();
            case 6: return (double)BitConverter.UInt32BitsToSingle(Unsigned32());
            case 7:
                var flag = Byte();
                return flag <= 1 ? flag == 1 : throw Bad(name, "is neither true nor false");
            case 8: return Text(MaxText, name);
            case 9 when !nested: return List(name);
            case 10:
                var number = Unsigned64();
                return number <= long.MaxValue ? (long)number : throw Bad(name, "is too large");
            case 11: return (long)Unsigned64();
            case 12: return BitConverter.UInt64BitsToDouble(Unsigned64());
            default: throw Bad(name, type == 9 ? "is a list of lists, which is not read" : $"has the unknown type {type}");
        }
    }

    private object List(string name)
    {
        var type = Unsigned32();
        var count = Unsigned64();
        if (count > MaxItems) throw Bad(name, $"has {count} elements; at most {MaxItems} are read");
        // the shortest element is a byte long
        if (count > (ulong)(_length - _position)) throw Bad(name, $"has {count} elements, more than the file has bytes left");
        if (type == 8)
        {
            var texts = new List<string>();
            for (var i = 0; i < (int)count; i++) texts.Add(Text(MaxText, name));
            return texts.ToArray();
        }
        if (type is 6 or 12)
        {
            var numbers = new List<double>();
            for (var i = 0; i < (int)count; i++) numbers.Add((double)Value(name, type, nested: true));
            return numbers.ToArray();
        }
        var integers = new List<long>();
        for (var i = 0; i < (int)count; i++) integers.Add(Value(name, type, nested: true) is var item && item is bool truth ? truth ? 1 : 0 : (long)item);
        return integers.ToArray();
    }

    private string Text(int most, string? field)
    {
        var length = Unsigned64();
        if (length > (ulong)most || length > (ulong)(_length - _position)) throw Bad(field, $"a text of {length} bytes is too long or goes beyond the end");
        var bytes = new byte[length];
        Take(bytes);
        if (_position > MaxTotal) throw Bad(null, $"header is longer than {MaxTotal} bytes");
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Bad(field, "a text is not valid UTF-8");
        }
    }

    private int Count(int most, string what) => Unsigned64() is var count && count <= (ulong)most ? (int)count : throw Bad(null, $"counts {count} {what}; at most {most} are read");

    private long Size(string tensor)
    {
        var size = Unsigned64();
        return size <= int.MaxValue ? (long)size : throw Bad(tensor, $"a dimension of {size} is too large");
    }

    private byte Byte()
    {
        Span<byte> bytes = stackalloc byte[1];
        Take(bytes);
        return bytes[0];
    }

    private ushort Unsigned16()
    {
        Span<byte> bytes = stackalloc byte[2];
        Take(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    private uint Unsigned32()
    {
        Span<byte> bytes = stackalloc byte[4];
        Take(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private ulong Unsigned64()
    {
        Span<byte> bytes = stackalloc byte[8];
        Take(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void Take(Span<byte> destination)
    {
        if (destination.Length > _length - _position) throw Bad(null, $"ends at byte {_length}, within its header");
        _stream.ReadExactly(destination);
        _position += destination.Length;
    }

    private ModelFormatException Bad(string? field, string problem) => new(path, field, problem);

    /// <summary>The file from its start, without taking over the handle.</summary>
    private sealed class HandleStream(string path, SafeFileHandle handle) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = RandomAccess.Read(handle, buffer, _at);
            _at += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException(path);

        public override void SetLength(long value) => throw new NotSupportedException(path);

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException(path);
    }
}
