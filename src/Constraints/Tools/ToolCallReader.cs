using System.Text.Json;

namespace DecodeAlign.Constraints;

/// <summary>Takes calls of tools apart.</summary>
internal static class ToolCallReader
{
    private const int MostDepth = 1000;

    /// <summary>The calls that a text consists of; null: it is something else, or cut short.</summary>
    public static IReadOnlyList<ToolCall>? Read(ReadOnlySpan<byte> text, ToolCallFormat format, Func<string, bool> isTool)
    {
        var calls = new List<ToolCall>();
        try
        {
            // a marker that is a control token has left no text
            Take(ref text, format.Marker);
            if (format.Marker.Length > 0) Take(ref text, " ");
            if (!Take(ref text, format.Open)) return null;
            while (true)
            {
                if (!Take(ref text, format.Begin) || Value(ref text, format) is not { } call || !isTool(call.Name) || !Take(ref text, format.End)) return null;
                calls.Add(call);
                var rest = text;
                if (Take(ref rest, format.Close) && rest.TrimEnd((byte)'\n').IsEmpty) return calls;
                if (!Take(ref text, format.Separator)) return null;
            }
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ToolCall? Value(ref ReadOnlySpan<byte> text, ToolCallFormat format)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MostDepth });
        if (!JsonDocument.TryParseValue(ref reader, out var document)) return null;
        using (document)
        {
            text = text[(int)reader.BytesConsumed..];
            return document.RootElement is { ValueKind: JsonValueKind.Object } call && call.TryGetProperty(format.NameKey, out var name) && name.ValueKind == JsonValueKind.String && call.TryGetProperty(format.ArgumentsKey, out var arguments)
                ? new(name.GetString()!, arguments.GetRawText())
                : null;
        }
    }

    // a line end before it is passed over
    private static bool Take(ref ReadOnlySpan<byte> text, string what)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(what);
        if (!text.StartsWith(bytes)) text = text.TrimStart((byte)'\n');
        if (!text.StartsWith(bytes)) return false;
        text = text[bytes.Length..];
        return true;
    }
}
