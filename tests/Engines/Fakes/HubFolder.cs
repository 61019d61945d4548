using System.Text.Json;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>
/// Writes weights as the hub's checkpoints of an architecture hold them. Written from the published classes' parameter names and shapes; shares nothing with the reader.
/// </summary>
internal static class HubFolder
{
    private static readonly Dictionary<WeightRole, string> LlamaNames = new()
    {
        [WeightRole.AttentionNorm] = "input_layernorm.weight",
        [WeightRole.FeedForwardNorm] = "post_attention_layernorm.weight",
        [WeightRole.Query] = "self_attn.q_proj.weight",
        [WeightRole.QueryBias] = "self_attn.q_proj.bias",
        [WeightRole.QueryNorm] = "self_attn.q_norm.weight",
        [WeightRole.Key] = "self_attn.k_proj.weight",
        [WeightRole.KeyBias] = "self_attn.k_proj.bias",
        [WeightRole.KeyNorm] = "self_attn.k_norm.weight",
        [WeightRole.Value] = "self_attn.v_proj.weight",
        [WeightRole.ValueBias] = "self_attn.v_proj.bias",
        [WeightRole.Output] = "self_attn.o_proj.weight",
        [WeightRole.OutputBias] = "self_attn.o_proj.bias",
        [WeightRole.Gate] = "mlp.gate_proj.weight",
        [WeightRole.GateBias] = "mlp.gate_proj.bias",
        [WeightRole.Up] = "mlp.up_proj.weight",
        [WeightRole.UpBias] = "mlp.up_proj.bias",
        [WeightRole.Down] = "mlp.down_proj.weight",
        [WeightRole.DownBias] = "mlp.down_proj.bias",
    };

    /// <summary>Separate projections: llama, mistral, qwen2, qwen3, smollm3.</summary>
    public static IEnumerable<NamedTensor> Llama(RandomWeights weights) =>
        Outer(weights, "model.embed_tokens.weight", "model.norm.weight")
            .Concat(Layers(weights, (layer, role) => LlamaNames.TryGetValue(role, out var name) ? $"model.layers.{layer}.{name}" : null));

    /// <summary>phi3: query, key and value in one matrix, one below the other; gate and up too.</summary>
    public static IEnumerable<NamedTensor> Phi3(RandomWeights weights)
    {
        var d = weights.Description;
        foreach (var tensor in Llama(weights))
            if (!LlamaNames.Any(n => n.Key is WeightRole.Query or WeightRole.Key or WeightRole.Value or WeightRole.Gate or WeightRole.Up && tensor.Name.EndsWith(n.Value, StringComparison.Ordinal)))
                yield return tensor;
        for (var layer = 0; layer < d.LayerCount; layer++)
        {
            float[] attention = [.. weights.Tensor(WeightRole.Query, layer)!, .. weights.Tensor(WeightRole.Key, layer)!, .. weights.Tensor(WeightRole.Value, layer)!];
            float[] feedForward = [.. weights.Tensor(WeightRole.Gate, layer)!, .. weights.Tensor(WeightRole.Up, layer)!];
            yield return new($"model.layers.{layer}.self_attn.qkv_proj.weight", [attention.Length / d.HiddenSize, d.HiddenSize], attention);
            yield return new($"model.layers.{layer}.mlp.gate_up_proj.weight", [feedForward.Length / d.HiddenSize, d.HiddenSize], feedForward);
        }
    }

    /// <summary>gemma: norms less one, and where there are norms around, four of them by other names.</summary>
    public static IEnumerable<NamedTensor> Gemma(RandomWeights weights)
    {
        var around = weights.Description.Norms == NormPlacement.Around;
        foreach (var tensor in Llama(weights))
        {
            var name = around ? tensor.Name.Replace("post_attention_layernorm", "pre_feedforward_layernorm", StringComparison.Ordinal) : tensor.Name;
            yield return tensor with { Name = name, Values = name.Contains("norm.weight", StringComparison.Ordinal) ? [.. tensor.Values.Select(value => value - 1)] : tensor.Values };
        }
        foreach (var tensor in OutputNorms(weights)) yield return tensor with { Values = [.. tensor.Values.Select(value => value - 1)] };
    }

    /// <summary>olmo2: norms of what attention and feed-forward give alone.</summary>
    public static IEnumerable<NamedTensor> Olmo2(RandomWeights weights) => Llama(weights).Concat(OutputNorms(weights));

    private static IEnumerable<NamedTensor> OutputNorms(RandomWeights weights)
    {
        for (var layer = 0; layer < weights.Description.LayerCount; layer++)
            foreach (var (role, name) in new[] { (WeightRole.AttentionOutputNorm, "post_attention_layernorm"), (WeightRole.FeedForwardOutputNorm, "post_feedforward_layernorm") })
                if (weights.Tensor(role, layer) is { } values) yield return new($"model.layers.{layer}.{name}.weight", [values.Length], values);
    }

    /// <summary>gpt_neox: query, key and value of one head after the other.</summary>
    public static IEnumerable<NamedTensor> NeoX(RandomWeights weights)
    {
        var (d, hidden) = (weights.Description, weights.Description.HiddenSize);
        foreach (var tensor in Outer(weights, "gpt_neox.embed_in.weight", "gpt_neox.final_layer_norm.weight")) yield return tensor.Name == "lm_head.weight" ? tensor with { Name = "embed_out.weight" } : tensor;
        yield return new("gpt_neox.final_layer_norm.bias", [hidden], weights.Tensor(WeightRole.FinalNormBias)!);
        for (var layer = 0; layer < d.LayerCount; layer++)
        {
            float[] T(WeightRole role) => weights.Tensor(role, layer)!;
            float[] ByHead(int width, params WeightRole[] roles) => [.. Enumerable.Range(0, d.HeadCount).SelectMany(head => roles.SelectMany(role => T(role)[(head * d.HeadSize * width)..((head + 1) * d.HeadSize * width)]))];
            var name = $"gpt_neox.layers.{layer}.";
            yield return new(name + "input_layernorm.weight", [hidden], T(WeightRole.AttentionNorm));
            yield return new(name + "input_layernorm.bias", [hidden], T(WeightRole.AttentionNormBias));
            yield return new(name + "post_attention_layernorm.weight", [hidden], T(WeightRole.FeedForwardNorm));
            yield return new(name + "post_attention_layernorm.bias", [hidden], T(WeightRole.FeedForwardNormBias));
            yield return new(name + "attention.query_key_value.weight", [3 * hidden, hidden], ByHead(hidden, WeightRole.Query, WeightRole.Key, WeightRole.Value));
            yield return new(name + "attention.query_key_value.bias", [3 * hidden], ByHead(1, WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias));
            yield return new(name + "attention.dense.weight", [hidden, hidden], T(WeightRole.Output));
            yield return new(name + "attention.dense.bias", [hidden], T(WeightRole.OutputBias));
            yield return new(name + "mlp.dense_h_to_4h.weight", [d.IntermediateSize, hidden], T(WeightRole.Up));
            yield return new(name + "mlp.dense_h_to_4h.bias", [d.IntermediateSize], T(WeightRole.UpBias));
            yield return new(name + "mlp.dense_4h_to_h.weight", [hidden, d.IntermediateSize], T(WeightRole.Down));
            yield return new(name + "mlp.dense_4h_to_h.bias", [hidden], T(WeightRole.DownBias));
        }
    }

    /// <summary>gpt2: matrices as (inputs, outputs), query, key and value side by side.</summary>
    public static IEnumerable<NamedTensor> Gpt2(RandomWeights weights)
    {
        var (d, hidden) = (weights.Description, weights.Description.HiddenSize);
        foreach (var tensor in Outer(weights, "transformer.wte.weight", "transformer.ln_f.weight")) yield return tensor;
        yield return new("transformer.ln_f.bias", [hidden], weights.Tensor(WeightRole.FinalNormBias)!);
        yield return new("transformer.wpe.weight", [d.ContextLength, hidden], weights.Tensor(WeightRole.PositionEmbedding)!);
        for (var layer = 0; layer < d.LayerCount; layer++)
        {
            float[] T(WeightRole role) => weights.Tensor(role, layer)!;
            var name = $"transformer.h.{layer}.";
            yield return new(name + "ln_1.weight", [hidden], T(WeightRole.AttentionNorm));
            yield return new(name + "ln_1.bias", [hidden], T(WeightRole.AttentionNormBias));
            yield return new(name + "ln_2.weight", [hidden], T(WeightRole.FeedForwardNorm));
            yield return new(name + "ln_2.bias", [hidden], T(WeightRole.FeedForwardNormBias));
            yield return new(name + "attn.bias", [1, 1, 2, 2], [1, 0, 1, 1]);
            yield return Transposed(name + "attn.c_attn.weight", hidden, [.. T(WeightRole.Query), .. T(WeightRole.Key), .. T(WeightRole.Value)]);
            yield return new(name + "attn.c_attn.bias", [3 * hidden], [.. T(WeightRole.QueryBias), .. T(WeightRole.KeyBias), .. T(WeightRole.ValueBias)]);
            yield return Transposed(name + "attn.c_proj.weight", hidden, T(WeightRole.Output));
            yield return new(name + "attn.c_proj.bias", [hidden], T(WeightRole.OutputBias));
            yield return Transposed(name + "mlp.c_fc.weight", hidden, T(WeightRole.Up));
            yield return new(name + "mlp.c_fc.bias", [d.IntermediateSize], T(WeightRole.UpBias));
            yield return Transposed(name + "mlp.c_proj.weight", d.IntermediateSize, T(WeightRole.Down));
            yield return new(name + "mlp.c_proj.bias", [hidden], T(WeightRole.DownBias));
        }
    }

    /// <summary>Writes config and weights; with more than one shard, an index too.</summary>
    public static void Write(TempFolder folder, string config, IEnumerable<NamedTensor> tensors, string type, int shards)
    {
        folder.Write("config.json", config);
        var all = tensors.OrderBy(t => t.Name, StringComparer.Ordinal).ToArray();
        if (shards == 1)
        {
            File.WriteAllBytes(folder.File("model.safetensors"), SafetensorsWriter.Bytes(all, type));
            return;
        }
        var map = new Dictionary<string, string>();
        for (var shard = 0; shard < shards; shard++)
        {
            var part = all.Where((_, i) => i % shards == shard).ToArray();
            var name = $"model-{shard + 1:d5}-of-{shards:d5}.safetensors";
            File.WriteAllBytes(folder.File(name), SafetensorsWriter.Bytes(part, type));
            foreach (var tensor in part) map.Add(tensor.Name, name);
        }
        folder.Write("model.safetensors.index.json", JsonSerializer.Serialize(new { metadata = new { total_size = 0 }, weight_map = map }));
    }

    private static IEnumerable<NamedTensor> Outer(RandomWeights weights, string embedding, string norm)
    {
        var d = weights.Description;
        yield return new(embedding, [d.VocabularySize, d.HiddenSize], weights.Tensor(WeightRole.TokenEmbedding)!);
        yield return new(norm, [d.HiddenSize], weights.Tensor(WeightRole.FinalNorm)!);
        if (weights.Tensor(WeightRole.Head) is { } head) yield return new("lm_head.weight", [d.VocabularySize, d.HiddenSize], head);
        if (weights.Tensor(WeightRole.RewardHead) is { } rewards) yield return new("score.weight", [d.RewardCount, d.HiddenSize], rewards);
    }

    private static IEnumerable<NamedTensor> Layers(RandomWeights weights, Func<int, WeightRole, string?> name)
    {
        var d = weights.Description;
        for (var layer = 0; layer < d.LayerCount; layer++)
            foreach (var role in Enum.GetValues<WeightRole>())
                if (name(layer, role) is { } stored && weights.Tensor(role, layer) is { } values)
                {
                    var isVector = role.ToString() is var text && (text.EndsWith("Norm", StringComparison.Ordinal) || text.EndsWith("Bias", StringComparison.Ordinal));
                    var columns = role switch { WeightRole.Output => d.HeadCount * d.HeadSize, WeightRole.Down => d.IntermediateSize, _ => d.HiddenSize };
                    yield return new(stored, isVector ? [values.Length] : [values.Length / columns, columns], values);
                }
    }

    private static NamedTensor Transposed(string name, int inputs, float[] matrix)
    {
        var outputs = matrix.Length / inputs;
        var turned = new float[matrix.Length];
        for (var o = 0; o < outputs; o++)
            for (var i = 0; i < inputs; i++)
                turned[i * outputs + o] = matrix[o * inputs + i];
        return new(name, [inputs, outputs], turned);
    }
}
