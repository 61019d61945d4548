namespace DecodeAlign.Cli;

/// <summary>Writes help and reports in a given width: paragraphs, and rows of a name and what it means.</summary>
internal sealed class PageWriter(TextWriter writer, int width)
{
    private const int WidestName = 25;
    private const int NarrowestText = 24;

    public void Title(string text) => writer.WriteLine(text);

    public void Line(string text = "") => writer.WriteLine(text);

    public void Paragraph(string text)
    {
        foreach (var line in text.Split('\n'))
            foreach (var part in Wrap(line.TrimEnd('\r'), width)) writer.WriteLine(part);
    }

    /// <summary>Lines, indented: commands as they are, since one that is broken could not be copied.</summary>
    public void Examples(string text)
    {
        foreach (var line in text.Split('\n').Select(line => $"  {line.TrimEnd('\r')}"))
            foreach (var part in line.TrimStart().StartsWith("decodealign ", StringComparison.Ordinal) ? [line] : Wrap(line, width)) writer.WriteLine(part.TrimEnd());
    }

    /// <summary>Names and texts in two columns; a name that is too wide for its column has a line of its own.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="column">The width of the names; null: what these take (<see cref="Column"/>).</param>
    public void Rows(IReadOnlyCollection<(string Name, string Text)> rows, int? column = null)
    {
        var names = column ?? Column(rows.Select(row => row.Name));
        foreach (var (name, text) in rows)
        {
            var lines = Wrap(text, Math.Max(NarrowestText, width - names - 4)).ToList();
            var first = name.Length <= names ? 0 : -1;
            writer.WriteLine($"  {name.PadRight(names)}  {(first == 0 ? lines.FirstOrDefault() : "")}".TrimEnd());
            foreach (var line in lines.Skip(first + 1)) writer.WriteLine($"{new string(' ', names + 4)}{line}".TrimEnd());
        }
    }

    /// <summary>The width that names take: that of the longest which leaves room for texts.</summary>
    public int Column(IEnumerable<string> names)
    {
        var widest = Math.Min(WidestName, Math.Max(8, width - NarrowestText - 4));
        return names.Select(name => name.Length).Where(length => length <= widest).DefaultIfEmpty(widest).Max();
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var indent = text.Length - text.TrimStart(' ').Length;
        var line = text[..indent];
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indent && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = new string(' ', indent);
            }
            line += line.Length > indent ? $" {word}" : word;
        }
        yield return line;
    }
}
