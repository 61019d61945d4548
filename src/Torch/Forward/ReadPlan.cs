using System.Runtime.InteropServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Torch;

/// <summary>The reads of neighbouring rows, whose logits are computed at once.</summary>
/// <param name="FirstRow">First of the rows that are read.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="FirstAnswer">First of their reads.</param>
/// <param name="Answers">Number of reads.</param>
internal readonly record struct ReadChunk(int FirstRow, int Rows, int FirstAnswer, int Answers)
{
    /// <summary>Tokens that each read of the most likely ones takes to the host; 0: there is no such read.</summary>
    public int Top { get; init; }

    /// <summary>The row of each read of the most likely tokens, or of what a mask allows, within the chunk.</summary>
    public Part TopRows { get; init; }

    /// <summary>Whether these are all rows in order.</summary>
    public bool TopIsEveryRow { get; init; }

    /// <summary>For each such read a bit for each token, set where it is forbidden; empty where none is.</summary>
    public Part Forbidden { get; init; }

    /// <summary>Whether it is read how likely what is allowed is.</summary>
    public bool Sums { get; init; }

    /// <summary>Row · vocabulary + token of each named token.</summary>
    public Part Named { get; init; }

    /// <summary>Rows that are read whole.</summary>
    public Part Whole { get; init; }
}

/// <summary>What the device must know to answer a pass's reads.</summary>
internal sealed class ReadPlan(int vocabulary, torch.Device device) : IDisposable
{
    /// <summary>Tokens taken beyond those asked for, since the device orders equal logits as it likes.</summary>
    private const int Spare = 32;

    /// <summary>Logits that are computed at once.</summary>
    public const long MostLogits = 1 << 25;

    private readonly Upload<long> _indices = new(ScalarType.Int64, device);
    private readonly Upload<byte> _forbidden = new(ScalarType.Byte, device);
    private readonly List<ReadChunk> _chunks = [];
    private readonly List<long> _rows = [];

    /// <summary>Bytes of a mask.</summary>
    public int MaskBytes { get; } = (vocabulary + 63) / 64 * 8;

    public ReadOnlySpan<ReadChunk> Chunks => CollectionsMarshal.AsSpan(_chunks);

    public void Build(int rows, ReadOnlySpan<(int Row, int Read)> answers, ReadOnlySpan<EvaluationRequest> reads)
    {
        Clear();
        var chunkRows = (int)Math.Clamp(MostLogits / vocabulary, 1, 1024);
        for (var (first, answer) = (0, 0); first < rows; first += chunkRows)
        {
            var count = Math.Min(chunkRows, rows - first);
            var end = answer;
            while (end < answers.Length && answers[end].Row < first + count) end++;
            _chunks.Add(Plan(new(first, count, answer, end - answer), answers[answer..end], reads));
            answer = end;
        }
        _indices.Send();
        if (_chunks.Exists(chunk => chunk.Forbidden.Count > 0)) _forbidden.Send();
    }

    public Tensor Take(Part part) => _indices.Slice(part.Start, part.Count);

    public Tensor TakeForbidden(Part part) => _forbidden.Slice(part.Start, part.Count);

    public void Clear()
    {
        _indices.Clear();
        _forbidden.Clear();
        _chunks.Clear();
    }

    public void Dispose()
    {
        _indices.Dispose();
        _forbidden.Dispose();
    }

    /// <summary>Whether a read looks at logits under its mask.</summary>
    public static bool IsMasked(in EvaluationRequest read) => !read.Top.IsEmpty || !read.AllowedLogProbability.IsEmpty;

    private ReadChunk Plan(ReadChunk chunk, ReadOnlySpan<(int Row, int Read)> answers, ReadOnlySpan<EvaluationRequest> reads)
    {
        var most = 0;
        var (masked, sums) = (false, false);
        _rows.Clear();
        foreach (var (row, read) in answers)
        {
            if (!IsMasked(reads[read])) continue;
            most = Math.Max(most, reads[read].Top.Length);
            masked |= reads[read].Allowed is not null;
            sums |= !reads[read].AllowedLogProbability.IsEmpty;
            _rows.Add(row - chunk.FirstRow);
        }
        var everyRow = _rows.Count == chunk.Rows;
        for (var i = 0; i < _rows.Count && everyRow; i++) everyRow = _rows[i] == i;
        var topRows = Send(_rows);
        var forbidden = masked ? AddMasks(answers, reads, _rows.Count) : default;
        _rows.Clear();
        foreach (var (row, read) in answers)
            foreach (var token in reads[read].Named.Span) _rows.Add((row - chunk.FirstRow) * (long)vocabulary + token);
        var named = Send(_rows);
        _rows.Clear();
        foreach (var (row, read) in answers)
            if (!reads[read].LogProbabilities.IsEmpty) _rows.Add(row - chunk.FirstRow);
        return chunk with
        {
            Top = most == 0 ? 0 : Math.Min(vocabulary, most + Spare),
            TopRows = topRows,
            TopIsEveryRow = everyRow,
            Sums = sums,
            Forbidden = forbidden,
            Named = named,
            Whole = Send(_rows),
        };
    }

    private Part Send(List<long> values) => new(_indices.Add(CollectionsMarshal.AsSpan(values)), values.Count);

    private Part AddMasks(ReadOnlySpan<(int Row, int Read)> answers, ReadOnlySpan<EvaluationRequest> reads, int count)
    {
        var part = new Part(_forbidden.Add(count * MaskBytes), count * MaskBytes);
        var room = _forbidden[part.Start, part.Count];
        room.Clear();
        foreach (var (_, read) in answers)
        {
            if (!IsMasked(reads[read])) continue;
            if (reads[read].Allowed is { } allowed)
            {
                var words = MemoryMarshal.Cast<byte, ulong>(room[..MaskBytes]);
                for (var i = 0; i < words.Length; i++) words[i] = ~allowed.Words[i];
            }
            room = room[MaskBytes..];
        }
        return part;
    }
}
