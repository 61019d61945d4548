using System.Text;
using System.Text.RegularExpressions;
using DecodeAlign.MicrosoftTokenizers;
using Microsoft.ML.Tokenizers;

namespace DecodeAlign.Tests;

/// <summary>The adapter on a vocabulary written by hand: all bytes and two merges.</summary>
public partial class SmallVocabularyTests
{
    private const int Fo = 256, Fox = 257, End = 258;

    [Fact]
    public void Tokens_OfMergesBytesAndSpecialTokens_HaveTheirBytes()
    {
        var tokenizer = Tokenizer();
        Assert.Equal(259, tokenizer.VocabularySize);
        Assert.Equal([Fox, ' ', Fo], tokenizer.Encode("fox fo", addSpecialTokens: false));
        Assert.Equal("fox"u8.ToArray(), tokenizer.TokenBytes(Fox).ToArray());
        Assert.True(tokenizer.IsSpecial(End));
        Assert.False(tokenizer.IsSpecial(Fox));
        for (var value = 0; value < 256; value++) Assert.Equal([(byte)value], tokenizer.TokenBytes(value).ToArray());
    }

    [Theory]
    [InlineData("fox")]
    [InlineData(" Grüße an 🦊,\n\tfox")]
    public void Decode_OfWhatWasEncoded_IsTheText(string text)
    {
        var tokenizer = Tokenizer();
        var ids = tokenizer.Encode(text, addSpecialTokens: false);
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(Encoding.UTF8.GetBytes(text), ids.SelectMany(id => tokenizer.TokenBytes(id).ToArray()));
    }

    private static MicrosoftTokenizer Tokenizer()
    {
        var special = new Dictionary<string, int> { ["<end>"] = End };
        var vocabulary = Enumerable.Range(0, 256).Select(value => KeyValuePair.Create(Spelled((byte)value), value)).Append(new("fo", Fo)).Append(new("fox", Fox));
        var options = new BpeOptions(vocabulary) { Merges = ["f o", "fo x"], ByteLevel = true, SpecialTokens = special, PreTokenizer = new RegexPreTokenizer(Runs(), special) };
        return MicrosoftTokenizer.Of(BpeTokenizer.Create(options));
    }

    /// <summary>GPT-2's character for a byte: itself where it prints, otherwise the next one from U+0100 on.</summary>
    private static string Spelled(byte value)
    {
        static bool Prints(int value) => value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE;
        return ((char)(Prints(value) ? value : 0x100 + Enumerable.Range(0, value).Count(before => !Prints(before)))).ToString();
    }

    [GeneratedRegex(@"\S+|\s+")]
    private static partial Regex Runs();
}
