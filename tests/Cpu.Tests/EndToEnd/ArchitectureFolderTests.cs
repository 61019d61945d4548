using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>
/// For each architecture: a folder as the hub holds it, of random weights, read and run, against the double-precision pass over the same weights. What the pass computes with is stated by hand, not taken from the config.
/// </summary>
public class ArchitectureFolderTests
{
    private const string Sizes = """
        "vocab_size":101,"hidden_size":48,"intermediate_size":70,"num_hidden_layers":4,"num_attention_heads":6,"num_key_value_heads":2,
        "max_position_embeddings":96,"rms_norm_eps":1e-5,"eos_token_id":2
        """;

    private static readonly WeightRole[] All = [WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias, WeightRole.OutputBias, WeightRole.GateBias, WeightRole.UpBias, WeightRole.DownBias];

    private static readonly WeightRole[] NotGated = [.. All.Where(role => role != WeightRole.GateBias)];

    private static readonly TransformerDescription Llama = Descriptions.Llama with { HiddenSize = 48, HeadSize = 8, LayerCount = 4, TiedEmbeddings = false };

    private static readonly TransformerDescription Gemma = Llama with { TiedEmbeddings = true, HeadSize = 16, Norms = NormPlacement.Around, Activation = ActivationKind.GeluTanhGated, EmbeddingScale = (float)Math.Sqrt(48) };

    private static readonly TransformerDescription NeoX = Llama with { Norm = NormKind.Layer, Activation = ActivationKind.Gelu, KvHeadCount = 6, ParallelResidual = true, Rope = new() { Theta = 10000, TurnedSize = 2 } };

    /// <summary>By name: the config, what it means, the biases, who writes the tensors.</summary>
    private static readonly Dictionary<string, (string Config, TransformerDescription Description, WeightRole[] Biases, Func<RandomWeights, IEnumerable<NamedTensor>> Write)> Architectures = new()
    {
        ["llama"] = (Config("Llama", "llama", ""), Llama, [], HubFolder.Llama),
        ["llama 2, tied"] = (Config("Llama", "llama", ""","tie_word_embeddings":true,"rope_scaling":{"type":"linear","factor":2.0}"""), Llama with { TiedEmbeddings = true, Rope = new() { Theta = 10000, Scaling = RopeScalingKind.Linear, Factor = 2 } }, [], HubFolder.Llama),
        ["llama 3, wide heads"] = (
            Config("Llama", "llama", ""","head_dim":16,"rope_theta":500000.0,"rope_scaling":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":32}"""),
            Llama with { HeadSize = 16, Rope = new() { Theta = 500000, Scaling = RopeScalingKind.Llama3, Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalContextLength = 32 } }, [], HubFolder.Llama),
        ["llama with biases"] = (Config("Llama", "llama", ""","attention_bias":true,"mlp_bias":true"""), Llama, All, HubFolder.Llama),
        ["mistral"] = (Config("Mistral", "mistral", ""","sliding_window":7"""), Llama with { SlidingWindow = 7 }, [], HubFolder.Llama),
        ["qwen2"] = (Config("Qwen2", "qwen2", ""","rope_theta":1000000.0,"use_sliding_window":false,"sliding_window":7,"max_window_layers":0"""), Llama with { Rope = new() { Theta = 1e6 } }, [WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias], HubFolder.Llama),
        ["qwen3"] = (Config("Qwen3", "qwen3", ""","head_dim":32"""), Llama with { HeadSize = 32, QueryKeyNorm = true }, [], HubFolder.Llama),
        ["smollm3"] = (Config("SmolLM3", "smollm3", ""","no_rope_layers":[1,1,1,0]"""), Llama with { TiedEmbeddings = true, LayersWithoutRope = [3], Rope = new() { Theta = 2e6 } }, [], HubFolder.Llama),
        ["phi3"] = (Config("Phi3", "phi3", ""","sliding_window":11"""), Llama with { SlidingWindow = 11 }, [], HubFolder.Phi3),
        ["qwen2, yarn"] = (
            Config("Qwen2", "qwen2", ""","rope_scaling":{"type":"yarn","factor":4.0,"original_max_position_embeddings":32}"""),
            Llama with { Rope = new() { Theta = 10000, Scaling = RopeScalingKind.Yarn, Factor = 4, OriginalContextLength = 32, Magnitude = 0.1 * Math.Log(4) + 1 } }, [WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias], HubFolder.Llama),
        ["qwen2, late windows"] = (
            Config("Qwen2", "qwen2", ""","use_sliding_window":true,"sliding_window":7,"max_window_layers":2"""),
            Llama with { SlidingWindow = 7, LayersWithoutWindow = [0, 1] }, [WeightRole.QueryBias, WeightRole.KeyBias, WeightRole.ValueBias], HubFolder.Llama),
        ["phi3.5"] = (
            Config("Phi3", "phi3", ""","original_max_position_embeddings":24,"rope_scaling":{"type":"longrope","short_factor":[1,1,1,1],"long_factor":[1.0,1.5,3.0,9.0]}"""),
            Llama with { Rope = new() { Theta = 10000, FrequencyFactors = [1, 1.5, 3, 9], Magnitude = Math.Sqrt(1 + Math.Log(4) / Math.Log(24)) } }, [], HubFolder.Phi3),
        ["phi4-mini"] = (Config("Phi3", "phi3", ""","partial_rotary_factor":0.75"""), Llama with { Rope = new() { Theta = 10000, TurnedSize = 6 } }, [], HubFolder.Phi3),
        ["smollm3, yarn"] = (
            Config("SmolLM3", "smollm3", ""","no_rope_layers":[1,1,1,0],"rope_scaling":{"rope_type":"yarn","factor":2.0,"original_max_position_embeddings":64}"""),
            Llama with { TiedEmbeddings = true, LayersWithoutRope = [3], Rope = new() { Theta = 2e6, Scaling = RopeScalingKind.Yarn, Factor = 2, OriginalContextLength = 64, Magnitude = 0.1 * Math.Log(2) + 1 } }, [], HubFolder.Llama),
        ["gemma"] = (Config("Gemma", "gemma", ""","head_dim":16,"hidden_act":"gelu" """), Gemma with { Norms = NormPlacement.Before }, [], HubFolder.Gemma),
        ["gemma 2"] = (
            Config("Gemma2", "gemma2", ""","head_dim":16,"hidden_activation":"gelu_pytorch_tanh","query_pre_attn_scalar":24,"sliding_window":7,"attn_logit_softcapping":5.0,"final_logit_softcapping":8.0"""),
            Gemma with { ScoreScale = (float)(1 / Math.Sqrt(24)), SlidingWindow = 7, LayersWithoutWindow = [1, 3], ScoreCap = 5, LogitCap = 8 }, [], HubFolder.Gemma),
        ["gemma 3"] = (
            Config("Gemma3", "gemma3_text", ""","head_dim":16,"hidden_activation":"gelu_pytorch_tanh","query_pre_attn_scalar":32,"sliding_window":7,"sliding_window_pattern":3,"rope_local_base_freq":10000.0,"rope_scaling":{"rope_type":"linear","factor":8.0}"""),
            Gemma with
            {
                QueryKeyNorm = true, ScoreScale = (float)(1 / Math.Sqrt(32)), SlidingWindow = 7, LayersWithoutWindow = [2],
                Rope = new() { Theta = 1e6, Scaling = RopeScalingKind.Linear, Factor = 8 }, WindowRope = new() { Theta = 10000 },
            }, [], HubFolder.Gemma),
        ["gemma 3, layers named"] = (
            Config("Gemma3", "gemma3_text", ""","head_dim":16,"hidden_activation":"gelu_pytorch_tanh","query_pre_attn_scalar":16,"sliding_window":7,"layer_types":["full_attention","sliding_attention","sliding_attention","full_attention"],"rope_parameters":{"full_attention":{"rope_type":"default","rope_theta":500000.0},"sliding_attention":{"rope_type":"default","rope_theta":20000.0}}"""),
            Gemma with { QueryKeyNorm = true, SlidingWindow = 7, LayersWithoutWindow = [0, 3], Rope = new() { Theta = 500000 }, WindowRope = new() { Theta = 20000 } }, [], HubFolder.Gemma),
        ["olmo 2"] = (Config("Olmo2", "olmo2", ""","rope_theta":500000.0"""), Llama with { Norms = NormPlacement.After, QueryKeyNorm = true, QueryKeyNormWhole = true, Rope = new() { Theta = 500000 } }, [], HubFolder.Olmo2),
        ["granite"] = (
            Config("Granite", "granite", ""","embedding_multiplier":12.0,"attention_multiplier":0.25,"residual_multiplier":0.22,"logits_scaling":8.0"""),
            Llama with { EmbeddingScale = 12, ScoreScale = 0.25f, ResidualScale = 0.22f, LogitScale = 0.125f }, [], HubFolder.Llama),
        ["gpt-neox"] = (
            """{"architectures":["GPTNeoXForCausalLM"],"model_type":"gpt_neox","vocab_size":101,"hidden_size":48,"intermediate_size":70,"num_hidden_layers":4,"num_attention_heads":6,"max_position_embeddings":96,"rotary_pct":0.25,"rotary_emb_base":10000,"use_parallel_residual":true,"hidden_act":"gelu","layer_norm_eps":1e-5}""",
            NeoX, NotGated, HubFolder.NeoX),
        ["gpt-neox, one after the other"] = (
            """{"architectures":["GPTNeoXForCausalLM"],"model_type":"gpt_neox","vocab_size":101,"hidden_size":48,"intermediate_size":70,"num_hidden_layers":4,"num_attention_heads":6,"max_position_embeddings":96,"rotary_pct":1.0,"use_parallel_residual":false,"hidden_act":"gelu_new"}""",
            NeoX with { ParallelResidual = false, Activation = ActivationKind.GeluTanh, Rope = new() { Theta = 10000 } }, NotGated, HubFolder.NeoX),
        ["gpt2"] = (
            """{"architectures":["GPT2LMHeadModel"],"model_type":"gpt2","vocab_size":101,"n_embd":48,"n_layer":4,"n_head":6,"n_positions":96,"n_inner":70,"layer_norm_epsilon":1e-5,"activation_function":"gelu_new"}""",
            Gpt2, All, HubFolder.Gpt2),
        ["gpt2, bare"] = (
            """{"model_type":"gpt2","vocab_size":101,"n_embd":48,"n_layer":4,"n_head":6,"n_positions":96,"n_inner":70,"activation_function":"gelu"}""",
            Gpt2 with { Activation = ActivationKind.Gelu }, All, weights => HubFolder.Gpt2(weights).Select(t => t with { Name = t.Name.Replace("transformer.", "", StringComparison.Ordinal) })),
        ["llama reward"] = (Config("Llama", "llama", ""","id2label":{"0":"LABEL_0"}""", "ForSequenceClassification"), Llama with { RewardCount = 1 }, [], HubFolder.Llama),
        ["gpt2 reward"] = (
            """{"architectures":["GPT2ForSequenceClassification"],"model_type":"gpt2","vocab_size":101,"n_embd":48,"n_layer":4,"n_head":6,"n_positions":96,"n_inner":70,"num_labels":3}""",
            Gpt2 with { RewardCount = 3 }, All, HubFolder.Gpt2),
    };

    public static TheoryData<string, string, int> Cases
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var (name, i) in Architectures.Keys.Select((name, i) => (name, i)))
            {
                data.Add(name, "F32", 1 + i % 3);
                // norms less one can't all be held in bf16
                if (!name.StartsWith("gemma", StringComparison.Ordinal)) data.Add(name, "BF16", 1 + (i + 1) % 3);
            }
            return data;
        }
    }

    private static TransformerDescription Gpt2 => Llama with { Norm = NormKind.Layer, Activation = ActivationKind.GeluTanh, Rope = null, KvHeadCount = 6, TiedEmbeddings = true };

    [Theory]
    [MemberData(nameof(Cases))]
    public void OpenWeights_HubFolder_GivesTheLogitsOfItsDefinition(string architecture, string type, int shards)
    {
        var (config, description, biases, write) = Architectures[architecture];
        var random = new RandomWeights(description, 5, biases: true, bf16: type == "BF16").Without(role => All.Contains(role) && !biases.Contains(role));
        using var folder = new TempFolder();
        HubFolder.Write(folder, config, write(random), type, shards);

        using var weights = ModelFolder.Open(folder.Path).OpenWeights();
        using var engine = Engines.Load(weights, threads: 1);

        var tree = new TokenTree();
        using var session = engine.Open(tree, 64);
        var tokens = Enumerable.Range(0, 40).Select(i => i * i % 101).ToArray();
        var node = tree.AddRoot(tokens);
        var actual = engine.Evaluate(session, node)[0];
        var expected = new ReferenceTransformer(random).Run(tokens);
        var normalizer = description.RewardCount > 0 ? 0 : Math.Log(expected.Sum(Math.Exp));
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i] - normalizer, actual[i], 1e-4);
    }

    private static string Config(string prefix, string type, string more, string suffix = "ForCausalLM") =>
        $"{{\"architectures\":[\"{prefix}{suffix}\"],\"model_type\":\"{type}\",{Sizes}{more}}}";
}
