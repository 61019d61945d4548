using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>The tokens that a file is given.</summary>
/// <param name="Model">gpt2 or llama.</param>
/// <param name="Tokens">Their texts as the format spells them.</param>
/// <param name="Kinds">1 normal, 2 unknown, 3 control, 6 byte.</param>
internal sealed record GgufVocabulary(string Model, IReadOnlyList<string> Tokens, IReadOnlyList<int> Kinds)
{
    public IReadOnlyList<string> Merges { get; init; } = [];

    public IReadOnlyList<float> Scores { get; init; } = [];

    public string Pre { get; init; } = "gpt-2";

    public int Bos { get; init; }

    public int Eos { get; init; }

    public string? ChatTemplate { get; init; }

    /// <summary>So many tokens that stand for nothing.</summary>
    public static GgufVocabulary Numbered(int count) => new("gpt2", [.. Enumerable.Range(0, count).Select(i => $"t{i}")], [.. Enumerable.Repeat(1, count)]);
}

/// <summary>Writes any weights as llama.cpp's converter lays them out.</summary>
internal static class GgufExport
{
    private static readonly Dictionary<WeightRole, string> Names = new()
    {
        [WeightRole.AttentionNorm] = "attn_norm.weight", [WeightRole.AttentionNormBias] = "attn_norm.bias",
        [WeightRole.Query] = "attn_q.weight", [WeightRole.QueryBias] = "attn_q.bias", [WeightRole.Key] = "attn_k.weight", [WeightRole.KeyBias] = "attn_k.bias",
        [WeightRole.Value] = "attn_v.weight", [WeightRole.ValueBias] = "attn_v.bias", [WeightRole.QueryNorm] = "attn_q_norm.weight", [WeightRole.KeyNorm] = "attn_k_norm.weight",
        [WeightRole.Output] = "attn_output.weight", [WeightRole.OutputBias] = "attn_output.bias", [WeightRole.FeedForwardNorm] = "ffn_norm.weight", [WeightRole.FeedForwardNormBias] = "ffn_norm.bias",
        [WeightRole.AttentionOutputNorm] = "post_attention_norm.weight", [WeightRole.FeedForwardOutputNorm] = "post_ffw_norm.weight",
        [WeightRole.Gate] = "ffn_gate.weight", [WeightRole.Up] = "ffn_up.weight", [WeightRole.UpBias] = "ffn_up.bias", [WeightRole.Down] = "ffn_down.weight", [WeightRole.DownBias] = "ffn_down.bias",
    };

    /// <param name="source">The weights.</param>
    /// <param name="architecture">What the file calls the architecture.</param>
    /// <param name="type">How matrices are stored; those whose rows are not whole blocks as Q8_0, or F32.</param>
    /// <param name="vocabulary">The tokens.</param>
    /// <param name="change">Changes the file before it is written; null: nothing.</param>
    /// <param name="typeOf">The type of a layer's matrix where it is another; null: all have the same.</param>
    public static byte[] Write(IWeightSource source, string architecture, string type, GgufVocabulary vocabulary, Action<GgufWriter>? change = null, Func<WeightRole, string>? typeOf = null)
    {
        var d = source.Description;
        var writer = new GgufWriter();
        Describe(writer, d, architecture);
        Tokens(writer, vocabulary);
        Tensor(writer, source, "token_embd.weight", WeightRole.TokenEmbedding, 0, type);
        Tensor(writer, source, "position_embd.weight", WeightRole.PositionEmbedding, 0, "F32");
        Tensor(writer, source, "output_norm.weight", WeightRole.FinalNorm, 0, "F32");
        Tensor(writer, source, "output_norm.bias", WeightRole.FinalNormBias, 0, "F32");
        Tensor(writer, source, "output.weight", WeightRole.Head, 0, type);
        for (var layer = 0; layer < d.LayerCount; layer++)
        {
            var fusedAttention = architecture is "gpt2" or "phi3";
            if (fusedAttention)
            {
                Fused(writer, source, $"blk.{layer}.attn_qkv.weight", layer, type, WeightRole.Query, WeightRole.Key, WeightRole.Value);
                Fused(writer, source, $"blk.{layer}.attn_qkv.bias", layer, "F32", WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias);
            }
            if (architecture == "phi3") Fused(writer, source, $"blk.{layer}.ffn_up.weight", layer, type, WeightRole.Gate, WeightRole.Up);
            foreach (var (role, name) in Names)
            {
                if (fusedAttention && role is WeightRole.Query or WeightRole.Key or WeightRole.Value or WeightRole.QueryBias or WeightRole.KeyBias or WeightRole.ValueBias) continue;
                if (architecture == "qwen2" && role is WeightRole.OutputBias or WeightRole.UpBias or WeightRole.DownBias) continue;
                if (architecture == "phi3" && role is WeightRole.Gate or WeightRole.Up) continue;
                var heads = architecture != "llama" ? 0 : role is WeightRole.Query or WeightRole.QueryBias ? d.HeadCount : role is WeightRole.Key or WeightRole.KeyBias ? d.KvHeadCount : 0;
                Tensor(writer, source, $"blk.{layer}.{name}", role, layer, !IsMatrix(role) ? "F32" : typeOf?.Invoke(role) ?? type, heads);
            }
        }
        change?.Invoke(writer);
        return writer.Bytes();
    }

    private static void Describe(GgufWriter writer, TransformerDescription d, string name)
    {
        writer.Field("general.architecture", name);
        writer.Field("general.name", "exported");
        writer.Field($"{name}.context_length", (uint)d.ContextLength);
        writer.Field($"{name}.embedding_length", (uint)d.HiddenSize);
        writer.Field($"{name}.block_count", (uint)d.LayerCount);
        writer.Field($"{name}.feed_forward_length", (uint)d.IntermediateSize);
        writer.Field($"{name}.attention.head_count", (uint)d.HeadCount);
        writer.Field($"{name}.attention.head_count_kv", (uint)d.KvHeadCount);
        writer.Field($"{name}.attention.key_length", (uint)d.HeadSize);
        writer.Field($"{name}.attention.value_length", (uint)d.HeadSize);
        writer.Field(d.Norm == NormKind.Layer ? $"{name}.attention.layer_norm_epsilon" : $"{name}.attention.layer_norm_rms_epsilon", d.NormEpsilon);
        if (d.SlidingWindow > 0) writer.Field($"{name}.attention.sliding_window", (uint)d.SlidingWindow);
        if (d.ScoreCap > 0) writer.Field($"{name}.attn_logit_softcapping", d.ScoreCap);
        if (d.LogitCap > 0) writer.Field($"{name}.final_logit_softcapping", d.LogitCap);
        if (d.Rope is not { } rope) return;
        writer.Field($"{name}.rope.dimension_count", (uint)d.HeadSize);
        writer.Field($"{name}.rope.freq_base", (float)rope.Theta);
        if (rope.Scaling == RopeScalingKind.Linear)
        {
            writer.Field($"{name}.rope.scaling.type", "linear");
            writer.Field($"{name}.rope.scaling.factor", (float)rope.Factor);
        }
        if (rope.Scaling != RopeScalingKind.Llama3) return;
        // the converter writes Llama 3's scaling as divisors
        var plain = (rope with { Scaling = RopeScalingKind.None }).Frequencies(d.HeadSize);
        var scaled = rope.Frequencies(d.HeadSize);
        writer.Tensor("rope_freqs.weight", "F32", 1, plain.Length, [.. plain.Select((frequency, i) => (float)(frequency / scaled[i]))]);
    }

    private static void Tokens(GgufWriter writer, GgufVocabulary vocabulary)
    {
        writer.Field("tokenizer.ggml.model", vocabulary.Model);
        if (vocabulary.Model == "gpt2") writer.Field("tokenizer.ggml.pre", vocabulary.Pre);
        writer.Field("tokenizer.ggml.tokens", vocabulary.Tokens);
        writer.Field("tokenizer.ggml.token_type", vocabulary.Kinds);
        if (vocabulary.Model == "gpt2") writer.Field("tokenizer.ggml.merges", vocabulary.Merges);
        else writer.Field("tokenizer.ggml.scores", vocabulary.Scores);
        writer.Field("tokenizer.ggml.bos_token_id", (uint)vocabulary.Bos);
        writer.Field("tokenizer.ggml.eos_token_id", (uint)vocabulary.Eos);
        if (vocabulary.ChatTemplate is { } template) writer.Field("tokenizer.chat_template", template);
    }

    private static void Tensor(GgufWriter writer, IWeightSource source, string name, WeightRole role, int layer, string type, int permutedHeads = 0)
    {
        if (!source.Has(role, layer)) return;
        var (rows, columns) = Shape(source.Description, role);
        var values = Read(source, role, layer, rows * columns);
        if (permutedHeads > 0) values = Permute(values, permutedHeads, IsMatrix(role) ? columns : 1);
        writer.Tensor(name, Fitting(type, columns), rows, columns, values);
    }

    private static void Fused(GgufWriter writer, IWeightSource source, string name, int layer, string type, params WeightRole[] roles)
    {
        if (!source.Has(roles[0], layer)) return;
        float[] all = [.. roles.SelectMany(role => Read(source, role, layer, Shape(source.Description, role) is var (rows, columns) ? rows * columns : 0))];
        var width = IsMatrix(roles[0]) ? source.Description.HiddenSize : all.Length;
        writer.Tensor(name, Fitting(type, width), all.Length / width, width, all);
    }

    private static string Fitting(string type, int columns) => columns % GgufEncoder.Types[type].Block == 0 ? type : columns % 32 == 0 ? "Q8_0" : "F32";

    private static float[] Read(IWeightSource source, WeightRole role, int layer, int count)
    {
        var values = new float[count];
        source.ReadRows(role, layer, 0, values);
        return values;
    }

    /// <summary>The converter's: halves of each head become neighbours.</summary>
    private static float[] Permute(float[] values, int heads, int columns)
    {
        var size = values.Length / columns / heads;
        var output = new float[values.Length];
        for (var head = 0; head < heads; head++)
            for (var half = 0; half < 2; half++)
                for (var i = 0; i < size / 2; i++)
                    Array.Copy(values, (head * size + half * size / 2 + i) * columns, output, (head * size + 2 * i + half) * columns, columns);
        return output;
    }

    private static bool IsMatrix(WeightRole role) => !role.ToString().EndsWith("Norm", StringComparison.Ordinal) && !role.ToString().EndsWith("Bias", StringComparison.Ordinal);

    private static (int Rows, int Columns) Shape(TransformerDescription d, WeightRole role) => role switch
    {
        WeightRole.TokenEmbedding or WeightRole.Head => (d.VocabularySize, d.HiddenSize),
        WeightRole.PositionEmbedding => (d.ContextLength, d.HiddenSize),
        WeightRole.Query => (d.HeadCount * d.HeadSize, d.HiddenSize),
        WeightRole.Key or WeightRole.Value => (d.KvHeadCount * d.HeadSize, d.HiddenSize),
        WeightRole.Output => (d.HiddenSize, d.HeadCount * d.HeadSize),
        WeightRole.Gate or WeightRole.Up => (d.IntermediateSize, d.HiddenSize),
        WeightRole.Down => (d.HiddenSize, d.IntermediateSize),
        WeightRole.QueryBias => (1, d.HeadCount * d.HeadSize),
        WeightRole.KeyBias or WeightRole.ValueBias => (1, d.KvHeadCount * d.HeadSize),
        WeightRole.QueryNorm or WeightRole.KeyNorm => (1, d.HeadSize),
        WeightRole.UpBias => (1, d.IntermediateSize),
        _ => (1, d.HiddenSize),
    };
}
