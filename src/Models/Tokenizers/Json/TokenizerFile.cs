using System.Text.Json;

namespace DecodeAlign.Models;

/// <summary>Reads a tokenizer's files with bounds, and turns every way in which they can be broken into a <see cref="ModelFormatException"/>.</summary>
internal static class TokenizerFile
{
    /// <summary>Larger files are refused: twice the largest open tokenizer.</summary>
    public const long MaxBytes = 64L << 20;

    private const int MaxDepth = 32;

    public static JsonReaderOptions ReaderOptions => new() { MaxDepth = MaxDepth };

    public static byte[] ReadBytes(string file)
    {
        var length = new FileInfo(file).Length;
        if (length > MaxBytes) throw new ModelFormatException(file, null, $"{length} bytes; a tokenizer's file has at most {MaxBytes}");
        return File.ReadAllBytes(file);
    }

    /// <summary>Reads a small JSON file whole.</summary>
    public static JsonField ReadJson(string file) => Guard(file, () =>
    {
        using var document = JsonDocument.Parse(PythonJson.Quoted(WithoutBom(ReadBytes(file))), new JsonDocumentOptions { MaxDepth = MaxDepth });
        return new JsonField(file, "", document.RootElement.Clone());
    });

    /// <summary>Runs a reader and names the file in whatever goes wrong.</summary>
    public static T Guard<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JsonException error)
        {
            throw new ModelFormatException(file, null, $"not valid JSON: {error.Message}", error);
        }
        catch (InvalidOperationException error)
        {
            // what the JSON reader throws for text that is not UTF-8 or a number that is none
            throw new ModelFormatException(file, null, $"not valid: {error.Message}", error);
        }
        catch (FormatException error)
        {
            throw new ModelFormatException(file, null, $"not valid: {error.Message}", error);
        }
    }

    public static ReadOnlyMemory<byte> WithoutBom(byte[] bytes) =>
        bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes.AsMemory(3) : bytes;
}
