namespace DecodeAlign.Models;

/// <summary>GPT-2: learned positions, layer norm with biases, GELU; projections stored as (inputs, outputs), query, key and value in one.</summary>
internal sealed class Gpt2Architecture : Architecture
{
    private static readonly WeightRole[] QueryKeyValue = [WeightRole.Query, WeightRole.Key, WeightRole.Value];
    private static readonly WeightRole[] QueryKeyValueBias = [WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias];

    public override string LanguageClass => ClassPrefix + "LMHeadModel";

    public override string TensorPrefix => "transformer.";

    public override TransformerDescription Describe(JsonFields config)
    {
        var hidden = config.Int("n_embd", 1, Limits.Width / 4);
        var heads = config.Int("n_head", 1, Limits.Heads);
        if (!config.Flag("scale_attn_weights", true)) throw config.Bad("scale_attn_weights", "false is not supported");
        if (config.Flag("scale_attn_by_inverse_layer_idx", false)) throw config.Bad("scale_attn_by_inverse_layer_idx", "true is not supported");
        if (config.Flag("add_cross_attention", false)) throw config.Bad("add_cross_attention", "true is not supported");
        return new TransformerDescription
        {
            Architecture = LanguageClass,
            VocabularySize = config.Int("vocab_size", 1, Limits.Vocabulary),
            HiddenSize = hidden,
            IntermediateSize = config.FindInt("n_inner", 1, Limits.Width) ?? 4 * hidden,
            LayerCount = config.Int("n_layer", 1, Limits.Layers),
            HeadCount = heads,
            KvHeadCount = heads,
            HeadSize = ConfigRules.HeadSize(config, "n_head", hidden, heads),
            ContextLength = config.FindInt("n_positions", 1, Limits.Context) ?? config.IntOrDefault("n_ctx", 1, Limits.Context, 1024),
            Norm = NormKind.Layer,
            NormEpsilon = (float)(config.FindNumber("layer_norm_epsilon", 0, 1) ?? 1e-5),
            Activation = config.FindText("activation_function") switch
            {
                null or "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" => ActivationKind.GeluTanh,
                "gelu" => ActivationKind.Gelu,
                var other => throw config.Bad("activation_function", $"'{other}' is not supported ('gelu_new' and 'gelu' are)"),
            },
            TiedEmbeddings = config.Flag("tie_word_embeddings", true),
        };
    }

    public override IEnumerable<TensorRule> Tensors(JsonFields config, TransformerDescription description)
    {
        const string layer = "transformer.h.{0}.";
        yield return new(WeightRole.TokenEmbedding, "transformer.wte.weight") { Otherwise = description is { TiedEmbeddings: true, RewardCount: 0 } ? "lm_head.weight" : null };
        yield return new(WeightRole.PositionEmbedding, "transformer.wpe.weight");
        yield return new(WeightRole.FinalNorm, "transformer.ln_f.weight");
        yield return new(WeightRole.FinalNormBias, "transformer.ln_f.bias");
        yield return new(WeightRole.AttentionNorm, layer + "ln_1.weight");
        yield return new(WeightRole.AttentionNormBias, layer + "ln_1.bias");
        yield return new(WeightRole.FeedForwardNorm, layer + "ln_2.weight");
        yield return new(WeightRole.FeedForwardNormBias, layer + "ln_2.bias");
        foreach (var role in QueryKeyValue) yield return new(role, layer + "attn.c_attn.weight") { Fused = QueryKeyValue, Transposed = true };
        foreach (var role in QueryKeyValueBias) yield return new(role, layer + "attn.c_attn.bias") { Fused = QueryKeyValueBias };
        yield return new(WeightRole.Output, layer + "attn.c_proj.weight") { Transposed = true };
        yield return new(WeightRole.OutputBias, layer + "attn.c_proj.bias");
        yield return new(WeightRole.Up, layer + "mlp.c_fc.weight") { Transposed = true };
        yield return new(WeightRole.UpBias, layer + "mlp.c_fc.bias");
        yield return new(WeightRole.Down, layer + "mlp.c_proj.weight") { Transposed = true };
        yield return new(WeightRole.DownBias, layer + "mlp.c_proj.bias");
    }

    public override bool IsRecomputed(string tensor) =>
        tensor.EndsWith(".attn.bias", StringComparison.Ordinal) || tensor.EndsWith(".attn.masked_bias", StringComparison.Ordinal);
}
