using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DecodeAlign.Models;

/// <summary>The weights of a llama2.c file. Its rotary positions turn neighbouring elements, ours the two halves of a head, so rows of query and key are read in another order.</summary>
internal sealed class Llama2Weights : IWeightSource
{
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<WeightRole, long> _starts = [];

    /// <summary>Takes over the handle.</summary>
    public Llama2Weights(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        Name = Path.GetFileNameWithoutExtension(path);
        var length = RandomAccess.GetLength(handle);
        if (length < Llama2Header.Bytes) throw new ModelFormatException(path, null, $"is {length} bytes long, shorter than its header");
        Span<byte> header = stackalloc byte[Llama2Header.Bytes];
        BoundedFile.ReadExactly(handle, path, 0, header);
        Description = Llama2Header.Parse(path, header);
        var end = Llama2Header.Bytes + sizeof(float) * LayOut();
        if (length != end) throw new ModelFormatException(path, null, $"is {length} bytes long, its header asks for {end}");
    }

    public TransformerDescription Description { get; }

    public string Name { get; }

    public bool Has(WeightRole role, int layer = 0) => _starts.ContainsKey(role) && layer >= 0 && layer < Layers(role);

    public void ReadRows(WeightRole role, int layer, int firstRow, Span<float> destination)
    {
        if (!Has(role, layer)) throw new KeyNotFoundException($"{Name} has no {role} in layer {layer}");
        var (rows, columns) = WeightShapes.Of(Description, role);
        var count = destination.Length / columns;
        if (count * columns != destination.Length) throw new ArgumentException($"its length must be a multiple of {columns}", nameof(destination));
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, rows - count);
        var start = _starts[role] + (long)layer * rows * columns;
        if (role is WeightRole.Query or WeightRole.Key)
            for (var i = 0; i < count; i++) Read(start + (long)RotaryOrder.Neighbouring(firstRow + i, Description.HeadSize) * columns, destination.Slice(i * columns, columns));
        else Read(start + (long)firstRow * columns, destination);
    }

    public void Dispose() => _handle.Dispose();

    private static bool IsPerLayer(WeightRole role) => role is not (WeightRole.TokenEmbedding or WeightRole.FinalNorm or WeightRole.Head);

    private int Layers(WeightRole role) => IsPerLayer(role) ? Description.LayerCount : 1;

    /// <summary>Places the tensors in the file's order; returns its number of floats.</summary>
    private long LayOut()
    {
        var next = 0L;
        foreach (var role in new[] { WeightRole.TokenEmbedding, WeightRole.AttentionNorm, WeightRole.Query, WeightRole.Key, WeightRole.Value, WeightRole.Output, WeightRole.FeedForwardNorm, WeightRole.Gate, WeightRole.Down, WeightRole.Up, WeightRole.FinalNorm })
        {
            _starts.Add(role, next);
            var (rows, columns) = WeightShapes.Of(Description, role);
            next += (long)rows * columns * Layers(role);
        }
        // tables of cosines and sines, which are computed here
        next += (long)Description.ContextLength * Description.HeadSize;
        if (Description.TiedEmbeddings) return next;
        _starts.Add(WeightRole.Head, next);
        return next + (long)Description.VocabularySize * Description.HiddenSize;
    }

    private void Read(long firstFloat, Span<float> destination) =>
        BoundedFile.ReadExactly(_handle, _path, Llama2Header.Bytes + sizeof(float) * firstFloat, MemoryMarshal.AsBytes(destination));
}
