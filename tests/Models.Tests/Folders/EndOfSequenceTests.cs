using DecodeAlign.Models;
using DecodeAlign.Tests.Tokenizers;

namespace DecodeAlign.Tests;

/// <summary>The end-of-sequence token may be named in the tokenizer's files alone: the text ends there too.</summary>
public sealed class EndOfSequenceTests : IDisposable
{
    private const int Rows = 300;
    private readonly TempFolder _folder = new();
    private readonly int _bos;

    public EndOfSequenceTests()
    {
        var tokenizer = ByteLevelFixture.Json();
        _bos = (int)tokenizer["added_tokens"]![0]!["id"]!;
        _folder.Write("tokenizer.json", tokenizer.ToJsonString());
        _folder.Write("config.json", SmallFolder.Config.Replace("\"vocab_size\":9", $"\"vocab_size\":{Rows}", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tokenizer_config.json", "{\"eos_token\": \"<|bos|>\"}")]
    [InlineData("tokenizer_config.json", "{\"eos_token\": {\"content\": \"<|bos|>\", \"lstrip\": false}}")]
    [InlineData("special_tokens_map.json", "{\"eos_token\": \"<|bos|>\"}")]
    [InlineData("special_tokens_map.json", "{\"eos_token\": {\"content\": \"<|bos|>\"}}")]
    public void ReadDescription_EosNamedByTheTokenizerAlone_EndsTheText(string file, string content)
    {
        Assert.Equal([2], ModelFolder.Open(_folder.Path).ReadDescription().EosIds);
        _folder.Write(file, content);
        Assert.Equal([2, _bos], ModelFolder.Open(_folder.Path).ReadDescription().EosIds);
        Assert.Equal([2, _bos], ModelFolder.Open(_folder.Path).Inspect().Description!.EosIds);
    }

    [Fact]
    public void ReadDescription_EosOfNoToken_IsNone()
    {
        _folder.Write("tokenizer_config.json", "{\"eos_token\": \"<|nowhere|>\"}");
        Assert.Equal([2], ModelFolder.Open(_folder.Path).ReadDescription().EosIds);
    }

    [Fact]
    public void Open_AdapterOrOtherFormat_GivesTheOneMessageThatHelps()
    {
        _folder.Write("adapter_config.json", "{\"base_model_name_or_path\": \"org/base\", \"peft_type\": \"LORA\"}");
        File.Delete(_folder.File("config.json"));
        var problem = Assert.Single(ModelFolder.Open(_folder.Path).Inspect().Problems);
        Assert.Contains("adapter (PEFT) of org/base", problem, StringComparison.Ordinal);
        Assert.Contains("merge", problem, StringComparison.Ordinal);
        Assert.Equal(problem, Assert.Throws<ModelFormatException>(() => ModelFolder.Open(_folder.Path).OpenWeights()).Message);
        File.Delete(_folder.File("adapter_config.json"));
        _folder.Write("pytorch_model.bin", "");
        Assert.Contains("pytorch_model.bin", Assert.Single(ModelFolder.Open(_folder.Path).Inspect().Problems), StringComparison.Ordinal);
    }
}
