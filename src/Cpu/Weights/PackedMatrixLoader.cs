using DecodeAlign.Models;

namespace DecodeAlign.Cpu;

/// <summary>A tensor that is part of a packed matrix.</summary>
internal readonly record struct MatrixPart(WeightRole Role, WeightRole? Bias, int Rows);

/// <summary>Streams tensors of a source into packed matrices, a panel's rows at a time.</summary>
internal sealed class PackedMatrixLoader(IWeightSource source, WeightFormat format, NativeArena arena, Action<long> weightsRead, CancellationToken cancellationToken)
{
    private float[] _staging = [];

    /// <summary>One matrix whose outputs are those of the parts, one after the other.</summary>
    public PackedMatrix Concatenate(int layer, int inputs, params ReadOnlySpan<MatrixPart> parts)
    {
        var rows = 0;
        foreach (var part in parts) rows += part.Rows;
        var matrix = Make(Sizes.RoundUp(rows, Sizes.Panel) / Sizes.Panel, inputs, layer, parts);
        for (var panel = 0; panel < matrix.Panels; panel++)
        {
            var staging = Staging(inputs);
            var start = 0;
            foreach (var part in parts)
            {
                Fill(matrix, panel, staging, layer, part, panel * Sizes.Panel - start);
                start += part.Rows;
            }
            matrix.Pack(panel, staging);
        }
        return matrix;
    }

    /// <summary>One matrix whose panels are taken from two parts of equal size in turn.</summary>
    public PackedMatrix Interleave(int layer, int inputs, MatrixPart even, MatrixPart odd)
    {
        var pairs = Sizes.RoundUp(even.Rows, Sizes.Panel) / Sizes.Panel;
        var matrix = Make(pairs * 2, inputs, layer, [even, odd], step: 2);
        for (var panel = 0; panel < matrix.Panels; panel++)
        {
            var staging = Staging(inputs);
            Fill(matrix, panel, staging, layer, panel % 2 == 0 ? even : odd, panel / 2 * Sizes.Panel);
            matrix.Pack(panel, staging);
        }
        return matrix;
    }

    private PackedMatrix Make(int panels, int inputs, int layer, ReadOnlySpan<MatrixPart> parts, int step = 1)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var biased = false;
        foreach (var part in parts) biased |= part.Bias is { } role && source.Has(role, layer);
        return new(panels, inputs, format, biased, arena) { Step = step };
    }

    private Span<float> Staging(int inputs)
    {
        if (_staging.Length < Sizes.Panel * inputs) _staging = new float[Sizes.Panel * inputs];
        var staging = _staging.AsSpan(0, Sizes.Panel * inputs);
        staging.Clear();
        return staging;
    }

    /// <summary>Reads the rows of a part that fall into a panel.</summary>
    /// <param name="matrix">Receives the biases.</param>
    /// <param name="panel">Index of the panel.</param>
    /// <param name="staging">48 rows of weights.</param>
    /// <param name="layer">Block index.</param>
    /// <param name="part">The tensor.</param>
    /// <param name="firstRow">The part's row that falls on the panel's first; negative where the part begins later.</param>
    private unsafe void Fill(PackedMatrix matrix, int panel, Span<float> staging, int layer, MatrixPart part, int firstRow)
    {
        var lane = Math.Max(0, -firstRow);
        var row = Math.Max(0, firstRow);
        var count = Math.Min(Sizes.Panel - lane, part.Rows - row);
        if (count <= 0) return;
        var inputs = matrix.Inputs;
        source.ReadRows(part.Role, layer, row, staging.Slice(lane * inputs, count * inputs));
        weightsRead((long)count * inputs);
        if (part.Bias is not { } bias || !source.Has(bias, layer)) return;
        var all = new float[part.Rows];
        source.ReadRows(bias, layer, 0, all);
        all.AsSpan(row, count).CopyTo(new(matrix.Bias(panel) + lane, count));
    }
}
