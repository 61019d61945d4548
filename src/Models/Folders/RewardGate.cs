namespace DecodeAlign.Models;

/// <summary>
/// The learned gate of a reward model with several objectives (ArmoRM, arXiv 2406.12845): from the hidden state at the prompt's end it weighs the objectives of the text, each of which a matrix has first freed of others,
/// such as verbosity. Reads <c>gating.layers</c>, <c>gating.logit_scale</c> and <c>reward_transform_matrix</c> of checkpoints of the class <c>…ForRewardModelWithGating</c>. Immutable; safe for concurrent use.
/// </summary>
/// <remarks>The first layer's matrix is part of the model's head, whose last <see cref="Width"/> outputs it gives; all that follows is small and computed here, in double precision.</remarks>
public sealed class RewardGate
{
    /// <summary>What stands between prompt and text for a Llama 3 model; the gate reads the hidden state of the first of its tokens, where the prompt's turn ends.</summary>
    public const string Marker = "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n";

    internal const string Objective = "regression_layer.weight";

    private const string Scale = "gating.logit_scale", Transform = "reward_transform_matrix";
    private readonly float[][] _weights;
    private readonly float[][] _biases;
    private readonly float[]? _transform;
    private readonly double _temperature;
    private readonly double _scale;

    private RewardGate(Checkpoint checkpoint, (int Objectives, int Width, int Layers, double Temperature) shape)
    {
        (Objectives, Width, var layers, _temperature) = shape;
        int Size(int layer) => layer == layers ? shape.Objectives : shape.Width;
        _biases = [.. Enumerable.Range(0, layers + 1).Select(layer => Read(checkpoint, Layer(layer, "bias"), [Size(layer)]))];
        _weights = [.. Enumerable.Range(1, layers).Select(layer => Read(checkpoint, Layer(layer, "weight"), [Size(layer), shape.Width]))];
        _scale = checkpoint.Tensors.ContainsKey(Scale) ? Read(checkpoint, Scale, [1])[0] : 1;
        _transform = checkpoint.Tensors.ContainsKey(Transform) ? Read(checkpoint, Transform, [Objectives, Objectives]) : null;
    }

    /// <summary>Number of objectives: the head's first outputs.</summary>
    public int Objectives { get; }

    /// <summary>Outputs of the gate's first layer: the head's last outputs.</summary>
    public int Width { get; }

    /// <summary>Reads the gate of a folder; null: its model has none.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="ModelFormatException">A file is missing or malformed, or a tensor is missing or has the wrong shape.</exception>
    public static RewardGate? Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var path = Path.Combine(folder, ModelConfig.FileName);
        using var document = BoundedFile.ReadJsonObject(path, 4 << 20);
        var config = new JsonFields(path, document.RootElement);
        if (SupportedArchitectures.Find(config).Head != HeadKind.GatedRewards) return null;
        using var checkpoint = Checkpoint.Open(folder);
        return new(checkpoint, Describe(config));
    }

    /// <summary>What each objective counts for after a prompt: c = T·g, where g = scale·softmax(gate/temperature) and T is the matrix that frees the objectives of others, so that the score is Σ cⱼ·rⱼ.</summary>
    /// <param name="inputs">The head's last <see cref="Width"/> outputs at the first token of what stands between prompt and text.</param>
    /// <exception cref="ArgumentException">They are not as many.</exception>
    public IReadOnlyList<double> Coefficients(ReadOnlySpan<float> inputs)
    {
        if (inputs.Length != Width) throw new ArgumentException($"the gate reads {Width} numbers; there are {inputs.Length}", nameof(inputs));
        var state = new double[Width];
        for (var i = 0; i < Width; i++) state[i] = inputs[i] + (double)_biases[0][i];
        for (var layer = 0; layer < _weights.Length; layer++)
        {
            for (var i = 0; i < state.Length; i++) state[i] = Math.Max(0, state[i]);
            var (weights, next) = (_weights[layer], new double[_biases[layer + 1].Length]);
            for (var o = 0; o < next.Length; o++)
            {
                var sum = (double)_biases[layer + 1][o];
                for (var i = 0; i < state.Length; i++) sum += weights[o * state.Length + i] * state[i];
                next[o] = sum;
            }
            state = next;
        }
        var most = state.Max();
        double[] gate = [.. state.Select(value => Math.Exp((value - most) / _temperature))];
        var all = gate.Sum();
        for (var k = 0; k < gate.Length; k++) gate[k] *= _scale / all;
        return _transform is not { } transform ? gate : [.. Enumerable.Range(0, Objectives).Select(j => Enumerable.Range(0, Objectives).Sum(k => transform[j * Objectives + k] * gate[k]))];
    }

    /// <summary>What a config says of the gate: its defaults are those of the class.</summary>
    internal static (int Objectives, int Width, int Layers, double Temperature) Describe(JsonFields config)
    {
        var objectives = config.FindInt("num_objectives", 1, Limits.Rewards) ?? 19;
        var width = config.FindInt("gating_hidden_dim", 1, Limits.Rewards) ?? 1024;
        if (objectives + width > Limits.Rewards) throw config.Bad("gating_hidden_dim", $"must be at most {Limits.Rewards} together with the objectives");
        return (objectives, width, config.FindInt("gating_n_hidden", 1, 16) ?? 3, config.FindNumber("gating_temperature", 1e-6, 1e6) ?? 10);
    }

    internal static string Layer(int layer, string what) => FormattableString.Invariant($"gating.layers.{layer}.{what}");

    /// <summary>Whether a tensor is read here rather than by an engine.</summary>
    internal static bool Reads(string tensor) => tensor.StartsWith("gating.", StringComparison.Ordinal) || tensor == Transform;

    private static float[] Read(Checkpoint checkpoint, string name, long[] shape)
    {
        if (!checkpoint.Tensors.TryGetValue(name, out var tensor)) throw new ModelFormatException(checkpoint.Path, null, $"tensors are missing: {name}");
        if (!tensor.Shape.SequenceEqual(shape)) throw new ModelFormatException(tensor.File.Path, name, $"has shape {tensor.ShapeText}, the config asks for {StoredTensor.Text(shape)}");
        if (!ElementType.IsReadable(tensor.Type)) throw new ModelFormatException(tensor.File.Path, name, $"dtype {tensor.Type} is not supported (F32, F16 and BF16 are)");
        var values = new float[tensor.ElementCount];
        tensor.File.Read(tensor, 0, values);
        return values;
    }
}
