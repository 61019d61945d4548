namespace DecodeAlign.Models;

/// <summary>What the fields of a GGUF file say of the transformer.</summary>
internal static class GgufArchitecture
{
    private const string Names = "llama, qwen2, qwen3, phi3, gemma, gemma2, gemma3 and gpt2";

    /// <exception cref="ModelFormatException">The architecture is not supported, or a field is missing or out of range.</exception>
    public static TransformerDescription Describe(GgufFile file)
    {
        var fields = file.Fields;
        var name = fields.Text("general.architecture");
        if (name is not ("llama" or "qwen2" or "qwen3" or "phi3" or "gpt2" or "gemma" or "gemma2" or "gemma3")) throw fields.Bad("general.architecture", $"'{name}' is not supported; supported are {Names}");
        if (fields.FindInt($"{name}.expert_count", 0, int.MaxValue) > 0) throw fields.Bad($"{name}.expert_count", "mixtures of experts are not supported");
        var embedding = file.Tensors.GetValueOrDefault("token_embd.weight") ?? throw fields.Bad("token_embd.weight", "is missing");
        var hidden = fields.Int($"{name}.embedding_length", 1, Limits.Width);
        var heads = fields.Int($"{name}.attention.head_count", 1, Limits.Heads);
        var kvHeads = fields.FindInt($"{name}.attention.head_count_kv", 1, Limits.Heads) ?? heads;
        if (heads % kvHeads != 0) throw fields.Bad($"{name}.attention.head_count_kv", $"{kvHeads} does not divide {heads}");
        var headSize = fields.FindInt($"{name}.attention.key_length", 1, Limits.HeadSize) ?? (hidden % heads == 0 ? hidden / heads : throw fields.Bad($"{name}.attention.head_count", $"{heads} heads do not divide {hidden}"));
        if (fields.FindInt($"{name}.attention.value_length", 1, Limits.HeadSize) is { } values && values != headSize) throw fields.Bad($"{name}.attention.value_length", $"{values} is not the keys' {headSize}");
        var gpt2 = name == "gpt2";
        if (!gpt2 && headSize % 2 != 0) throw fields.Bad($"{name}.attention.key_length", $"{headSize} is odd; rotary positions need pairs");
        var context = fields.Int($"{name}.context_length", 1, Limits.Context);
        var description = new TransformerDescription
        {
            Architecture = $"{name} (GGUF)",
            VocabularySize = embedding.Rows,
            HiddenSize = hidden,
            IntermediateSize = fields.Int($"{name}.feed_forward_length", 1, Limits.Width),
            LayerCount = fields.Int($"{name}.block_count", 1, Limits.Layers),
            HeadCount = heads,
            KvHeadCount = kvHeads,
            HeadSize = headSize,
            ContextLength = context,
            Norm = gpt2 ? NormKind.Layer : NormKind.Rms,
            NormEpsilon = (float)(fields.FindNumber(gpt2 ? $"{name}.attention.layer_norm_epsilon" : $"{name}.attention.layer_norm_rms_epsilon", 0, 1) ?? 1e-5),
            Activation = gpt2 ? ActivationKind.GeluTanh : ActivationKind.SiluGated,
            Rope = gpt2 ? null : GgufRope.Read(file, name, headSize),
            SlidingWindow = fields.FindInt($"{name}.attention.sliding_window", 0, int.MaxValue) is > 0 and var window && window < context ? window : 0,
            QueryKeyNorm = name == "qwen3",
            TiedEmbeddings = !file.Tensors.ContainsKey("output.weight"),
            EosIds = GgufTokens.EndIds(fields, embedding.Rows),
            BosId = Id(fields, "tokenizer.ggml.bos_token_id", embedding.Rows),
            PadId = Id(fields, "tokenizer.ggml.padding_token_id", embedding.Rows),
        };
        return name.StartsWith("gemma", StringComparison.Ordinal) ? Gemma(fields, name, description) : description;
    }

    /// <summary>What the fields leave to whoever reads them, as llama.cpp has it: which layers have the window, the layers' own rotary base, the scale of scores in the largest model.</summary>
    private static TransformerDescription Gemma(GgufFields fields, string name, TransformerDescription d)
    {
        d = d with { Activation = ActivationKind.GeluTanhGated, EmbeddingScale = (float)Math.Sqrt(d.HiddenSize) };
        if (name == "gemma") return d;
        var second = name == "gemma2";
        var window = fields.FindInt($"{name}.attention.sliding_window", 0, int.MaxValue) ?? (second ? 4096 : 0);
        var every = second ? 2 : 6;
        int[] without = [.. Enumerable.Range(0, d.LayerCount).Where(layer => (layer + 1) % every == 0)];
        return d with
        {
            Norms = NormPlacement.Around,
            QueryKeyNorm = !second,
            SlidingWindow = window > 0 && window < d.ContextLength ? window : 0,
            LayersWithoutWindow = window > 0 && window < d.ContextLength ? without : [],
            WindowRope = second ? null : new() { Theta = 10000 },
            ScoreScale = d.LayerCount == (second ? 46 : 62) ? (float)(1 / Math.Sqrt(d.HiddenSize / d.HeadCount)) : 0,
            ScoreCap = second ? (float)(fields.FindNumber($"{name}.attn_logit_softcapping", 0, 1e6) ?? 50) : 0,
            LogitCap = (float)(fields.FindNumber($"{name}.final_logit_softcapping", 0, 1e6) ?? (second ? 30 : 0)),
        };
    }

    private static int Id(GgufFields fields, string name, int rows) => fields.FindInt(name, 0, int.MaxValue) is { } id && id < rows ? id : -1;
}
