using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Server;

/// <summary>A trace whose lines go with the response.</summary>
internal sealed class TraceLines : IDisposable
{
    private readonly List<JsonElement> _lines = [];
    private readonly JsonLinesTraceWriter _writer;

    public TraceLines() => _writer = new(new LineWriter(line => _lines.Add(JsonElement.Parse(line))));

    public ITraceSink Sink => _writer;

    public IReadOnlyList<JsonElement> Lines => _lines;

    /// <summary>A trace where one is asked for.</summary>
    /// <exception cref="ApiException">There are several answers, and a trace is of one.</exception>
    public static TraceLines? Of(Prepared prepared, int answers) =>
        !prepared.Alignment.Traces ? null : answers == 1 ? new() : throw ApiException.Field400("alignment.trace", "is of one answer; ask for one prompt and n = 1");

    public void Dispose() => _writer.Dispose();
}
