namespace DecodeAlign.Models;

/// <summary>GPT-NeoX and Pythia: layer norm with biases, part of each head turned, attention and feed-forward side by side; query, key and value in one tensor, head by head.</summary>
internal sealed class GptNeoXArchitecture : Architecture
{
    private static readonly WeightRole[] QueryKeyValue = [WeightRole.Query, WeightRole.Key, WeightRole.Value];
    private static readonly WeightRole[] QueryKeyValueBias = [WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias];

    public override string LanguageClass => ClassPrefix + "ForCausalLM";

    public override string TensorPrefix => "gpt_neox.";

    public override string HeadTensor => "embed_out.weight";

    public override TransformerDescription Describe(JsonFields config)
    {
        var hidden = config.Int("hidden_size", 1, Limits.Width);
        var heads = config.Int("num_attention_heads", 1, Limits.Heads);
        var headSize = ConfigRules.HeadSize(config, "num_attention_heads", hidden, heads);
        var stated = config.IntOrDefault("max_position_embeddings", 1, Limits.Context, 2048);
        var theta = config.FindNumber("rotary_emb_base", 1, 1e12) ?? 10000;
        var rope = RopeRules.Read(config, theta, headSize, stated, defaultPart: 0.25, partField: config.Has("partial_rotary_factor") || config.Has("rope_parameters") ? "partial_rotary_factor" : "rotary_pct");
        return new TransformerDescription
        {
            Architecture = LanguageClass,
            VocabularySize = config.Int("vocab_size", 1, Limits.Vocabulary),
            HiddenSize = hidden,
            IntermediateSize = config.Int("intermediate_size", 1, Limits.Width),
            LayerCount = config.Int("num_hidden_layers", 1, Limits.Layers),
            HeadCount = heads,
            KvHeadCount = heads,
            HeadSize = headSize,
            ContextLength = RopeRules.Context(rope, stated),
            Norm = NormKind.Layer,
            NormEpsilon = (float)(config.FindNumber("layer_norm_eps", 0, 1) ?? 1e-5),
            Activation = config.FindText("hidden_act") switch
            {
                null or "gelu" => ActivationKind.Gelu,
                "gelu_new" or "gelu_fast" or "gelu_pytorch_tanh" => ActivationKind.GeluTanh,
                var other => throw config.Bad("hidden_act", $"'{other}' is not supported ('gelu' and 'gelu_new' are)"),
            },
            Rope = rope,
            ParallelResidual = config.Flag("use_parallel_residual", true),
            TiedEmbeddings = config.Flag("tie_word_embeddings", false),
        };
    }

    public override IEnumerable<TensorRule> Tensors(JsonFields config, TransformerDescription description)
    {
        const string layer = "gpt_neox.layers.{0}.";
        yield return new(WeightRole.TokenEmbedding, "gpt_neox.embed_in.weight");
        yield return new(WeightRole.FinalNorm, "gpt_neox.final_layer_norm.weight");
        yield return new(WeightRole.FinalNormBias, "gpt_neox.final_layer_norm.bias");
        yield return new(WeightRole.AttentionNorm, layer + "input_layernorm.weight");
        yield return new(WeightRole.AttentionNormBias, layer + "input_layernorm.bias");
        yield return new(WeightRole.FeedForwardNorm, layer + "post_attention_layernorm.weight");
        yield return new(WeightRole.FeedForwardNormBias, layer + "post_attention_layernorm.bias");
        foreach (var role in QueryKeyValue) yield return new(role, layer + "attention.query_key_value.weight") { Fused = QueryKeyValue, ByHead = true };
        yield return new(WeightRole.Output, layer + "attention.dense.weight");
        if (config.Flag("attention_bias", true))
        {
            foreach (var role in QueryKeyValueBias) yield return new(role, layer + "attention.query_key_value.bias") { Fused = QueryKeyValueBias, ByHead = true };
            yield return new(WeightRole.OutputBias, layer + "attention.dense.bias");
        }
        yield return new(WeightRole.Up, layer + "mlp.dense_h_to_4h.weight");
        yield return new(WeightRole.UpBias, layer + "mlp.dense_h_to_4h.bias");
        yield return new(WeightRole.Down, layer + "mlp.dense_4h_to_h.weight");
        yield return new(WeightRole.DownBias, layer + "mlp.dense_4h_to_h.bias");
    }

    public override bool IsRecomputed(string tensor) => tensor.EndsWith(".attention.bias", StringComparison.Ordinal)
        || tensor.EndsWith(".attention.masked_bias", StringComparison.Ordinal) || tensor.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);
}
