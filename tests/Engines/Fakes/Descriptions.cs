using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Small models of every architecture the description can name; sizes are odd on purpose.</summary>
internal static class Descriptions
{
    public static TransformerDescription Llama { get; } = new()
    {
        Architecture = "LlamaForCausalLM",
        VocabularySize = 101,
        HiddenSize = 50,
        IntermediateSize = 70,
        LayerCount = 2,
        HeadCount = 6,
        KvHeadCount = 2,
        HeadSize = 10,
        ContextLength = 96,
        Norm = NormKind.Rms,
        NormEpsilon = 1e-5f,
        Activation = ActivationKind.SiluGated,
        Rope = new() { Theta = 10000 },
        TiedEmbeddings = true,
        EosIds = [2],
    };

    public static TransformerDescription Gpt2 { get; } = Llama with
    {
        Architecture = "GPT2LMHeadModel",
        Norm = NormKind.Layer,
        Activation = ActivationKind.GeluTanh,
        Rope = null,
        KvHeadCount = 6,
    };

    public static TransformerDescription Gemma3 { get; } = Llama with
    {
        LayerCount = 4, HeadSize = 16, Activation = ActivationKind.GeluTanhGated, Norms = NormPlacement.Around, QueryKeyNorm = true, EmbeddingScale = 7.0710678f, ScoreScale = 0.3f,
        SlidingWindow = 7, LayersWithoutWindow = [2], Rope = new() { Theta = 1e6, Scaling = RopeScalingKind.Linear, Factor = 8 }, WindowRope = new() { Theta = 10000 },
    };

    /// <summary>Every variant by name, and whether it has biases.</summary>
    public static Dictionary<string, (TransformerDescription Description, bool Biases)> Variants { get; } = new()
    {
        ["llama"] = (Llama, false),
        ["own head, no grouping"] = (Llama with { TiedEmbeddings = false, KvHeadCount = 6 }, false),
        ["one kv head, wide heads"] = (Llama with { HeadCount = 3, KvHeadCount = 1, HeadSize = 64 }, false),
        ["heads of 80, whole panels"] = (Llama with { HeadCount = 2, KvHeadCount = 1, HeadSize = 80, HiddenSize = 96, IntermediateSize = 192, VocabularySize = 144 }, false),
        ["biases (qwen2)"] = (Llama with { Rope = new() { Theta = 1e6 } }, true),
        ["query and key norm (qwen3)"] = (Llama with { QueryKeyNorm = true, HeadSize = 32 }, false),
        ["linear rope"] = (Llama with { Rope = new() { Theta = 10000, Scaling = RopeScalingKind.Linear, Factor = 4 } }, false),
        ["llama3 rope"] = (Llama with { HeadSize = 32, Rope = new() { Theta = 500000, Scaling = RopeScalingKind.Llama3, Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalContextLength = 32 } }, false),
        ["sliding window (mistral)"] = (Llama with { SlidingWindow = 7 }, false),
        ["layers without rope (smollm3)"] = (Llama with { LayersWithoutRope = [1] }, false),
        ["gpt2"] = (Gpt2, true),
        ["exact gelu"] = (Gpt2 with { Activation = ActivationKind.Gelu, TiedEmbeddings = false }, true),
        ["reward head"] = (Llama with { RewardCount = 3, TiedEmbeddings = false }, false),
        ["gemma"] = (Llama with { Activation = ActivationKind.GeluTanhGated, EmbeddingScale = 7.0710678f }, false),
        ["gemma 2"] = (Gemma3 with { QueryKeyNorm = false, WindowRope = null, LayersWithoutWindow = [1, 3], ScoreCap = 2, LogitCap = 5, Rope = new() { Theta = 10000 } }, false),
        ["gemma 3"] = (Gemma3, false),
        ["windows on late layers (qwen2)"] = (Llama with { LayerCount = 3, SlidingWindow = 5, LayersWithoutWindow = [0, 1] }, true),
        ["yarn"] = (Llama with { HeadSize = 32, Rope = new() { Theta = 10000, Scaling = RopeScalingKind.Yarn, Factor = 4, OriginalContextLength = 32, Magnitude = 1.1386294 } }, false),
        ["longrope"] = (Llama with { Rope = new() { Theta = 10000, FrequencyFactors = [1, 1.5, 2, 4, 8], Magnitude = 1.19 } }, false),
        ["partial rotary (phi-4-mini)"] = (Llama with { HeadSize = 16, Rope = new() { Theta = 10000, TurnedSize = 12 } }, false),
        ["norms after (olmo 2)"] = (Llama with { Norms = NormPlacement.After, QueryKeyNorm = true, QueryKeyNormWhole = true }, false),
        ["multipliers (granite)"] = (Llama with { EmbeddingScale = 12, ScoreScale = 0.1f, ResidualScale = 0.22f, LogitScale = 0.125f }, false),
        ["parallel residual (gpt-neox)"] = (Gpt2 with { Activation = ActivationKind.Gelu, ParallelResidual = true, HeadSize = 16, Rope = new() { Theta = 10000, TurnedSize = 4 }, TiedEmbeddings = false }, true),
    };
}
