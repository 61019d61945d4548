using System.Text.Json;

namespace DecodeAlign.Decoding;

/// <summary>
/// Writes a search's trace as one HTML page that needs no network and no other file: the tree of candidates step by step, and why each survived or not.
/// Steps are written while the search runs; a search that fails leaves a page of the steps it took. The model's text reaches the page only as JSON in
/// which every character that HTML knows is escaped, and from there only as text.
/// </summary>
public sealed class HtmlTraceWriter : ITraceSink, IDisposable
{
    // the first scripts draw for the server's playground too
    private static readonly string[] Scripts = ["words.js", "data.js", "unpack.js", "tree.js", "candidate.js", "rows.js", "selection.js", "view.js", "page.js"];

    private readonly TextWriter _writer;
    private readonly PackedSteps _steps = new();
    private bool _disposed;

    /// <summary>Takes ownership of a writer and begins the page.</summary>
    public HtmlTraceWriter(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
        _writer.Write(Resource("page.html").Replace("/*STYLE*/", Resource("parts.css") + Resource("page.css"), StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public void OnBegin(TraceHeader header) => Write(new() { Header = header });

    /// <inheritdoc/>
    public void OnStep(TraceStep traceStep) => WriteData(_steps.Write(traceStep));

    /// <inheritdoc/>
    public void OnEnd(DecodingResult result)
    {
        if (result.Selection is PreferenceReport report) Write(new() { Selection = report });
        // what an answer lost before each of its tokens is told of the chosen one alone
        Write(new() { End = result with { Answers = [.. result.Answers.Select(answer => answer with { MaskLoss = null })] } });
    }

    /// <summary>Ends the page and disposes the writer.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _writer.Write("<script>\n");
        foreach (var script in Scripts) _writer.Write(Resource(script));
        _writer.Write("</script>\n</body>\n</html>\n");
        _writer.Dispose();
    }

    private void Write(TraceLine line) => WriteData(JsonSerializer.Serialize(line, TraceJson.Default.TraceLine));

    private void WriteData(string json)
    {
        _writer.Write("<script type=\"application/json\" class=\"trace\">");
        _writer.Write(json);
        _writer.Write("</script>\n");
    }

    private static string Resource(string name)
    {
        using var stream = typeof(HtmlTraceWriter).Assembly.GetManifestResourceStream($"trace/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
