namespace DecodeAlign.Models;

/// <summary>A model's <c>config.json</c> and <c>generation_config.json</c>, understood.</summary>
internal sealed record ModelConfig(Architecture Architecture, TransformerDescription Description, IReadOnlyList<TensorRule> Tensors)
{
    /// <summary>What was read otherwise than it is written, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public const string FileName = "config.json";
    public const string GenerationFileName = "generation_config.json";

    private const int MaxBytes = 4 << 20;

    /// <param name="folder">The model's folder.</param>
    /// <param name="tokenizer">Gives the folder's tokenizer, of which an end-of-sequence token may be asked; null: it has none.</param>
    /// <exception cref="ModelFormatException">A file is missing or malformed, or the model is not supported.</exception>
    public static ModelConfig Read(string folder, Func<Tokenizer?>? tokenizer = null)
    {
        var path = Path.Combine(folder, FileName);
        OtherFormats.Refuse(folder);
        using var document = BoundedFile.ReadJsonObject(path, MaxBytes);
        var config = new JsonFields(path, document.RootElement);
        var (architecture, head) = SupportedArchitectures.Find(config);
        if (config.FindObject("quantization_config") is { } quantised) throw Quantised(config, quantised);
        var description = architecture.Describe(config);
        if (head == HeadKind.Rewards) description = description with { Architecture = architecture.ClassificationClass, RewardCount = RewardCount(config) };
        if (head == HeadKind.GatedRewards)
        {
            var (objectives, width, _, _) = RewardGate.Describe(config);
            description = description with { Architecture = architecture.GatedClass, RewardCount = objectives + width, GateWidth = width };
        }
        description = EndOfSequence.Add(WithIds(description, config, folder), folder, tokenizer ?? (() => null));
        return new ModelConfig(architecture, description, [.. architecture.Tensors(config, description), .. Heads(architecture, description)]) { Warnings = config.Warnings };
    }

    private static ModelFormatException Quantised(JsonFields config, JsonFields quantised)
    {
        var method = quantised.FindText("quant_method") is { Length: > 0 and < 40 } name ? $"'{name}' weights" : "quantised checkpoints";
        return config.Bad("quantization_config", $"{method} are not supported; use the model's own F32, F16 or BF16 weights (--weight-format q8 keeps them in 8 bits, q4 in 4), or a GGUF file of it (Q8_0, Q6_K, Q5_K, Q4_K)");
    }

    private static IEnumerable<TensorRule> Heads(Architecture architecture, TransformerDescription description)
    {
        if (description.GateWidth > 0)
        {
            yield return new(WeightRole.RewardHead, RewardGate.Objective);
            yield return new(WeightRole.RewardGateInput, RewardGate.Layer(0, "weight"));
        }
        else if (description.RewardCount > 0) yield return new(WeightRole.RewardHead, "score.weight");
        else if (!description.TiedEmbeddings) yield return new(WeightRole.Head, architecture.HeadTensor);
    }

    /// <summary>The library that writes these files leaves out the default of two labels.</summary>
    private static int RewardCount(JsonFields config)
    {
        var count = config.FindInt("num_labels", 1, Limits.Rewards) ?? config.FindCount("id2label") ?? 2;
        return count is > 0 and <= Limits.Rewards ? count : throw config.Bad("id2label", $"must have from 1 to {Limits.Rewards} entries");
    }

    private static TransformerDescription WithIds(TransformerDescription description, JsonFields config, string folder)
    {
        var path = Path.Combine(folder, GenerationFileName);
        using var document = File.Exists(path) ? BoundedFile.ReadJsonObject(path, MaxBytes) : null;
        var generation = document is null ? null : new JsonFields(path, document.RootElement, warnings: config.Warnings);
        JsonFields[] sources = generation is null ? [config] : [config, generation];
        var last = description.VocabularySize - 1;
        return description with
        {
            EosIds = [.. sources.SelectMany(s => s.TokenIds("eos_token_id", description.VocabularySize)).Distinct().Order()],
            BosId = sources.SelectMany(s => s.TokenIds("bos_token_id", description.VocabularySize)).Append(-1).First(),
            // some checkpoints pad with an id outside of the vocabulary, which nothing here ever evaluates
            PadId = sources.Select(s => s.FindInt("pad_token_id", int.MinValue, int.MaxValue)).FirstOrDefault(id => id >= 0 && id <= last) ?? -1,
        };
    }
}
