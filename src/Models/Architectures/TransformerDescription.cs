namespace DecodeAlign.Models;

/// <summary>How activations are normalised.</summary>
public enum NormKind
{
    /// <summary>x / rms(x) · weight.</summary>
    Rms,

    /// <summary>(x − mean) / deviation · weight + bias.</summary>
    Layer,
}

/// <summary>The feed-forward network's non-linearity.</summary>
public enum ActivationKind
{
    /// <summary>x · σ(x), of a gate that multiplies the up projection (three matrices).</summary>
    SiluGated,

    /// <summary>GELU, tanh approximation, between two matrices.</summary>
    GeluTanh,

    /// <summary>GELU by the error function, between two matrices.</summary>
    Gelu,
}

/// <summary>How RoPE frequencies are stretched for longer contexts.</summary>
public enum RopeScalingKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>All positions divided by the factor.</summary>
    Linear,

    /// <summary>Llama 3: low frequencies divided by the factor, high ones kept, a ramp between.</summary>
    Llama3,
}

/// <summary>Rotary position embedding (arXiv 2104.09864), half-split layout as in Hugging Face checkpoints.</summary>
public sealed record RopeDescription
{
    /// <summary>Base of the frequencies.</summary>
    public required double Theta { get; init; }

    /// <summary>How frequencies are stretched.</summary>
    public RopeScalingKind Scaling { get; init; }

    /// <summary>The stretch; 1: none.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Llama 3's <c>low_freq_factor</c>.</summary>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama 3's <c>high_freq_factor</c>.</summary>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>Llama 3's <c>original_max_position_embeddings</c>.</summary>
    public int OriginalContextLength { get; init; } = 8192;

    /// <summary>What each pair's frequency is divided by besides; empty: 1.</summary>
    public IReadOnlyList<double> FrequencyFactors { get; init; } = [];

    /// <summary>The angle that each pair of a head turns by for each position, stretched: one for each of <paramref name="headSize"/> / 2 pairs.</summary>
    public double[] Frequencies(int headSize)
    {
        var frequencies = new double[headSize / 2];
        for (var i = 0; i < frequencies.Length; i++) frequencies[i] = Stretch(Math.Pow(Theta, -2.0 * i / headSize)) / (FrequencyFactors.Count > 0 ? FrequencyFactors[i] : 1);
        return frequencies;
    }

    private double Stretch(double frequency)
    {
        if (Scaling == RopeScalingKind.None) return frequency;
        if (Scaling == RopeScalingKind.Linear) return frequency / Factor;
        var turns = OriginalContextLength * frequency / (2 * Math.PI);
        if (turns < LowFrequencyFactor) return frequency / Factor;
        if (turns > HighFrequencyFactor) return frequency;
        var smooth = (turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
        return (1 - smooth) * frequency / Factor + smooth * frequency;
    }
}

/// <summary>
/// A decoder-only transformer as data: what an engine needs to run any supported architecture with one forward pass. Blocks are pre-norm with residuals: x += attention(norm(x)); x += feedforward(norm(x)).
/// </summary>
public sealed record TransformerDescription
{
    /// <summary>The checkpoint's own name for it, such as <c>LlamaForCausalLM</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Rows of the token embedding.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width inside the feed-forward network.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Number of blocks.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Number of query heads.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Number of key and value heads; divides <see cref="HeadCount"/>.</summary>
    public required int KvHeadCount { get; init; }

    /// <summary>Width of a head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Most positions of a path.</summary>
    public required int ContextLength { get; init; }

    /// <summary>How activations are normalised.</summary>
    public required NormKind Norm { get; init; }

    /// <summary>ε of the norms.</summary>
    public required float NormEpsilon { get; init; }

    /// <summary>The feed-forward non-linearity.</summary>
    public required ActivationKind Activation { get; init; }

    /// <summary>Rotary positions; null: learned positions (<see cref="WeightRole.PositionEmbedding"/>).</summary>
    public RopeDescription? Rope { get; init; }

    /// <summary>Layers (by index) that apply no rotary positions.</summary>
    public IReadOnlyList<int> LayersWithoutRope { get; init; } = [];

    /// <summary>A position attends to itself and the <c>SlidingWindow − 1</c> before it; 0: to all.</summary>
    public int SlidingWindow { get; init; }

    /// <summary>Whether queries and keys are RMS-normalised per head before RoPE (Qwen3).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Whether the output head is the token embedding.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Outputs of a sequence-classification head that replaces the language head; 0: a language model.</summary>
    public int RewardCount { get; init; }

    /// <summary>Ids that end a text.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>Id that begins a text; −1: none.</summary>
    public int BosId { get; init; } = -1;

    /// <summary>Padding id; −1: none. Never an end of text by itself.</summary>
    public int PadId { get; init; } = -1;
}
