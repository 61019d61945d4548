using System.Text.Json;
using System.Text.Unicode;

namespace DecodeAlign.Models;

/// <summary>Reads whole small files of a model folder, refusing those larger than they could honestly be.</summary>
internal static class BoundedFile
{
    /// <summary>All bytes, checked to be UTF-8, without a byte-order mark.</summary>
    public static ReadOnlyMemory<byte> ReadUtf8(string path, int maxBytes)
    {
        using var handle = Open(path);
        var length = RandomAccess.GetLength(handle);
        if (length > maxBytes) throw new ModelFormatException(path, null, $"is {length} bytes long; at most {maxBytes} are read");
        var bytes = new byte[length];
        ReadExactly(handle, path, 0, bytes);
        return CheckUtf8(path, bytes);
    }

    /// <summary>The bytes without a byte-order mark.</summary>
    /// <exception cref="ModelFormatException">They are not UTF-8.</exception>
    public static ReadOnlyMemory<byte> CheckUtf8(string path, ReadOnlyMemory<byte> bytes)
    {
        if (!Utf8.IsValid(bytes.Span)) throw new ModelFormatException(path, null, "is not valid UTF-8");
        return bytes.Span.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
    }

    /// <summary>A JSON object; duplicate properties are refused.</summary>
    public static JsonDocument ReadJsonObject(string path, int maxBytes)
    {
        var bytes = ReadUtf8(path, maxBytes);
        try
        {
            var document = JsonDocument.Parse(PythonJson.Quoted(bytes), new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 });
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            throw new ModelFormatException(path, null, "must hold a JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ModelFormatException(path, null, $"is not valid JSON: {e.Message}", e);
        }
    }

    /// <summary>Opens for reading.</summary>
    /// <exception cref="ModelFormatException">The file is not there.</exception>
    public static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ModelFormatException(path, null, "is missing", e);
        }
    }

    /// <summary>Fills the buffer from an offset.</summary>
    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    public static void ReadExactly(Microsoft.Win32.SafeHandles.SafeFileHandle handle, string path, long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read == 0) throw new EndOfStreamException($"{path}: ended at byte {offset} while it was being read");
            offset += read;
            destination = destination[read..];
        }
    }
}
