using System.Text;
using System.Text.Json;

namespace DecodeAlign.Evaluation;

/// <summary>
/// A run's file, JSON Lines: a header, then each result as it comes, flushed. A run that was killed goes on where it was: half a line at the end is cut off, and what is there is not done again. One caller at a time.
/// </summary>
internal sealed class RunFile : IDisposable
{
    private readonly FileStream _stream;

    private RunFile(FileStream stream, RunHeader header) => (_stream, Header) = (stream, header);

    public RunHeader Header { get; }

    public Dictionary<int, FitRecord> Fits { get; } = [];

    public Dictionary<(int Cell, int Prompt), TextRecord> Texts { get; } = [];

    /// <summary>Opens a run's file to go on with it, or begins it.</summary>
    /// <exception cref="InvalidDataException">The file is of another run, or broken; the message says so.</exception>
    public static RunFile Open(string path, RunHeader header)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            var file = new RunFile(stream, header);
            var end = 0L;
            foreach (var (line, number, after) in Lines(stream))
            {
                if (number == 1)
                {
                    file = new(stream, ReadHeader(line, path));
                    if (file.Header.Identity != header.Identity || file.Header.Shard != header.Shard) throw new InvalidDataException($"{path}: holds another run (other tasks, decoders, prompts, seed, model or shard); name another folder, or delete it");
                }
                else file.Add(ReadLine(line, path, number), path, number);
                end = after;
            }
            stream.SetLength(end);
            stream.Position = end;
            if (end == 0) file.Write(JsonSerializer.Serialize(header, RunJson.Default.RunHeader));
            return file;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads the files of a run's shards as one run.</summary>
    /// <exception cref="InvalidDataException">A file is broken, two are not of one run, or two hold the same text.</exception>
    public static (RunHeader Header, Dictionary<int, FitRecord> Fits, Dictionary<(int Cell, int Prompt), TextRecord> Texts) Read(IReadOnlyList<string> paths)
    {
        RunFile? all = null;
        foreach (var path in paths)
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            RunFile? own = null;
            foreach (var (line, number, _) in Lines(stream))
            {
                if (number == 1) own = new(stream, ReadHeader(line, path));
                else own!.Add(ReadLine(line, path, number), path, number);
            }
            if (own is null) throw new InvalidDataException($"{path}: is empty");
            all ??= new(stream, own.Header);
            if (own.Header.Identity != all.Header.Identity) throw new InvalidDataException($"{path} is of another run than {paths[0]}");
            foreach (var fit in own.Fits.Values)
                if (!all.Fits.TryAdd(fit.Cell, fit) && all.Fits[fit.Cell] != fit) throw new InvalidDataException($"{path} fitted cell {fit.Cell} to {fit.Value}, another shard to {all.Fits[fit.Cell].Value}");
            foreach (var text in own.Texts.Values)
                if (!all.Texts.TryAdd((text.Cell, text.Prompt), text)) throw new InvalidDataException($"{path} holds a text of prompt {text.Prompt} that another file holds too");
        }
        return all is null ? throw new ArgumentException("there are no files", nameof(paths)) : (all.Header, all.Fits, all.Texts);
    }

    /// <summary>The lines of the shards' files as those of one run.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="Read"/>.</exception>
    public static string Join(IReadOnlyList<string> paths)
    {
        var (header, fits, texts) = Read(paths);
        IEnumerable<string> lines =
        [
            JsonSerializer.Serialize(header with { Shard = 0, Shards = 1 }, RunJson.Default.RunHeader),
            .. fits.OrderBy(fit => fit.Key).Select(fit => JsonSerializer.Serialize(new RunLine { Fit = fit.Value }, RunJson.Default.RunLine)),
            .. texts.OrderBy(text => text.Key.Prompt).ThenBy(text => text.Key.Cell).Select(text => JsonSerializer.Serialize(new RunLine { Text = text.Value }, RunJson.Default.RunLine)),
        ];
        return string.Concat(lines.Select(line => line + "\n"));
    }

    public void Append(FitRecord fit) => Write(new RunLine { Fit = fit }, () => Fits.Add(fit.Cell, fit));

    public void Append(TextRecord text) => Write(new RunLine { Text = text }, () => Texts.Add((text.Cell, text.Prompt), text));

    public void Dispose() => _stream.Dispose();

    private void Add(RunLine line, string path, int number)
    {
        if (line.Fit is { } fit ? !Fits.TryAdd(fit.Cell, fit) : line.Text is { } text && !Texts.TryAdd((text.Cell, text.Prompt), text)) throw new InvalidDataException($"{path}, line {number}: is there twice");
        if ((line.Fit?.Cell ?? line.Text?.Cell ?? -1) is var cell && (cell < 0 || cell >= Header.Cells.Count)) throw new InvalidDataException($"{path}, line {number}: is of no cell of the header");
    }

    private void Write(RunLine line, Action keep)
    {
        Write(JsonSerializer.Serialize(line, RunJson.Default.RunLine));
        keep();
    }

    private void Write(string line)
    {
        _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _stream.Flush(flushToDisk: false);
    }

    // whole lines, each with where it ends
    private static IEnumerable<(string Line, int Number, long After)> Lines(FileStream stream)
    {
        var bytes = new byte[stream.Length];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        var start = 0;
        for (var number = 1; Array.IndexOf(bytes, (byte)'\n', start) is >= 0 and var end; number++)
        {
            yield return (Encoding.UTF8.GetString(bytes, start, end - start), number, end + 1);
            start = end + 1;
        }
    }

    private static RunHeader ReadHeader(string line, string path) => Parse(line, path, 1, RunJson.Default.RunHeader) is { Format: RunHeader.CurrentFormat } header ? header : throw new InvalidDataException($"{path}: is no run of this version ({RunHeader.CurrentFormat})");

    private static RunLine ReadLine(string line, string path, int number) => Parse(line, path, number, RunJson.Default.RunLine);

    private static T Parse<T>(string line, string path, int number, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new InvalidDataException($"{path}, line {number}: is null");
        }
        catch (JsonException fault)
        {
            throw new InvalidDataException($"{path}, line {number}: {fault.Message}", fault);
        }
    }
}
