using System.Runtime.InteropServices;
using DecodeAlign.Models;

namespace DecodeAlign.Torch;

/// <summary>One matrix of several that become one.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="Bias">The bias beside it, where there is one.</param>
/// <param name="Rows">Its outputs.</param>
internal readonly record struct WeightPart(WeightRole Role, WeightRole? Bias, int Rows);

/// <summary>
/// Streams weights to a device, a few megabytes at a time, so that no matrix is whole in the host's memory. The two halves of what turns of each query and key
/// head are put side by side, as <see cref="Rotary"/> wants them: products of queries and keys stay the same.
/// </summary>
internal sealed class WeightLoader(IWeightSource source, ScalarType type, torch.Device device, IProgress<double>? progress, CancellationToken cancellationToken)
{
    private const int ChunkValues = 1 << 21;

    private readonly TransformerDescription _d = source.Description;
    private readonly double _total = Matrices(source.Description);

    public long ParameterCount { get; private set; }

    /// <summary>Matrices of one row length, one under the other, with their biases.</summary>
    public Linear Linear(int layer, int columns, params WeightPart[] parts)
    {
        var bias = parts.Any(part => part.Bias is { } role && source.Has(role, layer)) ? Send(Biases(layer, parts), type) : null;
        Tensor? matrix = null;
        try
        {
            matrix = torch.empty(parts.Sum(part => part.Rows), columns, type, device);
            var row = 0;
            foreach (var part in parts)
            {
                Stream(part, layer, columns, matrix, row);
                row += part.Rows;
            }
            return new(matrix, bias);
        }
        catch
        {
            matrix?.Dispose();
            bias?.Dispose();
            throw;
        }
    }

    /// <summary>A norm over the residual stream.</summary>
    public NormWeights Norm(WeightRole weight, WeightRole? bias, int layer)
    {
        var scale = Send(Vector(weight, layer), ScalarType.Float32);
        try
        {
            return new(scale, bias is { } role && source.Has(role, layer) ? Send(Vector(role, layer), ScalarType.Float32) : null);
        }
        catch
        {
            scale.Dispose();
            throw;
        }
    }

    /// <summary>(query and key heads, head size): the scale of each head's norm.</summary>
    public Tensor HeadNorm(int layer)
    {
        var heads = _d.HeadCount + _d.KvHeadCount;
        var values = new float[heads * _d.HeadSize];
        for (var head = 0; head < heads; head++)
            source.ReadRows(head < _d.HeadCount ? WeightRole.QueryNorm : WeightRole.KeyNorm, layer, 0, values.AsSpan(head * _d.HeadSize, _d.HeadSize));
        Count(2L * _d.HeadSize);
        PutSideBySide(values);
        return Send(values, ScalarType.Float32, heads, _d.HeadSize);
    }

    /// <summary>(heads · head size): the scale of a norm over all queries or all keys.</summary>
    public Tensor WholeNorm(WeightRole role, int layer, int width)
    {
        var values = new float[width];
        source.ReadRows(role, layer, 0, values);
        Count(width);
        PutSideBySide(values);
        return Send(values, ScalarType.Float32);
    }

    private float[] Vector(WeightRole role, int layer)
    {
        var values = new float[_d.HiddenSize];
        source.ReadRows(role, layer, 0, values);
        Count(_d.HiddenSize);
        return values;
    }

    private float[] Biases(int layer, WeightPart[] parts)
    {
        var values = new float[parts.Sum(part => part.Rows)];
        var row = 0;
        foreach (var part in parts)
        {
            if (part.Bias is { } role && source.Has(role, layer))
            {
                var target = values.AsSpan(row, part.Rows);
                source.ReadRows(role, layer, 0, target);
                if (Turns(part.Role)) PutSideBySide(target);
                Count(part.Rows);
            }
            row += part.Rows;
        }
        return values;
    }

    private void Stream(in WeightPart part, int layer, int columns, Tensor matrix, int firstRow)
    {
        // whole heads, so that their rows can change places
        var unit = Turns(part.Role) ? _d.HeadSize : 1;
        var chunk = Math.Min(part.Rows, Math.Max(1, ChunkValues / columns / unit) * unit);
        using var staging = torch.empty(chunk, columns, ScalarType.Float32, new torch.Device(DeviceType.CPU));
        var values = MemoryMarshal.Cast<byte, float>(staging.bytes);
        for (var row = 0; row < part.Rows; row += chunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = Math.Min(chunk, part.Rows - row);
            source.ReadRows(part.Role, layer, row, values[..(count * columns)]);
            using var read = staging.narrow(0, 0, count);
            using var ordered = Turns(part.Role) ? SideBySide(read, count, columns) : read.alias();
            using var target = matrix.narrow(0, firstRow + row, count);
            target.copy_(ordered);
            Count((long)count * columns);
        }
    }

    private bool Turns(WeightRole role) => _d.Rope is not null && (role is WeightRole.Query or WeightRole.Key);

    private Tensor SideBySide(Tensor rows, int count, int columns)
    {
        var (heads, turned) = (count / _d.HeadSize, _d.Rope!.TurnedOf(_d.HeadSize));
        using var all = rows.view(heads, _d.HeadSize, columns);
        using var turning = all.narrow(1, 0, turned);
        using var halves = turning.view(heads, 2, turned / 2, columns);
        using var pairs = halves.permute(0, 2, 1, 3);
        if (turned == _d.HeadSize) return pairs.reshape(count, columns);
        using var first = pairs.reshape(heads, turned, columns);
        using var rest = all.narrow(1, turned, _d.HeadSize - turned);
        Tensor[] parts = [first, rest];
        using var ordered = torch.cat(parts, 1);
        return ordered.view(count, columns);
    }

    private void PutSideBySide(Span<float> heads)
    {
        if (_d.Rope is null) return;
        var half = _d.Rope.TurnedOf(_d.HeadSize) / 2;
        var copy = new float[_d.HeadSize];
        for (; !heads.IsEmpty; heads = heads[_d.HeadSize..])
        {
            heads[.._d.HeadSize].CopyTo(copy);
            for (var i = 0; i < half; i++) (heads[2 * i], heads[2 * i + 1]) = (copy[i], copy[half + i]);
        }
    }

    private Tensor Send(float[] values, ScalarType kept, params long[] shape)
    {
        using var host = torch.tensor(values);
        using var shaped = host.view(shape is [] ? [values.Length] : shape);
        return shaped.to(kept, device);
    }

    private void Count(long values)
    {
        ParameterCount += values;
        progress?.Report(Math.Min(1, ParameterCount / _total));
    }

    private static double Matrices(TransformerDescription d)
    {
        var attention = 2.0 * (d.HeadCount + d.KvHeadCount) * d.HeadSize;
        var feedForward = (d.IsGated ? 3.0 : 2) * d.IntermediateSize;
        var outside = d.VocabularySize + (d.RewardCount > 0 ? d.RewardCount : d.TiedEmbeddings ? 0 : d.VocabularySize) + (d.Rope is null ? d.ContextLength : 0);
        return d.HiddenSize * (d.LayerCount * (attention + feedForward) + outside);
    }
}
