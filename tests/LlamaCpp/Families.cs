using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>A small model of each family, with rows of whole 256s so that every type fits.</summary>
internal static class Families
{
    private static readonly TransformerDescription Llama = new()
    {
        Architecture = "llama", VocabularySize = 512, HiddenSize = 256, IntermediateSize = 512, LayerCount = 3, HeadCount = 4, KvHeadCount = 2, HeadSize = 64, ContextLength = 256,
        Norm = NormKind.Rms, NormEpsilon = 1e-5f, Activation = ActivationKind.SiluGated, Rope = new() { Theta = 10000 }, TiedEmbeddings = true, EosIds = [2],
    };

    private static readonly TransformerDescription Gemma = Llama with { Activation = ActivationKind.GeluTanhGated, EmbeddingScale = 16, Norms = NormPlacement.Around, SlidingWindow = 32 };

    public static Dictionary<string, (TransformerDescription Description, bool Biases)> All { get; } = new()
    {
        ["llama"] = (Llama with { Rope = new() { Theta = 500000, Scaling = RopeScalingKind.Llama3, Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalContextLength = 64 } }, false),
        ["qwen2"] = (Llama with { Rope = new() { Theta = 1e6 }, TiedEmbeddings = false }, true),
        ["qwen3"] = (Llama with { QueryKeyNorm = true, HeadSize = 128, HeadCount = 4, Rope = new() { Theta = 1e6 } }, false),
        ["phi3"] = (Llama with { KvHeadCount = 4, TiedEmbeddings = false }, false),
        ["gemma"] = (Llama with { Activation = ActivationKind.GeluTanhGated, EmbeddingScale = 16 }, false),
        ["gemma2"] = (Gemma with { LayersWithoutWindow = [1], ScoreCap = 50, LogitCap = 30 }, false),
        ["gemma3"] = (Gemma with { LayerCount = 6, LayersWithoutWindow = [5], QueryKeyNorm = true, Rope = new() { Theta = 1e6, Scaling = RopeScalingKind.Linear, Factor = 8 }, WindowRope = new() { Theta = 10000 } }, false),
        ["gpt2"] = (Llama with { Norm = NormKind.Layer, Activation = ActivationKind.GeluTanh, Rope = null, KvHeadCount = 4 }, true),
    };
}
