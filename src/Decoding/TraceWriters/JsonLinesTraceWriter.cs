using System.Text.Encodings.Web;
using System.Text.Json;

namespace DecodeAlign.Decoding;

/// <summary>
/// Writes a search's trace as JSON Lines while it runs: <c>{"header": …}</c>, a <c>{"step": …}</c> for each step, under a preference <c>{"selection": …}</c>,
/// <c>{"end": …}</c>, with the fields of <see cref="TraceHeader"/>, <see cref="TraceStep"/>, <see cref="PreferenceReport"/> and <see cref="DecodingResult"/> in camelCase (docs/traces.md has them). A search that fails leaves the steps it took.
/// </summary>
public sealed class JsonLinesTraceWriter : ITraceSink, IDisposable
{
    // letters of all scripts as they are: only JSON readers see the file
    private static readonly TraceJson Readable = new(new(TraceJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly TextWriter _writer;

    /// <summary>Takes ownership of a writer.</summary>
    public JsonLinesTraceWriter(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
    }

    /// <inheritdoc/>
    public void OnBegin(TraceHeader header) => Write(new() { Header = header });

    /// <inheritdoc/>
    public void OnStep(TraceStep traceStep) => Write(new() { Step = traceStep });

    /// <inheritdoc/>
    public void OnEnd(DecodingResult result)
    {
        if (result.Selection is PreferenceReport report) Write(new() { Selection = report });
        Write(new() { End = result });
        _writer.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void Write(TraceLine line)
    {
        _writer.Write(JsonSerializer.Serialize(line, Readable.TraceLine));
        _writer.Write('\n');
    }
}
