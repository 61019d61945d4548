using System.Runtime.ExceptionServices;
using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>A tensor that is part of a packed matrix.</summary>
internal readonly record struct MatrixPart(WeightRole Role, WeightRole? Bias, int Rows);

/// <summary>Streams tensors of a source into packed matrices, a panel's rows at a time, several panels at once, whichever matrix they belong to.</summary>
/// <param name="source">The weights.</param>
/// <param name="format">How they are packed, those of the layers at least.</param>
/// <param name="threads">Panels at once.</param>
/// <param name="arena">Where they go.</param>
/// <param name="weightsRead">Hears how many were read; one call at a time.</param>
/// <param name="cancellationToken">Checked before each panel.</param>
internal sealed class PackedMatrixLoader(IWeightSource source, WeightFormat format, int threads, NativeArena arena, Action<long> weightsRead, CancellationToken cancellationToken)
{
    private readonly List<(PackedMatrix Matrix, int FirstPanel, Action<int, PanelRows> Fill)> _matrices = [];
    private int _panels;
    private readonly Lock _counting = new();
    private readonly IBlockSource? _blocks = source as IBlockSource;
    private readonly bool _mixes = source is IBlockSource blocks && HoldsFourBits(blocks, source.Description.LayerCount);

    /// <summary>One matrix whose outputs are those of the parts, one after the other. <see cref="Run"/> fills it.</summary>
    public PackedMatrix Concatenate(int layer, int inputs, params MatrixPart[] parts)
    {
        var rows = parts.Sum(part => part.Rows);
        var matrix = Make(Sizes.RoundUp(rows, Sizes.Panel) / Sizes.Panel, inputs, layer, parts);
        return Add(matrix, (panel, room) =>
        {
            var start = 0;
            foreach (var part in parts)
            {
                Fill(matrix, panel, room, layer, part, panel * Sizes.Panel - start);
                start += part.Rows;
            }
        });
    }

    /// <summary>One matrix whose panels are taken from two parts of equal size in turn. <see cref="Run"/> fills it.</summary>
    public PackedMatrix Interleave(int layer, int inputs, MatrixPart even, MatrixPart odd)
    {
        var pairs = Sizes.RoundUp(even.Rows, Sizes.Panel) / Sizes.Panel;
        var matrix = Make(pairs * 2, inputs, layer, [even, odd], step: 2);
        return Add(matrix, (panel, room) => Fill(matrix, panel, room, layer, panel % 2 == 0 ? even : odd, panel / 2 * Sizes.Panel));
    }

    /// <summary>Fills all matrices.</summary>
    public void Run()
    {
        try
        {
            Parallel.For(0, _panels, new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken }, () => new PanelRows(source), (index, _, room) =>
            {
                var (matrix, first, fill) = Of(index);
                room.Begin(matrix);
                fill(index - first, room);
                room.Pack(matrix, index - first);
                return room;
            }, _ => { });
        }
        catch (AggregateException exception)
        {
            // what one thread met is what the caller is told
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    private PackedMatrix Add(PackedMatrix matrix, Action<int, PanelRows> fill)
    {
        _matrices.Add((matrix, _panels, fill));
        _panels += matrix.Panels;
        return matrix;
    }

    /// <summary>The matrix that a panel of all belongs to.</summary>
    private (PackedMatrix Matrix, int FirstPanel, Action<int, PanelRows> Fill) Of(int index)
    {
        var (low, high) = (0, _matrices.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_matrices[middle].FirstPanel <= index) low = middle;
            else high = middle - 1;
        }
        return _matrices[low];
    }

    private PackedMatrix Make(int panels, int inputs, int layer, MatrixPart[] parts, int step = 1)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var biased = parts.Any(part => part.Bias is { } role && source.Has(role, layer));
        var ofMatrix = Format(layer, parts);
        var offsets = parts.Any(part => Stored(layer, part) is > 0 and var bits && bits <= PanelFormat.IntegerBits(ofMatrix) && _blocks!.HasBlockOffsets(part.Role, layer));
        return new(panels, inputs, ofMatrix, biased, arena, offsets) { Step = step };
    }

    /// <summary>
    /// Four bits are for the matrices of the layers: what stands outside them has eight, unless the source holds it in four. If it holds some of the layers' in four bits and others in more,
    /// those others have eight too.
    /// </summary>
    private WeightFormat Format(int layer, MatrixPart[] parts)
    {
        if (format != WeightFormat.Q4 || Array.TrueForAll(parts, part => Stored(layer, part) == 4)) return format;
        return _mixes || Array.Exists(parts, part => StoredFormat.Outside.Contains(part.Role)) ? WeightFormat.Q8 : WeightFormat.Q4;
    }

    private int Stored(int layer, MatrixPart part) => _blocks?.BlockBits(part.Role, layer) ?? 0;

    private static bool HoldsFourBits(IBlockSource blocks, int layers) =>
        Enumerable.Range(0, layers).Any(layer => StoredFormat.OfLayers.Any(role => blocks.BlockBits(role, layer) == 4));

    /// <summary>Reads the rows of a part that fall into a panel.</summary>
    /// <param name="matrix">Receives the biases.</param>
    /// <param name="panel">Index of the panel.</param>
    /// <param name="room">Receives the weights.</param>
    /// <param name="layer">Block index.</param>
    /// <param name="part">The tensor.</param>
    /// <param name="firstRow">The part's row that falls on the panel's first; negative where the part begins later.</param>
    private unsafe void Fill(PackedMatrix matrix, int panel, PanelRows room, int layer, MatrixPart part, int firstRow)
    {
        var lane = Math.Max(0, -firstRow);
        var row = Math.Max(0, firstRow);
        var count = Math.Min(Sizes.Panel - lane, part.Rows - row);
        if (count <= 0) return;
        room.Read(part.Role, layer, row, lane, count);
        lock (_counting) weightsRead((long)count * matrix.Inputs);
        if (part.Bias is not { } bias || !source.Has(bias, layer)) return;
        var all = new float[part.Rows];
        source.ReadRows(bias, layer, 0, all);
        all.AsSpan(row, count).CopyTo(new(matrix.Bias(panel) + lane, count));
    }
}
