namespace DecodeAlign.Models;

/// <summary>Where a config of the Llama family puts its attention window.</summary>
internal enum WindowRule
{
    /// <summary>No window.</summary>
    None,

    /// <summary><c>sliding_window</c>, on all layers.</summary>
    Always,

    /// <summary><c>sliding_window</c>, where <c>use_sliding_window</c> says so, on layers from <c>max_window_layers</c> on.</summary>
    WhenEnabled,
}

/// <summary>Llama and its relatives, told apart by data: RMS norm, rotary positions, gated SiLU, optional biases.</summary>
internal sealed class LlamaArchitecture : Architecture
{
    private static readonly WeightRole[] QueryKeyValue = [WeightRole.Query, WeightRole.Key, WeightRole.Value];
    private static readonly WeightRole[] GateUp = [WeightRole.Gate, WeightRole.Up];

    /// <summary>Query, key and value always have biases, the output projection none.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether <c>attention_bias</c> is a field: biases of all four projections.</summary>
    public bool AttentionBiasField { get; init; }

    /// <summary>Whether <c>mlp_bias</c> is a field.</summary>
    public bool MlpBiasField { get; init; }

    /// <summary>Queries and keys are normalised per head.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Queries and keys are normalised all heads together.</summary>
    public bool QueryKeyNormWhole { get; init; }

    /// <summary>Where a block's norms stand.</summary>
    public NormPlacement Norms { get; init; }

    /// <summary>Gemma's ways: embeddings times the root of their width, norms' weights stored less one, GELU gates, scores scaled by <c>query_pre_attn_scalar</c>, capped scores and logits.</summary>
    public bool Gemma { get; init; }

    /// <summary>Whether the config has Granite's four multipliers.</summary>
    public bool Multipliers { get; init; }

    /// <summary>Every so manieth layer attends to all, where the config does not say; 0: none.</summary>
    public int WindowPattern { get; init; }

    /// <summary>The base of rotary positions in layers with a window, where the config names none; 0: as in all.</summary>
    public double LocalTheta { get; init; }

    /// <summary>Query, key and value share a tensor, so do gate and up.</summary>
    public bool Fused { get; init; }

    /// <summary>Whether <c>no_rope_layers</c> is a field.</summary>
    public bool LayersWithoutRope { get; init; }

    public WindowRule Window { get; init; }

    /// <summary>The window where the config names none; 0: none.</summary>
    public int DefaultWindow { get; init; }

    /// <summary>Head size where the config names none; 0: hidden size / heads.</summary>
    public int DefaultHeadSize { get; init; }

    /// <summary>Most positions where the config does not say.</summary>
    public required int DefaultContext { get; init; }

    public double DefaultTheta { get; init; } = 10000;

    public double DefaultEpsilon { get; init; } = 1e-6;

    public bool TiedByDefault { get; init; }

    public override string LanguageClass => ClassPrefix + "ForCausalLM";

    public override string TensorPrefix => "model.";

    public override TransformerDescription Describe(JsonFields config)
    {
        var hidden = config.Int("hidden_size", 1, Limits.Width);
        var layers = config.Int("num_hidden_layers", 1, Limits.Layers);
        var heads = config.Int("num_attention_heads", 1, Limits.Heads);
        var headSize = config.FindInt("head_dim", 1, Limits.HeadSize) ?? (DefaultHeadSize > 0 ? DefaultHeadSize : ConfigRules.HeadSize(config, "num_attention_heads", hidden, heads));
        var stated = config.IntOrDefault("max_position_embeddings", 1, Limits.Context, DefaultContext);
        if (headSize % 2 != 0) throw config.Bad("head_dim", $"{headSize} is odd; rotary positions need pairs");
        CheckActivation(config);
        var withoutRope = LayersWithoutRope ? ConfigRules.LayersWithoutRope(config, layers) : [];
        var rope = RopeRules.Read(config, DefaultTheta, headSize, stated);
        var context = RopeRules.Context(rope, stated);
        var (window, withoutWindow) = ConfigRules.SlidingWindow(config, Window, DefaultWindow, layers, context, LayersWithoutRope ? withoutRope : null, WindowPattern);
        return new TransformerDescription
        {
            Architecture = LanguageClass,
            VocabularySize = config.Int("vocab_size", 1, Limits.Vocabulary),
            HiddenSize = hidden,
            IntermediateSize = config.Int("intermediate_size", 1, Limits.Width),
            LayerCount = layers,
            HeadCount = heads,
            KvHeadCount = ConfigRules.KvHeads(config, heads),
            HeadSize = headSize,
            ContextLength = context,
            Norm = NormKind.Rms,
            NormEpsilon = (float)(config.FindNumber("rms_norm_eps", 0, 1) ?? DefaultEpsilon),
            Activation = Gemma ? ActivationKind.GeluTanhGated : ActivationKind.SiluGated,
            Rope = rope,
            LayersWithoutRope = withoutRope,
            SlidingWindow = window,
            LayersWithoutWindow = withoutWindow,
            WindowRope = LocalTheta > 0 ? RopeRules.ReadLocal(config, LocalTheta) : null,
            QueryKeyNorm = QueryKeyNorm || QueryKeyNormWhole,
            QueryKeyNormWhole = QueryKeyNormWhole,
            Norms = Norms,
            EmbeddingScale = Gemma ? (float)Math.Sqrt(hidden) : Multiplier(config, "embedding_multiplier"),
            ScoreScale = Gemma && config.FindNumber("query_pre_attn_scalar", 1e-3, 1e6) is { } scalar ? (float)(1 / Math.Sqrt(scalar)) : Multipliers && config.FindNumber("attention_multiplier", 1e-9, 1e6) is { } multiplier ? (float)multiplier : 0,
            ResidualScale = Multiplier(config, "residual_multiplier"),
            LogitScale = 1 / Multiplier(config, "logits_scaling"),
            ScoreCap = Gemma ? (float)(config.FindNumber("attn_logit_softcapping", 1e-3, 1e6) ?? 0) : 0,
            LogitCap = Gemma ? (float)(config.FindNumber("final_logit_softcapping", 1e-3, 1e6) ?? 0) : 0,
            TiedEmbeddings = config.Flag("tie_word_embeddings", TiedByDefault),
        };
    }

    public override IEnumerable<TensorRule> Tensors(JsonFields config, TransformerDescription description)
    {
        const string layer = "model.layers.{0}.";
        yield return new(WeightRole.TokenEmbedding, "model.embed_tokens.weight") { Otherwise = description is { TiedEmbeddings: true, RewardCount: 0 } ? "lm_head.weight" : null };
        var offset = Gemma ? 1 : 0;
        yield return new(WeightRole.FinalNorm, "model.norm.weight") { Offset = offset };
        foreach (var (role, name) in LayerNorms()) yield return new(role, layer + name) { Offset = offset };
        yield return new(WeightRole.Output, layer + "self_attn.o_proj.weight");
        yield return new(WeightRole.Down, layer + "mlp.down_proj.weight");
        if (Fused)
        {
            foreach (var role in QueryKeyValue) yield return new(role, layer + "self_attn.qkv_proj.weight") { Fused = QueryKeyValue };
            foreach (var role in GateUp) yield return new(role, layer + "mlp.gate_up_proj.weight") { Fused = GateUp };
        }
        else
        {
            yield return new(WeightRole.Query, layer + "self_attn.q_proj.weight");
            yield return new(WeightRole.Key, layer + "self_attn.k_proj.weight");
            yield return new(WeightRole.Value, layer + "self_attn.v_proj.weight");
            yield return new(WeightRole.Gate, layer + "mlp.gate_proj.weight");
            yield return new(WeightRole.Up, layer + "mlp.up_proj.weight");
        }
        var attentionBias = AttentionBiasField && config.Flag("attention_bias", false);
        if (attentionBias || QueryKeyValueBias)
        {
            yield return new(WeightRole.QueryBias, layer + "self_attn.q_proj.bias");
            yield return new(WeightRole.KeyBias, layer + "self_attn.k_proj.bias");
            yield return new(WeightRole.ValueBias, layer + "self_attn.v_proj.bias");
        }
        if (attentionBias) yield return new(WeightRole.OutputBias, layer + "self_attn.o_proj.bias");
        if (MlpBiasField && config.Flag("mlp_bias", false))
        {
            yield return new(WeightRole.GateBias, layer + "mlp.gate_proj.bias");
            yield return new(WeightRole.UpBias, layer + "mlp.up_proj.bias");
            yield return new(WeightRole.DownBias, layer + "mlp.down_proj.bias");
        }
        if (description.QueryKeyNorm)
        {
            yield return new(WeightRole.QueryNorm, layer + "self_attn.q_norm.weight") { Offset = offset };
            yield return new(WeightRole.KeyNorm, layer + "self_attn.k_norm.weight") { Offset = offset };
        }
    }

    public override bool IsRecomputed(string tensor) => tensor.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    private (WeightRole Role, string Name)[] LayerNorms() => Norms switch
    {
        NormPlacement.Before => [(WeightRole.AttentionNorm, "input_layernorm.weight"), (WeightRole.FeedForwardNorm, "post_attention_layernorm.weight")],
        NormPlacement.After => [(WeightRole.AttentionOutputNorm, "post_attention_layernorm.weight"), (WeightRole.FeedForwardOutputNorm, "post_feedforward_layernorm.weight")],
        _ => [(WeightRole.AttentionNorm, "input_layernorm.weight"), (WeightRole.AttentionOutputNorm, "post_attention_layernorm.weight"),
            (WeightRole.FeedForwardNorm, "pre_feedforward_layernorm.weight"), (WeightRole.FeedForwardOutputNorm, "post_feedforward_layernorm.weight")],
    };

    private float Multiplier(JsonFields config, string name) => Multipliers ? (float)(config.FindNumber(name, 1e-9, 1e9) ?? 1) : 1;

    // the first Gemma's configs say "gelu" and mean the tanh approximation, as its own code has it
    private void CheckActivation(JsonFields config)
    {
        var field = Gemma && config.Has("hidden_activation") ? "hidden_activation" : "hidden_act";
        if (config.FindText(field) is not { } act) return;
        if (Gemma ? act is not ("gelu_pytorch_tanh" or "gelu") : act is not ("silu" or "swish")) throw config.Bad(field, $"'{act}' is not supported ('{(Gemma ? "gelu_pytorch_tanh" : "silu")}' is)");
    }
}
