using System.Text.Json.Nodes;
using DecodeAlign.Models;

namespace DecodeAlign.Tests;

public sealed class ModelConfigTests : IDisposable
{
    private const string Llama = """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":100,"hidden_size":64,"intermediate_size":96,"num_hidden_layers":4,
         "num_attention_heads":4,"num_key_value_heads":2,"max_position_embeddings":128,"rms_norm_eps":1e-5,"hidden_act":"silu","eos_token_id":2,"bos_token_id":1}
        """;

    private const string Gpt2 = """{"architectures":["GPT2LMHeadModel"],"model_type":"gpt2","vocab_size":100,"n_embd":64,"n_layer":2,"n_head":4,"n_positions":32,"n_inner":null,"activation_function":"gelu_new","layer_norm_epsilon":1e-5}""";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Llama_DescribesIt()
    {
        var actual = Read(Llama);
        Assert.Equal(
            new TransformerDescription
            {
                Architecture = "LlamaForCausalLM", VocabularySize = 100, HiddenSize = 64, IntermediateSize = 96, LayerCount = 4, HeadCount = 4, KvHeadCount = 2, HeadSize = 16,
                ContextLength = 128, Norm = NormKind.Rms, NormEpsilon = 1e-5f, Activation = ActivationKind.SiluGated, Rope = new() { Theta = 10000 }, BosId = 1, EosIds = actual.EosIds, LayersWithoutRope = actual.LayersWithoutRope,
            },
            actual);
        Assert.Equal([2], actual.EosIds);
        Assert.Equal([], actual.LayersWithoutRope);
    }

    [Fact]
    public void Read_Gpt2_DescribesIt()
    {
        var actual = Read(Gpt2);
        Assert.Equal(
            new TransformerDescription
            {
                Architecture = "GPT2LMHeadModel", VocabularySize = 100, HiddenSize = 64, IntermediateSize = 256, LayerCount = 2, HeadCount = 4, KvHeadCount = 4, HeadSize = 16,
                ContextLength = 32, Norm = NormKind.Layer, NormEpsilon = 1e-5f, Activation = ActivationKind.GeluTanh, TiedEmbeddings = true, EosIds = actual.EosIds, LayersWithoutRope = actual.LayersWithoutRope,
            },
            actual);
        Assert.Equal(ActivationKind.Gelu, Read(Gpt2, """{"activation_function":"gelu"}""").Activation);
        Assert.Equal(80, Read(Gpt2, """{"n_inner":80}""").IntermediateSize);
        Assert.False(Read(Gpt2, """{"tie_word_embeddings":false}""").TiedEmbeddings);
    }

    [Fact]
    public void Read_DefaultsOfEachFamily_AreItsOwn()
    {
        Assert.Equal(4096, Read(Llama, Named("Mistral", "mistral", ""","max_position_embeddings":32768""")).SlidingWindow);
        Assert.Equal(0, Read(Llama, Named("Mistral", "mistral", ""","sliding_window":null,"max_position_embeddings":32768""")).SlidingWindow);
        Assert.Equal(50, Read(Llama, Named("Mistral", "mistral", ""","sliding_window":50""")).SlidingWindow);
        Assert.Equal(0, Read(Llama, Named("Mistral", "mistral", ""","sliding_window":128""")).SlidingWindow);
        Assert.Equal(0, Read(Llama, Named("Llama", "llama", ""","sliding_window":50""")).SlidingWindow);
        Assert.Equal(50, Read(Llama, Named("Phi3", "phi3", ""","sliding_window":50""")).SlidingWindow);
        Assert.Equal(0, Read(Llama, Named("Qwen2", "qwen2", ""","sliding_window":50,"use_sliding_window":false""")).SlidingWindow);
        Assert.Equal(50, Read(Llama, Named("Qwen2", "qwen2", ""","sliding_window":50,"use_sliding_window":true,"max_window_layers":0""")).SlidingWindow);
        Assert.Equal(0, Read(Llama, Named("Qwen2", "qwen2", ""","sliding_window":50,"use_sliding_window":true""")).SlidingWindow);
        Assert.Equal(128, Read(Llama, Named("Qwen3", "qwen3", "")).HeadSize);
        Assert.Equal((true, 16), (Read(Llama, Named("Qwen3", "qwen3", ""","head_dim":16""")).QueryKeyNorm, Read(Llama, Named("Qwen3", "qwen3", ""","head_dim":16""")).HeadSize));
        var smol = Read(Llama, Named("SmolLM3", "smollm3", ""));
        Assert.Equal((2e6, true), (smol.Rope!.Theta, smol.TiedEmbeddings));
        Assert.Equal([3], smol.LayersWithoutRope);
        Assert.Equal([0, 1], Read(Llama, Named("SmolLM3", "smollm3", ""","no_rope_layers":[0,0,1,1]""")).LayersWithoutRope);
        Assert.Equal([1, 3], Read(Llama, Named("SmolLM3", "smollm3", ""","no_rope_layer_interval":2""")).LayersWithoutRope);
    }

    [Fact]
    public void Read_RopeOfEitherAge_IsUnderstood()
    {
        const string llama3 = """{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64}""";
        var expected = new RopeDescription { Theta = 5e5, Scaling = RopeScalingKind.Llama3, Factor = 8, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalContextLength = 64 };
        Assert.Equal(expected, Read(Llama, """{"rope_theta":500000.0,"rope_scaling":""" + llama3 + "}").Rope);
        Assert.Equal(expected, Read(Llama, """{"rope_theta":500000.0,"rope_parameters":""" + llama3 + "}").Rope);
        Assert.Equal(new RopeDescription { Theta = 10000, Scaling = RopeScalingKind.Linear, Factor = 4 }, Read(Llama, """{"rope_scaling":{"type":"linear","factor":4}}""").Rope);
        Assert.Equal(new RopeDescription { Theta = 10000 }, Read(Llama, """{"rope_scaling":{"rope_type":"default"}}""").Rope);
    }

    [Fact]
    public void Read_IdsOfBothFiles_AreMergedAndPadIsNoEos()
    {
        _folder.Write("generation_config.json", """{"eos_token_id":[7,2],"bos_token_id":5,"pad_token_id":9}""");
        var both = Read(Llama);
        Assert.Equal([2, 7], both.EosIds);
        Assert.Equal((1, 9), (both.BosId, both.PadId));
        var other = Read(Llama, """{"eos_token_id":[3,4],"bos_token_id":null,"pad_token_id":-1}""");
        Assert.Equal([2, 3, 4, 7], other.EosIds);
        Assert.Equal((5, 9), (other.BosId, other.PadId));
        File.Delete(_folder.File("generation_config.json"));
        Assert.Equal([], Read(Llama, """{"eos_token_id":null,"pad_token_id":100}""").EosIds);
        Assert.Equal(-1, Read(Llama, """{"eos_token_id":null,"pad_token_id":100}""").PadId);
    }

    [Fact]
    public void Read_ClassificationHead_CountsItsLabels()
    {
        const string reward = """{"architectures":["LlamaForSequenceClassification"]""";
        Assert.Equal(("LlamaForSequenceClassification", 2), (Read(Llama, reward + "}").Architecture, Read(Llama, reward + "}").RewardCount));
        Assert.Equal(1, Read(Llama, reward + ""","id2label":{"0":"LABEL_0"}}""").RewardCount);
        Assert.Equal(5, Read(Llama, reward + ""","num_labels":5}""").RewardCount);
        Assert.Equal(3, Read(Gpt2, """{"architectures":["GPT2ForSequenceClassification"],"num_labels":3}""").RewardCount);
        Assert.Equal("num_labels", Refused(Llama, reward + ""","num_labels":0}""").Field);
        Assert.Equal("id2label", Refused(Llama, reward + ""","id2label":{}}""").Field);
    }

    [Theory]
    [InlineData("""{"architectures":["BertModel"]}""", "architectures", "'BertModel' is not supported; supported are LlamaForCausalLM")]
    [InlineData("""{"architectures":null,"model_type":"mamba"}""", "model_type", "'mamba' is not supported")]
    [InlineData("""{"architectures":null,"model_type":null}""", "architectures", "is missing")]
    [InlineData("""{"model_type":"qwen2"}""", "model_type", "contradicts")]
    [InlineData("""{"quantization_config":{"bits":4}}""", "quantization_config", "quantised checkpoints are not supported; use the model's own F32, F16 or BF16 weights")]
    [InlineData("""{"quantization_config":{"quant_method":"fp8","weight_block_size":[128,128]}}""", "quantization_config", "'fp8' weights are not supported; use")]
    [InlineData("""{"quantization_config":{"quant_method":"gptq","bits":4}}""", "quantization_config", "'gptq' weights are not supported; use")]
    [InlineData("""{"quantization_config":{"quant_method":"awq","bits":4}}""", "quantization_config", "or a GGUF file of it (Q8_0, Q6_K, Q5_K, Q4_K)")]
    [InlineData("""{"quantization_config":4}""", "quantization_config", "must be an object")]
    [InlineData("""{"rope_scaling":{"rope_type":"yarn"}}""", "rope_scaling.factor", "is missing")]
    [InlineData("""{"rope_scaling":{"rope_type":"yarn","factor":4,"beta_fast":1,"beta_slow":2}}""", "rope_scaling.beta_slow", "not below")]
    [InlineData("""{"original_max_position_embeddings":64,"rope_scaling":{"type":"longrope","short_factor":[1],"long_factor":[1,2]}}""", "rope_scaling.long_factor", "has 2 entries, not 8")]
    [InlineData("""{"original_max_position_embeddings":64,"rope_scaling":{"type":"longrope","short_factor":[1]}}""", "rope_scaling.long_factor", "is missing")]
    [InlineData("""{"rope_parameters":{"rope_type":"longrope"}}""", "original_max_position_embeddings", "is missing")]
    [InlineData("""{"partial_rotary_factor":0.05}""", "partial_rotary_factor", "not pairs")]
    [InlineData("""{"architectures":["Gemma2ForCausalLM"],"model_type":"gemma2","hidden_activation":"silu"}""", "hidden_activation", "'silu' is not supported")]
    [InlineData("""{"rope_scaling":{"type":"dynamic","factor":4}}""", "rope_scaling.type", "'dynamic' is not supported")]
    [InlineData("""{"rope_scaling":{"rope_type":"llama3","factor":4}}""", "rope_scaling.low_freq_factor", "is missing")]
    [InlineData("""{"rope_scaling":{"rope_type":"llama3","factor":4,"low_freq_factor":4,"high_freq_factor":4}}""", "rope_scaling.low_freq_factor", "not below")]
    [InlineData("""{"rope_scaling":{"rope_type":"linear"}}""", "rope_scaling.factor", "is missing")]
    [InlineData("""{"rope_scaling":[1]}""", "rope_scaling", "must be an object")]
    [InlineData("""{"rope_theta":0}""", "rope_theta", "must be a number")]
    [InlineData("""{"rope_theta":1e999}""", "rope_theta", "must be a number")]
    [InlineData("""{"hidden_act":"relu"}""", "hidden_act", "'relu' is not supported")]
    [InlineData("""{"hidden_size":null}""", "hidden_size", "is missing")]
    [InlineData("""{"hidden_size":0}""", "hidden_size", "from 1 to")]
    [InlineData("""{"hidden_size":-64}""", "hidden_size", "from 1 to")]
    [InlineData("""{"hidden_size":2147483647}""", "hidden_size", "from 1 to")]
    [InlineData("""{"hidden_size":99999999999999999999}""", "hidden_size", "from 1 to")]
    [InlineData("""{"hidden_size":64.5}""", "hidden_size", "from 1 to")]
    [InlineData("""{"hidden_size":"64"}""", "hidden_size", "from 1 to")]
    [InlineData("""{"hidden_size":66}""", "num_attention_heads", "do not divide")]
    [InlineData("""{"head_dim":15}""", "head_dim", "odd")]
    [InlineData("""{"num_key_value_heads":3}""", "num_key_value_heads", "does not divide")]
    [InlineData("""{"num_hidden_layers":1000000}""", "num_hidden_layers", "from 1 to")]
    [InlineData("""{"vocab_size":1000000000}""", "vocab_size", "from 1 to")]
    [InlineData("""{"rms_norm_eps":-1}""", "rms_norm_eps", "must be a number")]
    [InlineData("""{"tie_word_embeddings":"yes"}""", "tie_word_embeddings", "true or false")]
    [InlineData("""{"eos_token_id":[2,"x"]}""", "eos_token_id", "must be an integer")]
    [InlineData("""{"eos_token_id":2.5}""", "eos_token_id", "must be an integer")]
    [InlineData("""{"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","use_sliding_window":true,"sliding_window":8,"layer_types":["full_attention"]}""", "layer_types", "1 entries for 4")]
    [InlineData("""{"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","use_sliding_window":true,"sliding_window":8,"layer_types":["a","a","a","a"]}""", "layer_types", "'a' is not supported")]
    [InlineData("""{"architectures":["SmolLM3ForCausalLM"],"model_type":"smollm3","no_rope_layers":[1,0]}""", "no_rope_layers", "2 entries for 4")]
    [InlineData("""{"architectures":["SmolLM3ForCausalLM"],"model_type":"smollm3","no_rope_layers":[1,0,2,0]}""", "no_rope_layers", "from 0 to 1")]
    public void Read_Unsupported_ThrowsNamingTheField(string change, string field, string problem)
    {
        var error = Refused(Llama, change);
        Assert.Equal((_folder.File("config.json"), field), (error.File, error.Field));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"activation_function":"relu"}""", "activation_function")]
    [InlineData("""{"scale_attn_weights":false}""", "scale_attn_weights")]
    [InlineData("""{"scale_attn_by_inverse_layer_idx":true}""", "scale_attn_by_inverse_layer_idx")]
    [InlineData("""{"add_cross_attention":true}""", "add_cross_attention")]
    [InlineData("""{"n_head":5}""", "n_head")]
    public void Read_UnsupportedGpt2_ThrowsNamingTheField(string change, string field) => Assert.Equal(field, Refused(Gpt2, change).Field);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"hidden_size\":NaN}")]
    [InlineData("{\"architectures\":[\"a\\ud800\"]}")]
    public void Read_NoJsonObject_ThrowsNamingTheFile(string text)
    {
        _folder.Write("config.json", text);
        Assert.Equal(_folder.File("config.json"), Assert.Throws<ModelFormatException>(() => ModelConfig.Read(_folder.Path)).File);
    }

    [Fact]
    public void Read_NestedBeyondMeasure_Throws()
    {
        _folder.Write("config.json", "{\"a\":" + new string('[', 1_000_000));
        Assert.Throws<ModelFormatException>(() => ModelConfig.Read(_folder.Path));
        File.WriteAllBytes(_folder.File("config.json"), new byte[5 << 20]);
        Assert.Contains("at most", Assert.Throws<ModelFormatException>(() => ModelConfig.Read(_folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_folder.File("config.json"), [0x7B, 0x22, 0xFF, 0x22, 0x7D]);
        Assert.Contains("UTF-8", Assert.Throws<ModelFormatException>(() => ModelConfig.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    private static string Named(string prefix, string type, string more) => $"{{\"architectures\":[\"{prefix}ForCausalLM\"],\"model_type\":\"{type}\"{more}}}";

    private TransformerDescription Read(string config, string change = "{}")
    {
        var merged = JsonNode.Parse(config)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject()) merged[name] = value?.DeepClone();
        _folder.Write("config.json", merged.ToJsonString());
        return ModelConfig.Read(_folder.Path).Description;
    }

    private ModelFormatException Refused(string config, string change) => Assert.Throws<ModelFormatException>(() => Read(config, change));
}
