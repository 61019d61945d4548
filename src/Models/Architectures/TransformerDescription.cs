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

    /// <summary>GELU, tanh approximation, of a gate that multiplies the up projection (three matrices).</summary>
    GeluTanhGated,
}

/// <summary>Where a block's two norms stand.</summary>
public enum NormPlacement
{
    /// <summary>Before attention and feed-forward: x += attention(norm(x)).</summary>
    Before,

    /// <summary>After them (OLMo 2): x += norm(attention(x)).</summary>
    After,

    /// <summary>Before and after, with weights of their own (Gemma 2 and 3): x += norm(attention(norm(x))).</summary>
    Around,
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

    /// <summary>YaRN (arXiv 2309.00071): the same, the ramp over the pairs between two numbers of turns.</summary>
    Yarn,
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

    /// <summary>Llama 3's and YaRN's <c>original_max_position_embeddings</c>.</summary>
    public int OriginalContextLength { get; init; } = 8192;

    /// <summary>YaRN's <c>beta_fast</c>: pairs that turn more often within the original context are kept.</summary>
    public double FastTurns { get; init; } = 32;

    /// <summary>YaRN's <c>beta_slow</c>: pairs that turn less often are divided by the factor.</summary>
    public double SlowTurns { get; init; } = 1;

    /// <summary>Whether YaRN's ramp begins and ends at whole pairs.</summary>
    public bool WholePairs { get; init; } = true;

    /// <summary>How many of a head's numbers turn, the first ones; 0: all.</summary>
    public int TurnedSize { get; init; }

    /// <summary>What the turned numbers of queries and keys are multiplied by (YaRN, longrope).</summary>
    public double Magnitude { get; init; } = 1;

    /// <summary>What each pair's frequency is divided by besides; empty: 1.</summary>
    public IReadOnlyList<double> FrequencyFactors { get; init; } = [];

    /// <summary>The angle that each pair of a head turns by for each position, stretched: one for each of half the numbers that turn.</summary>
    /// <param name="headSize">Width of a head.</param>
    public double[] Frequencies(int headSize)
    {
        var turned = TurnedOf(headSize);
        var frequencies = new double[turned / 2];
        var (first, last) = Scaling == RopeScalingKind.Yarn ? Ramp(turned) : default;
        for (var i = 0; i < frequencies.Length; i++)
        {
            var plain = Math.Pow(Theta, -2.0 * i / turned);
            var stretched = Scaling == RopeScalingKind.Yarn ? Blend(plain, 1 - Math.Clamp((i - first) / (last - first), 0, 1)) : Stretch(plain);
            frequencies[i] = stretched / (FrequencyFactors.Count > 0 ? FrequencyFactors[i] : 1);
        }
        return frequencies;
    }

    /// <summary>How many of a head's numbers turn.</summary>
    internal int TurnedOf(int headSize) => TurnedSize > 0 ? TurnedSize : headSize;

    private double Stretch(double frequency)
    {
        if (Scaling == RopeScalingKind.None) return frequency;
        if (Scaling == RopeScalingKind.Linear) return frequency / Factor;
        var turns = OriginalContextLength * frequency / (2 * Math.PI);
        if (turns < LowFrequencyFactor) return frequency / Factor;
        return turns > HighFrequencyFactor ? frequency : Blend(frequency, (turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor));
    }

    private double Blend(double frequency, double kept) => (1 - kept) * frequency / Factor + kept * frequency;

    /// <summary>The pairs between which YaRN goes from kept to divided.</summary>
    private (double First, double Last) Ramp(int turned)
    {
        double Pair(double turns) => turned * Math.Log(OriginalContextLength / (turns * 2 * Math.PI)) / (2 * Math.Log(Theta));
        var (first, last) = (Pair(FastTurns), Pair(SlowTurns));
        if (WholePairs) (first, last) = (Math.Floor(first), Math.Ceiling(last));
        (first, last) = (Math.Max(first, 0), Math.Min(last, turned - 1));
        return (first, first == last ? last + 0.001 : last);
    }
}

/// <summary>
/// A decoder-only transformer as data: what an engine needs to run any supported architecture with one forward pass. Blocks are residual: x += attention(norm(x)); x += feedforward(norm(x)), with what the properties below say otherwise.
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

    /// <summary>Layers (by index) that attend to all positions, where there is a window.</summary>
    public IReadOnlyList<int> LayersWithoutWindow { get; init; } = [];

    /// <summary>Rotary positions of the layers that have the window (Gemma 3); null: those of all.</summary>
    public RopeDescription? WindowRope { get; init; }

    /// <summary>Whether queries and keys are RMS-normalised before RoPE: per head (Qwen3), or all heads together (<see cref="QueryKeyNormWhole"/>).</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Whether that norm is over all heads of a layer together (OLMo 2).</summary>
    public bool QueryKeyNormWhole { get; init; }

    /// <summary>Where a block's norms stand. Default before.</summary>
    public NormPlacement Norms { get; init; }

    /// <summary>Whether attention and feed-forward both read what the block was given (GPT-NeoX): x += attention(norm(x)) + feedforward(norm'(x)).</summary>
    public bool ParallelResidual { get; init; }

    /// <summary>What token embeddings are multiplied by. Default 1.</summary>
    public float EmbeddingScale { get; init; } = 1;

    /// <summary>What scores (products of queries and keys) are multiplied by; 0 (default): 1/√<see cref="HeadSize"/>.</summary>
    public float ScoreScale { get; init; }

    /// <summary>What attention and feed-forward are multiplied by before they are added. Default 1.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>What logits are multiplied by. Default 1.</summary>
    public float LogitScale { get; init; } = 1;

    /// <summary>Scores s become c·tanh(s/c) (Gemma 2); 0 (default): they stay.</summary>
    public float ScoreCap { get; init; }

    /// <summary>Logits s become c·tanh(s/c) (Gemma 2); 0 (default): they stay.</summary>
    public float LogitCap { get; init; }

    /// <summary>Whether the output head is the token embedding.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Outputs of a sequence-classification head that replaces the language head; 0: a language model.</summary>
    public int RewardCount { get; init; }

    /// <summary>How many of the <see cref="RewardCount"/> outputs, the last ones, are the first layer of a gate over the others, before its bias (<see cref="RewardGate"/>). Default 0: there is no gate.</summary>
    public int GateWidth { get; init; }

    /// <summary>Ids that end a text.</summary>
    public IReadOnlyList<int> EosIds { get; init; } = [];

    /// <summary>Id that begins a text; −1: none.</summary>
    public int BosId { get; init; } = -1;

    /// <summary>Padding id; −1: none. Never an end of text by itself.</summary>
    public int PadId { get; init; } = -1;

    /// <summary>Whether the feed-forward network has a gate: three matrices.</summary>
    internal bool IsGated => Activation is ActivationKind.SiluGated or ActivationKind.GeluTanhGated;

    /// <summary>Whether a layer has the window.</summary>
    internal bool HasWindow(int layer) => SlidingWindow > 0 && !LayersWithoutWindow.Contains(layer);
}
