namespace DecodeAlign.Models;

/// <summary>The architectures that can be read. A new member of the Llama family is an entry here.</summary>
internal static class SupportedArchitectures
{
    private static readonly Architecture[] All =
    [
        new LlamaArchitecture { ModelType = "llama", ClassPrefix = "Llama", DefaultContext = 2048, AttentionBiasField = true, MlpBiasField = true },
        new LlamaArchitecture { ModelType = "mistral", ClassPrefix = "Mistral", DefaultContext = 131072, Window = WindowRule.Always, DefaultWindow = 4096 },
        new LlamaArchitecture { ModelType = "qwen2", ClassPrefix = "Qwen2", DefaultContext = 32768, QueryKeyValueBias = true, Window = WindowRule.WhenEnabled, DefaultWindow = 4096 },
        new LlamaArchitecture { ModelType = "qwen3", ClassPrefix = "Qwen3", DefaultContext = 32768, AttentionBiasField = true, QueryKeyNorm = true, DefaultHeadSize = 128, Window = WindowRule.WhenEnabled, DefaultWindow = 4096 },
        new LlamaArchitecture { ModelType = "smollm3", ClassPrefix = "SmolLM3", DefaultContext = 32768, AttentionBiasField = true, MlpBiasField = true, LayersWithoutRope = true, Window = WindowRule.WhenEnabled, DefaultTheta = 2e6, TiedByDefault = true },
        new LlamaArchitecture { ModelType = "phi3", ClassPrefix = "Phi3", DefaultContext = 4096, Fused = true, Window = WindowRule.Always, DefaultEpsilon = 1e-5 },
        new LlamaArchitecture { ModelType = "gemma", ClassPrefix = "Gemma", DefaultContext = 8192, Gemma = true, DefaultHeadSize = 256, AttentionBiasField = true, TiedByDefault = true },
        new LlamaArchitecture { ModelType = "gemma2", ClassPrefix = "Gemma2", DefaultContext = 8192, Gemma = true, Norms = NormPlacement.Around, DefaultHeadSize = 256, AttentionBiasField = true, Window = WindowRule.Always, DefaultWindow = 4096, WindowPattern = 2, TiedByDefault = true },
        new LlamaArchitecture { ModelType = "gemma3_text", ClassPrefix = "Gemma3", DefaultContext = 131072, Gemma = true, Norms = NormPlacement.Around, QueryKeyNorm = true, DefaultHeadSize = 256, AttentionBiasField = true, Window = WindowRule.Always, DefaultWindow = 4096, WindowPattern = 6, DefaultTheta = 1e6, LocalTheta = 10000, TiedByDefault = true },
        new LlamaArchitecture { ModelType = "olmo2", ClassPrefix = "Olmo2", DefaultContext = 2048, Norms = NormPlacement.After, QueryKeyNormWhole = true, AttentionBiasField = true, DefaultEpsilon = 1e-5 },
        new LlamaArchitecture { ModelType = "granite", ClassPrefix = "Granite", DefaultContext = 2048, Multipliers = true, AttentionBiasField = true, MlpBiasField = true },
        new GptNeoXArchitecture { ModelType = "gpt_neox", ClassPrefix = "GPTNeoX" },
        new Gpt2Architecture { ModelType = "gpt2", ClassPrefix = "GPT2" },
    ];

    /// <summary>The class names, for people.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(a => a.LanguageClass)) + ", and ForSequenceClassification and ForRewardModelWithGating of each family";

    /// <summary>Finds the architecture of a config, and what its head is.</summary>
    /// <exception cref="ModelFormatException">It is not supported, or the config does not say.</exception>
    public static (Architecture Architecture, HeadKind Head) Find(JsonFields config)
    {
        var type = config.FindText("model_type");
        var classes = config.Texts("architectures", 16);
        if (classes is [] && type is null) throw config.Bad("architectures", "is missing");
        if (classes is [])
            return (All.FirstOrDefault(a => a.ModelType == type) ?? throw config.Bad("model_type", $"'{type}' is not supported; supported are {Names}"), HeadKind.Language);
        var name = classes[0];
        var found = All.FirstOrDefault(a => name == a.LanguageClass || name == a.ClassificationClass || name == a.GatedClass)
            ?? throw config.Bad("architectures", $"'{name}' is not supported; supported are {Names}");
        if (type is not null && type != found.ModelType) throw config.Bad("model_type", $"'{type}' contradicts the architecture '{name}'");
        return (found, name == found.LanguageClass ? HeadKind.Language : name == found.GatedClass ? HeadKind.GatedRewards : HeadKind.Rewards);
    }
}
