using DecodeAlign.Models;

namespace DecodeAlign.Benchmarks;

/// <summary>Random weights of a shape in a GGUF file, from which every engine of a run loads: the very same numbers.</summary>
internal static class PeerModelFile
{
    /// <summary>What the final norm multiplies: random weights make flat distributions, this makes them as steep as a language model's.</summary>
    private const float Steepness = 6;

    public static void Write(string path, TransformerDescription d, GgufRounding type)
    {
        using var weights = new RandomWeights(d);
        using var file = new GgufStream(path);
        Describe(file, d);
        List<(string Name, WeightRole Role, int Layer)> tensors = [("token_embd.weight", WeightRole.TokenEmbedding, 0), ("output_norm.weight", WeightRole.FinalNorm, 0)];
        for (var layer = 0; layer < d.LayerCount; layer++)
            foreach (var (name, role) in Roles) tensors.Add(($"blk.{layer}.{name}.weight", role, layer));
        foreach (var (name, role, _) in tensors)
        {
            var (rows, columns) = Shape(d, role);
            file.Tensor(name, rows == 1 ? GgufRounding.F32 : type, rows, columns);
        }
        file.Write((tensor, row, values) =>
        {
            var (_, role, layer) = tensors[tensor];
            weights.ReadRows(role, layer, role is WeightRole.Query or WeightRole.Key ? Halves(row, d.HeadSize) : row, values);
            if (role == WeightRole.FinalNorm) values.AsSpan().Fill(Steepness);
        });
    }

    private static IEnumerable<(string Name, WeightRole Role)> Roles =>
    [
        ("attn_norm", WeightRole.AttentionNorm), ("attn_q", WeightRole.Query), ("attn_k", WeightRole.Key), ("attn_v", WeightRole.Value), ("attn_output", WeightRole.Output),
        ("ffn_norm", WeightRole.FeedForwardNorm), ("ffn_gate", WeightRole.Gate), ("ffn_up", WeightRole.Up), ("ffn_down", WeightRole.Down),
    ];

    private static void Describe(GgufStream file, TransformerDescription d)
    {
        file.Field("general.architecture", "llama");
        file.Field("general.name", "random weights");
        file.Field("llama.vocab_size", (uint)d.VocabularySize);
        file.Field("llama.context_length", (uint)d.ContextLength);
        file.Field("llama.embedding_length", (uint)d.HiddenSize);
        file.Field("llama.feed_forward_length", (uint)d.IntermediateSize);
        file.Field("llama.block_count", (uint)d.LayerCount);
        file.Field("llama.attention.head_count", (uint)d.HeadCount);
        file.Field("llama.attention.head_count_kv", (uint)d.KvHeadCount);
        file.Field("llama.attention.layer_norm_rms_epsilon", d.NormEpsilon);
        file.Field("llama.rope.dimension_count", (uint)d.HeadSize);
        file.Field("llama.rope.freq_base", (float)d.Rope!.Theta);
        file.Field("tokenizer.ggml.model", "gpt2");
        file.Field("tokenizer.ggml.pre", "gpt-2");
        file.Field("tokenizer.ggml.tokens", PeerVocabulary.Tokens(d.VocabularySize));
        file.Field("tokenizer.ggml.token_type", PeerVocabulary.Kinds(d.VocabularySize));
        file.Field("tokenizer.ggml.merges", Array.Empty<string>());
        file.Field("tokenizer.ggml.bos_token_id", (uint)d.VocabularySize - 1);
        file.Field("tokenizer.ggml.eos_token_id", (uint)d.VocabularySize - 1);
    }

    // a llama file turns neighbours where the weights turn halves of a head
    private static int Halves(int row, int head) => row / head * head + row % head / 2 + row % 2 * (head / 2);

    private static (int Rows, int Columns) Shape(TransformerDescription d, WeightRole role) => role switch
    {
        WeightRole.TokenEmbedding => (d.VocabularySize, d.HiddenSize),
        WeightRole.Query => (d.HeadCount * d.HeadSize, d.HiddenSize),
        WeightRole.Key or WeightRole.Value => (d.KvHeadCount * d.HeadSize, d.HiddenSize),
        WeightRole.Output => (d.HiddenSize, d.HeadCount * d.HeadSize),
        WeightRole.Gate or WeightRole.Up => (d.IntermediateSize, d.HiddenSize),
        WeightRole.Down => (d.HiddenSize, d.IntermediateSize),
        _ => (1, d.HiddenSize),
    };
}
