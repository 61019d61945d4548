using DecodeAlign.Decoding;
using DecodeAlign.Models;

namespace DecodeAlign.Tests.Tokenizers;

/// <summary>What a chat template has written already is not added again: one rule for all that reads prompts.</summary>
public class PromptEncodingTests
{
    [Theory]
    [InlineData("hello", 1)]
    [InlineData("<|bos|>hello", 1)]
    [InlineData("<|bos|><|bos|>hello", 2)]
    [InlineData("", 1)]
    [InlineData("<|bos|>", 1)]
    [InlineData("hello<|bos|>", 2)]
    public void EncodePrompt_Beginning_IsThereOnce(string prompt, int times)
    {
        var tokenizer = ByteLevelFixture.Load();
        var bos = tokenizer.FindToken(ByteLevelFixture.Bos)!.Value;
        var ids = tokenizer.EncodePrompt(prompt);
        Assert.Equal(bos, ids[0]);
        Assert.Equal(times, ids.Count(id => id == bos));
        Assert.Equal(tokenizer.Encode(prompt.Replace("<|bos|>", "", StringComparison.Ordinal), addSpecialTokens: false), ids.Where(id => id != bos));
    }

    [Theory]
    [InlineData("a", new[] { 2, 0, 3 })]
    [InlineData("[CLS]a", new[] { 2, 0, 3 })]
    [InlineData("a[SEP]", new[] { 2, 0, 3 })]
    [InlineData("[CLS]a[SEP]", new[] { 2, 0, 3 })]
    [InlineData("[SEP]a", new[] { 2, 3, 0, 3 })]
    [InlineData("", new[] { 2, 3 })]
    public void EncodePrompt_BothEnds_AreEachThereOnce(string prompt, int[] expected)
    {
        const string Json = """{"added_tokens":[{"id":2,"content":"[CLS]","special":true},{"id":3,"content":"[SEP]","special":true}],"post_processor":{"type":"BertProcessing","cls":["[CLS]",2],"sep":["[SEP]",3]},"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":[]}}""";
        using var files = new TestFiles();
        Assert.Equal(expected, TokenizerLoader.Load(files.Write("tokenizer.json", Json)).EncodePrompt(prompt));
    }
}
