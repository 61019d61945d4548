using DecodeAlign.Cpu;
using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>Shapes of known models, for random weights.</summary>
internal static class Shapes
{
    public const string HostSide = "30 empty layers";

    public static TransformerDescription Of(string name) => name switch
    {
        "SmolLM2-135M" => Llama(576, 30, 9, 3, 1536, 49152),
        "SmolLM2-360M" => Llama(960, 32, 15, 5, 2560, 49152),
        "SmolLM2-1.7B" => Llama(2048, 24, 32, 32, 8192, 49152),
        // as many operators as SmolLM2-135M, which have next to nothing to do: what is left is the host's side of a pass
        HostSide => Llama(18, 30, 9, 3, 48, 1024),
        "stories15M" => Llama(288, 6, 6, 6, 768, 32000),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such shape"),
    };

    /// <summary>The engine with random weights of a shape.</summary>
    public static CpuEngine Load(string name, WeightFormat format, int threads, KvFormat kvFormat = KvFormat.F32) => Load(Of(name), format, threads, kvFormat);

    /// <summary>The engine with random weights of a shape of one's own.</summary>
    public static CpuEngine Load(TransformerDescription description, WeightFormat format, int threads, KvFormat kvFormat = KvFormat.F32)
    {
        using var weights = new RandomWeights(description);
        return CpuEngine.Load(weights, new() { Threads = threads, WeightFormat = format, KvFormat = kvFormat, KvBudgetBytes = 1L << 30 }, NumberedTokens.Fingerprint);
    }

    private static TransformerDescription Llama(int hidden, int layers, int heads, int kvHeads, int intermediate, int vocabulary) => new()
    {
        Architecture = "LlamaForCausalLM",
        VocabularySize = vocabulary,
        HiddenSize = hidden,
        IntermediateSize = intermediate,
        LayerCount = layers,
        HeadCount = heads,
        KvHeadCount = kvHeads,
        HeadSize = hidden / heads,
        ContextLength = 8192,
        Norm = NormKind.Rms,
        NormEpsilon = 1e-5f,
        Activation = ActivationKind.SiluGated,
        Rope = new() { Theta = 100_000 },
        TiedEmbeddings = true,
    };
}
