using DecodeAlign.Models;

namespace DecodeAlign.Tests;

/// <summary>Configs that are not quite what they should be: read where the meaning is clear, with a warning, refused by name where it is not.</summary>
public sealed class ConfigFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-1", "")]
    [InlineData("100", "")]
    [InlineData("[2, -1, 100, 5]", "2,5")]
    [InlineData("2.0", "2")]
    public void Read_EosIdThatNoTokenHas_IsLeftOutWithAWarning(string value, string expected)
    {
        foreach (var inGeneration in new[] { false, true })
        {
            Write(inGeneration ? "" : $", \"eos_token_id\": {value}");
            _folder.Write("generation_config.json", inGeneration ? $"{{\"eos_token_id\": {value}}}" : "{}");
            var config = ModelConfig.Read(_folder.Path);
            Assert.Equal(expected, string.Join(',', config.Description.EosIds));
            Assert.NotEmpty(config.Warnings);
            Assert.All(config.Warnings, warning => Assert.Contains($"{(inGeneration ? "generation_config.json" : "config.json")}: eos_token_id: ", warning, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Read_BosIdThatNoTokenHas_IsLeftOutWithAWarning()
    {
        Write(", \"bos_token_id\": 100");
        var config = ModelConfig.Read(_folder.Path);
        Assert.Equal(-1, config.Description.BosId);
        Assert.Contains("bos_token_id", Assert.Single(config.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WholeNumberWrittenAsAFraction_IsTheIntegerWithAWarning()
    {
        Write(", \"hidden_size\": 64.0, \"num_attention_heads\": 4e0");
        var config = ModelConfig.Read(_folder.Path);
        Assert.Equal((64, 4), (config.Description.HiddenSize, config.Description.HeadCount));
        Assert.Equal(2, config.Warnings.Count);
        Write(", \"hidden_size\": 64.5");
        Assert.Equal("hidden_size", Assert.Throws<ModelFormatException>(() => ModelConfig.Read(_folder.Path)).Field);
    }

    [Theory]
    [InlineData("\"rope_theta\": Infinity", "rope_theta")]
    [InlineData("\"rms_norm_eps\": NaN", "rms_norm_eps")]
    [InlineData("\"hidden_size\": -Infinity", "hidden_size")]
    [InlineData("\"rope_scaling\": {\"type\": \"linear\", \"factor\": Infinity}", "rope_scaling.factor")]
    public void Read_NotANumber_IsRefusedByName(string field, string name)
    {
        Write(", " + field);
        Assert.Equal(name, Assert.Throws<ModelFormatException>(() => ModelConfig.Read(_folder.Path)).Field);
    }

    [Fact]
    public void Read_NotANumberThatNobodyReads_DoesNoHarm()
    {
        Write(", \"attention_dropout\": NaN, \"time_step_limit\": [0.0, Infinity], \"name\": \"NaN \\\" Infinity\", \"low\": -Infinity");
        Assert.Equal(64, ModelConfig.Read(_folder.Path).Description.HiddenSize);
        _folder.Write("tokenizer_config.json", "{\"model_max_length\": Infinity, \"eos_token\": \"</s>\"}");
        Assert.Equal(64, ModelConfig.Read(_folder.Path).Description.HiddenSize);
    }

    [Theory]
    [InlineData("Llama", "llama", 2048)]
    [InlineData("Mistral", "mistral", 131072)]
    [InlineData("Qwen2", "qwen2", 32768)]
    [InlineData("Phi3", "phi3", 4096)]
    public void Read_ContextMissing_IsTheFamilysOwnWithAWarning(string prefix, string type, int context)
    {
        Write("", prefix, type, context: "");
        var config = ModelConfig.Read(_folder.Path);
        Assert.Equal(context, config.Description.ContextLength);
        Assert.Contains("max_position_embeddings", Assert.Single(config.Warnings), StringComparison.Ordinal);
    }

    private void Write(string more, string prefix = "Llama", string type = "llama", string context = ", \"max_position_embeddings\": 128")
    {
        var fields = $"\"architectures\":[\"{prefix}ForCausalLM\"],\"model_type\":\"{type}\",\"vocab_size\":100,\"intermediate_size\":96,\"num_hidden_layers\":4";
        foreach (var (name, value) in new[] { ("hidden_size", "64"), ("num_attention_heads", "4"), ("rms_norm_eps", "1e-5") })
            if (!more.Contains($"\"{name}\"", StringComparison.Ordinal)) fields += $",\"{name}\":{value}";
        _folder.Write("config.json", $"{{{fields}{context}{more}}}");
    }
}
