using System.Numerics.Tensors;

namespace DecodeAlign.Models;

/// <summary>The weights of a model folder. Nothing is kept but one strip of a tensor that is stored transposed.</summary>
internal sealed class CheckpointWeights : IWeightSource, IStoredWeights
{
    private const int StripElements = 1 << 20;

    private readonly Lock _reading = new();
    private readonly Checkpoint _checkpoint;
    private readonly Dictionary<(WeightRole Role, int Layer), TensorBinding> _bindings;
    private float[] _strip = [];
    private StoredTensor? _stripTensor;
    private int _stripFirst, _stripWidth;

    public CheckpointWeights(string name, Checkpoint checkpoint, ModelConfig config)
    {
        Name = name;
        _checkpoint = checkpoint;
        Description = config.Description;
        Warnings = config.Warnings;
        _bindings = WeightBinder.Bind(checkpoint, config);
        Unused = WeightBinder.Unused(checkpoint, config, _bindings.Values);
    }

    public TransformerDescription Description { get; }

    public string Name { get; }

    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Tensors of the files that the model does not use.</summary>
    public IReadOnlyList<string> Unused { get; }

    /// <summary>Elements of the tensors in use.</summary>
    public long ParameterCount => _bindings.Values.Sum(b => (long)b.Rows * b.Columns);

    public bool Has(WeightRole role, int layer = 0) => _bindings.ContainsKey((role, layer));

    public StoredNumbers StoredAs(WeightRole role, int layer) => _bindings[(role, layer)] is { Offset: 0, Tensor.Type: "BF16" } ? StoredNumbers.BFloat16 : StoredNumbers.Wide;

    public void ReadRows(WeightRole role, int layer, int firstRow, Span<float> destination)
    {
        if (!_bindings.TryGetValue((role, layer), out var binding)) throw new KeyNotFoundException($"{Name} has no {role} in layer {layer}");
        var rows = destination.Length / binding.Columns;
        if (rows * binding.Columns != destination.Length) throw new ArgumentException($"its length must be a multiple of {binding.Columns}", nameof(destination));
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, binding.Rows - rows);
        if (binding.HeadStride > 0) ReadByHead(role, binding, firstRow, destination);
        else if (binding.Transposed)
            lock (_reading) ReadColumns(binding, binding.FirstOutput + firstRow, destination);
        else binding.Tensor.File.Read(binding.Tensor, WeightShapes.IsMatrix(role) ? (long)(binding.FirstOutput + firstRow) * binding.Columns : binding.FirstOutput, destination);
        if (binding.Offset != 0) TensorPrimitives.Add(destination, binding.Offset, destination);
    }

    public void Dispose() => _checkpoint.Dispose();

    /// <summary>Reads outputs of a tensor whose roles alternate head by head.</summary>
    private void ReadByHead(WeightRole role, TensorBinding binding, int firstRow, Span<float> destination)
    {
        var isMatrix = WeightShapes.IsMatrix(role);
        var (width, size) = (isMatrix ? binding.Columns : 1, Description.HeadSize);
        for (var row = firstRow; !destination.IsEmpty;)
        {
            var (head, place) = Math.DivRem(row, size);
            var count = Math.Min(size - place, destination.Length / width);
            binding.Tensor.File.Read(binding.Tensor, ((long)head * binding.HeadStride + binding.FirstOutput + place) * width, destination[..(count * width)]);
            row += count;
            destination = destination[(count * width)..];
        }
    }

    private void ReadColumns(TensorBinding binding, int first, Span<float> destination)
    {
        var inputs = binding.Columns;
        for (; !destination.IsEmpty; destination = destination[inputs..], first++)
        {
            if (_stripTensor != binding.Tensor || first < _stripFirst || first >= _stripFirst + _stripWidth) LoadStrip(binding, first);
            for (var i = 0; i < inputs; i++) destination[i] = _strip[i * _stripWidth + first - _stripFirst];
        }
    }

    /// <summary>Reads a band of the stored tensor's columns: one short read for each stored row, so as wide as memory allows.</summary>
    private void LoadStrip(TensorBinding binding, int first)
    {
        var inputs = binding.Columns;
        var outputs = (int)binding.Tensor.Shape[1];
        _stripTensor = null;
        _stripWidth = Math.Min(outputs - first, Math.Max(1, StripElements / inputs));
        _stripFirst = first;
        if (_strip.Length < inputs * _stripWidth) _strip = new float[inputs * _stripWidth];
        for (var i = 0; i < inputs; i++)
            binding.Tensor.File.Read(binding.Tensor, (long)i * outputs + first, _strip.AsSpan(i * _stripWidth, _stripWidth));
        _stripTensor = binding.Tensor;
    }
}
