using System.Text.Json;

namespace DecodeAlign.Models.ChatTemplates;

/// <summary>Reads untrusted JSON files, bounded, with errors that name the file.</summary>
internal static class JsonFiles
{
    private const long MaxBytes = 64 << 20;

    /// <summary>The file's document, or null where there is no such file.</summary>
    public static JsonDocument? Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists) return null;
        if (file.Length > MaxBytes) throw new InvalidDataException($"{file.Name}: longer than {MaxBytes} bytes.");
        try
        {
            return JsonDocument.Parse(PythonJson.Quoted(TokenizerFile.WithoutBom(File.ReadAllBytes(path))));
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{file.Name}: {exception.Message}", exception);
        }
    }

    /// <summary>Runs a reader of texts; JSON may spell half a surrogate pair, which no text can hold.</summary>
    public static T ReadTexts<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidDataException($"{file}: a text holds half a surrogate pair.", exception);
        }
    }
}
