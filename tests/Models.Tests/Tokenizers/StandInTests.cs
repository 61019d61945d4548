using DecodeAlign.Models;

namespace DecodeAlign.Tests.Tokenizers;

/// <summary>Characters beyond U+FFFF are matched by stand-ins; a pattern may name any character, the stand-ins too.</summary>
public class StandInTests
{
    // DeepSeek-LLM's pattern spells the letters out, with what a stand-in for capitals would naturally be (U+A640 to U+A66D)
    private const string Letters = "\\s?[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻]+";

    [Theory]
    [InlineData(Letters, "  𝒳", "  𝒳")]
    [InlineData(Letters, "a𐐀𐑏b", "a𐐀𐑏b")]
    [InlineData(Letters, "a𝒳b", "a|𝒳|b")]
    [InlineData(Letters, "Ꙁ𐓓𞤀", "Ꙁ𐓓|𞤀")]
    [InlineData("[Ꙁꙁ]", "𝒳Ꙁ𝓍ꙁ", "𝒳|Ꙁ|𝓍|ꙁ")]
    [InlineData("[\\uA640-\\uA66F\\uA000-\\uABFF\\x{2000}-\\x{2FFF}]", "𝒳𐀀🦙𝟙", "𝒳𐀀🦙𝟙")]
    [InlineData("[𐐀-𐐧]+|[𝒜-𝒵]+", "𐐀𐐁𝒜𝒳", "𐐀𐐁|𝒜𝒳")]
    [InlineData("[𐐀-𐐧]+|[𐐁-𐐂𝒜-𝒵]+", "𐐀𐐁𝒳", "𐐀𐐁|𝒳")]
    [InlineData("\\p{Cyrillic}+", "𝒳яж", "𝒳|яж")]
    [InlineData("\\p{Lu}", "a𝒳b", "a|𝒳|b")]
    [InlineData("[一-龥]+", "中𠀀文", "中|𠀀|文")]
    [InlineData("[一-龥\\p{Han}]+", "中𠀀文", "中𠀀文")]
    public void Match_PatternNamesAStandIn_MatchesWhatItNames(string pattern, string text, string expected)
    {
        var words = new List<Piece>();
        new SplitPreTokenizer(RegexMatcher.Create(pattern, message => new InvalidOperationException(message)), SplitBehavior.Isolated).Split(new(AlignedText.Slice(text, 0, text.Length, tracked: false), 0, text.Length), words);
        Assert.Equal(expected, string.Join('|', words.Select(word => word.Span.ToString())));
    }

    [Fact]
    public void Match_PatternNamesEveryCharacter_IsRefusedByName()
    {
        var matcher = RegexMatcher.Create("[\\u0000-\\uFFFF]", message => new InvalidOperationException(message));
        var matches = new List<(int, int)>();
        matcher.Match("abc", matches);
        Assert.Equal(3, matches.Count);
        Assert.Contains("UppercaseLetter", Assert.Throws<InvalidOperationException>(() => matcher.Match("𝒳", matches)).Message, StringComparison.Ordinal);
    }
}
