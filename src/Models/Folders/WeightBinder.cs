namespace DecodeAlign.Models;

/// <summary>Finds each role's tensor in a checkpoint and checks its shape and type, before anything is read.</summary>
internal sealed class WeightBinder
{
    private const int MostNamed = 8;

    private readonly Checkpoint _checkpoint;
    private readonly ModelConfig _config;
    private readonly bool _prefixed;
    private readonly List<string> _missing = [];

    private WeightBinder(Checkpoint checkpoint, ModelConfig config)
    {
        _checkpoint = checkpoint;
        _config = config;
        _prefixed = checkpoint.Tensors.Keys.Any(n => n.StartsWith(config.Architecture.TensorPrefix, StringComparison.Ordinal));
    }

    /// <exception cref="ModelFormatException">Tensors are missing, or one has the wrong shape or type.</exception>
    public static Dictionary<(WeightRole Role, int Layer), TensorBinding> Bind(Checkpoint checkpoint, ModelConfig config)
    {
        var binder = new WeightBinder(checkpoint, config);
        var bindings = new Dictionary<(WeightRole, int), TensorBinding>();
        foreach (var rule in config.Tensors)
            for (var layer = 0; layer < (rule.PerLayer ? config.Description.LayerCount : 1); layer++)
                if (binder.Find(rule, layer) is { } tensor) bindings.Add((rule.Role, layer), binder.Check(rule, tensor));
        if (binder._missing.Count == 0) return bindings;
        var named = binder._missing.Distinct().ToArray();
        throw new ModelFormatException(checkpoint.Path, null, $"tensors are missing: {List(named)}");
    }

    /// <summary>Tensors that no role uses, other than constants that are recomputed and the copy of a tied head.</summary>
    public static IReadOnlyList<string> Unused(Checkpoint checkpoint, ModelConfig config, IEnumerable<TensorBinding> bindings)
    {
        var used = bindings.Select(b => b.Tensor.Name).ToHashSet(StringComparer.Ordinal);
        return [.. checkpoint.Tensors.Keys
            .Where(n => !used.Contains(n) && !(config.Description.GateWidth > 0 && RewardGate.Reads(n)) && !config.Architecture.IsRecomputed(n) && !(n == config.Architecture.HeadTensor && config.Description.TiedEmbeddings))
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>The first few of a list of names.</summary>
    private static string List(string[] names) =>
        string.Join(", ", names.Take(MostNamed)) + (names.Length > MostNamed ? $" and {names.Length - MostNamed} more" : "");

    private StoredTensor? Find(TensorRule rule, int layer)
    {
        var name = StoredName(rule.Name, layer);
        if (_checkpoint.Tensors.TryGetValue(name, out var tensor)) return tensor;
        if (rule.Otherwise is not null && _checkpoint.Tensors.TryGetValue(StoredName(rule.Otherwise, layer), out tensor)) return tensor;
        _missing.Add(name);
        return null;
    }

    private string StoredName(string template, int layer)
    {
        var name = template.Replace("{0}", layer.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var prefix = _config.Architecture.TensorPrefix;
        return !_prefixed && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }

    private TensorBinding Check(TensorRule rule, StoredTensor tensor)
    {
        var isMatrix = WeightShapes.IsMatrix(rule.Role);
        var (rows, columns) = WeightShapes.Of(_config.Description, rule.Role);
        var outputs = 0L;
        var first = 0L;
        foreach (var role in rule.Fused.Count > 0 ? rule.Fused : [rule.Role])
        {
            if (role == rule.Role) first = outputs;
            var shape = WeightShapes.Of(_config.Description, role);
            outputs += isMatrix ? shape.Rows : shape.Columns;
        }
        long[] expected = !isMatrix ? [outputs] : rule.Transposed ? [columns, outputs] : [outputs, columns];
        if (!tensor.Shape.SequenceEqual(expected))
            throw new ModelFormatException(tensor.File.Path, tensor.Name, $"has shape {tensor.ShapeText}, the config asks for {StoredTensor.Text(expected)}");
        if (!ElementType.IsReadable(tensor.Type))
            throw new ModelFormatException(tensor.File.Path, tensor.Name, $"dtype {tensor.Type} is not supported (F32, F16 and BF16 are)");
        var d = _config.Description;
        return new TensorBinding(tensor, rows, columns, (int)(rule.ByHead ? first / d.HeadCount : first), rule.Transposed) { HeadStride = rule.ByHead ? (int)(outputs / d.HeadCount) : 0, Offset = rule.Offset };
    }
}
