namespace DecodeAlign.Models;

/// <summary>
/// The weights of a GGUF file. Where its rotary positions turn neighbouring elements (the architecture <c>llama</c>), rows of query and key are read in the order of our two halves.
/// </summary>
internal sealed class GgufWeights : IWeightSource, IBlockSource, IStoredWeights
{
    private static readonly (WeightRole Role, string Name)[] Global =
    [
        (WeightRole.TokenEmbedding, "token_embd.weight"), (WeightRole.PositionEmbedding, "position_embd.weight"),
        (WeightRole.FinalNorm, "output_norm.weight"), (WeightRole.FinalNormBias, "output_norm.bias"), (WeightRole.Head, "output.weight"),
    ];

    private static readonly (WeightRole Role, string Name)[] PerLayer =
    [
        (WeightRole.AttentionNorm, "attn_norm.weight"), (WeightRole.AttentionNormBias, "attn_norm.bias"),
        (WeightRole.Query, "attn_q.weight"), (WeightRole.QueryBias, "attn_q.bias"), (WeightRole.Key, "attn_k.weight"), (WeightRole.KeyBias, "attn_k.bias"),
        (WeightRole.Value, "attn_v.weight"), (WeightRole.ValueBias, "attn_v.bias"), (WeightRole.QueryNorm, "attn_q_norm.weight"), (WeightRole.KeyNorm, "attn_k_norm.weight"),
        (WeightRole.Output, "attn_output.weight"), (WeightRole.OutputBias, "attn_output.bias"), (WeightRole.FeedForwardNorm, "ffn_norm.weight"), (WeightRole.FeedForwardNormBias, "ffn_norm.bias"),
        (WeightRole.AttentionOutputNorm, "post_attention_norm.weight"), (WeightRole.FeedForwardOutputNorm, "post_ffw_norm.weight"),
        (WeightRole.Gate, "ffn_gate.weight"), (WeightRole.GateBias, "ffn_gate.bias"), (WeightRole.Up, "ffn_up.weight"), (WeightRole.UpBias, "ffn_up.bias"),
        (WeightRole.Down, "ffn_down.weight"), (WeightRole.DownBias, "ffn_down.bias"),
    ];

    private readonly GgufFile _file;
    private readonly Dictionary<(WeightRole Role, int Layer), (GgufTensor Tensor, int First)> _bindings = [];
    private readonly bool _neighbours;

    /// <summary>Takes over the file.</summary>
    /// <exception cref="ModelFormatException">Tensors are missing or have the wrong shape.</exception>
    public GgufWeights(GgufFile file)
    {
        _file = file;
        Description = GgufArchitecture.Describe(file);
        Name = file.Fields.FindText("general.name") is { Length: > 0 and < 200 } name ? name : Path.GetFileNameWithoutExtension(file.Path);
        _neighbours = file.Fields.Text("general.architecture") == "llama";
        foreach (var (role, tensor) in Global) Bind(role, 0, tensor);
        for (var layer = 0; layer < Description.LayerCount; layer++) BindLayer(layer);
        if (RequiredRoles().Where(required => !Has(required.Role, required.Layer)).Take(8).ToArray() is { Length: > 0 } missing)
            throw new ModelFormatException(file.Path, null, $"tensors are missing: {string.Join(", ", missing.Select(m => $"{m.Role} of layer {m.Layer}"))}");
        Unused = [.. file.Tensors.Keys.Except(_bindings.Values.Select(b => b.Tensor.Name)).Where(name => name != "rope_freqs.weight").Order(StringComparer.Ordinal)];
    }

    public TransformerDescription Description { get; }

    public string Name { get; }

    /// <summary>Tensors of the file that the model does not use.</summary>
    public IReadOnlyList<string> Unused { get; }

    /// <summary>Elements of the tensors in use.</summary>
    public long ParameterCount => _bindings.Values.Select(b => b.Tensor).Distinct().Sum(t => (long)t.Rows * t.Columns);

    public bool Has(WeightRole role, int layer = 0) => _bindings.ContainsKey((role, layer));

    public void ReadRows(WeightRole role, int layer, int firstRow, Span<float> destination)
    {
        if (!_bindings.TryGetValue((role, layer), out var binding)) throw new KeyNotFoundException($"{Name} has no {role} in layer {layer}");
        var (rows, columns) = WeightShapes.Of(Description, role);
        var count = destination.Length / columns;
        if (count * columns != destination.Length) throw new ArgumentException($"its length must be a multiple of {columns}", nameof(destination));
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstRow, rows - count);
        if (!WeightShapes.IsMatrix(role)) ReadVector(role, binding, destination);
        else if (_neighbours && role is WeightRole.Query or WeightRole.Key)
            for (var i = 0; i < count; i++) _file.Read(binding.Tensor, binding.First + RotaryOrder.Neighbouring(firstRow + i, Description.HeadSize), destination.Slice(i * columns, columns));
        else _file.Read(binding.Tensor, binding.First + firstRow, destination);
    }

    public StoredNumbers StoredAs(WeightRole role, int layer) => _bindings[(role, layer)].Tensor.Type switch
    {
        GgufType.BF16 => StoredNumbers.BFloat16,
        GgufType.F32 or GgufType.F16 => StoredNumbers.Wide,
        var type => GgufBlocks.IntegerBits(type) == 4 ? StoredNumbers.FourBits : StoredNumbers.Integers,
    };

    public int BlockBits(WeightRole role, int layer) => _bindings.TryGetValue((role, layer), out var binding) ? GgufBlocks.IntegerBits(binding.Tensor.Type) : 0;

    public bool HasBlockOffsets(WeightRole role, int layer) => _bindings.TryGetValue((role, layer), out var binding) && GgufBlocks.HasOffsets(binding.Tensor.Type);

    public void ReadBlocks(WeightRole role, int layer, int firstRow, Span<sbyte> integers, Span<float> scales, Span<float> offsets)
    {
        var binding = _bindings[(role, layer)];
        var (columns, blocks) = (binding.Tensor.Columns, binding.Tensor.Columns / GgufBlocks.Integers);
        if (!HasBlockOffsets(role, layer)) offsets = [];
        if (!_neighbours || role is not (WeightRole.Query or WeightRole.Key))
        {
            _file.ReadIntegers(binding.Tensor, binding.First + firstRow, integers, scales, offsets);
            return;
        }
        for (var row = 0; row < integers.Length / columns; row++)
            _file.ReadIntegers(binding.Tensor, binding.First + RotaryOrder.Neighbouring(firstRow + row, Description.HeadSize), integers.Slice(row * columns, columns), scales.Slice(row * blocks, blocks), offsets.IsEmpty ? [] : offsets.Slice(row * blocks, blocks));
    }

    public void Dispose() => _file.Dispose();

    private void ReadVector(WeightRole role, (GgufTensor Tensor, int First) binding, Span<float> destination)
    {
        var all = new float[binding.Tensor.Columns];
        _file.Read(binding.Tensor, 0, all);
        var reorder = _neighbours && role is WeightRole.QueryBias or WeightRole.KeyBias;
        for (var i = 0; i < destination.Length; i++) destination[i] = all[binding.First + (reorder ? RotaryOrder.Neighbouring(i, Description.HeadSize) : i)];
    }

    private void BindLayer(int layer)
    {
        foreach (var (role, name) in PerLayer) Bind(role, layer, $"blk.{layer}.{name}");
        BindFused(layer, "attn_qkv.weight", WeightRole.Query, WeightRole.Key, WeightRole.Value);
        BindFused(layer, "attn_qkv.bias", WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias);
        if (Description.IsGated && !Has(WeightRole.Gate, layer)) BindFused(layer, "ffn_up.weight", WeightRole.Gate, WeightRole.Up);
    }

    private void Bind(WeightRole role, int layer, string name)
    {
        if (!_file.Tensors.TryGetValue(name, out var tensor)) return;
        // gate and up in one tensor are bound together
        if (role == WeightRole.Up && Description.IsGated && !Has(WeightRole.Gate, layer)) return;
        Check(tensor, WeightShapes.Of(Description, role));
        _bindings.Add((role, layer), (tensor, 0));
    }

    private void BindFused(int layer, string name, params ReadOnlySpan<WeightRole> roles)
    {
        if (!_file.Tensors.TryGetValue($"blk.{layer}.{name}", out var tensor)) return;
        var first = 0;
        foreach (var role in roles)
        {
            if (!_bindings.TryAdd((role, layer), (tensor, first))) throw new ModelFormatException(_file.Path, tensor.Name, $"stands beside a tensor of its own for {role}");
            var (rows, columns) = WeightShapes.Of(Description, role);
            first += WeightShapes.IsMatrix(role) ? rows : columns;
        }
        Check(tensor, WeightShapes.IsMatrix(roles[0]) ? (first, Description.HiddenSize) : (1, first));
    }

    private void Check(GgufTensor tensor, (int Rows, int Columns) expected)
    {
        if ((tensor.Rows, tensor.Columns) != expected)
            throw new ModelFormatException(_file.Path, tensor.Name, $"has shape {tensor.ShapeText}, the fields ask for ({expected.Rows}, {expected.Columns})");
    }

    private IEnumerable<(WeightRole Role, int Layer)> RequiredRoles()
    {
        var layerNorm = Description.Norm == NormKind.Layer;
        yield return (WeightRole.TokenEmbedding, 0);
        yield return (WeightRole.FinalNorm, 0);
        if (layerNorm) yield return (WeightRole.FinalNormBias, 0);
        if (Description.Rope is null) yield return (WeightRole.PositionEmbedding, 0);
        List<WeightRole> roles = [WeightRole.AttentionNorm, WeightRole.Query, WeightRole.Key, WeightRole.Value, WeightRole.Output, WeightRole.FeedForwardNorm, WeightRole.Up, WeightRole.Down];
        if (layerNorm) roles.AddRange([WeightRole.AttentionNormBias, WeightRole.FeedForwardNormBias]);
        if (Description.IsGated) roles.Add(WeightRole.Gate);
        if (Description.Norms == NormPlacement.Around) roles.AddRange([WeightRole.AttentionOutputNorm, WeightRole.FeedForwardOutputNorm]);
        if (Description.QueryKeyNorm) roles.AddRange([WeightRole.QueryNorm, WeightRole.KeyNorm]);
        for (var layer = 0; layer < Description.LayerCount; layer++)
            foreach (var role in roles) yield return (role, layer);
    }
}
