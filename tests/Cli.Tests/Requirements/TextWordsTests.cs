using System.Text.RegularExpressions;
using DecodeAlign.Cli;
using FsCheck;
using FsCheck.Fluent;

namespace DecodeAlign.Tests;

public class TextWordsTests
{
    [Theory]
    [InlineData("", "The fox ran.", "fox", 1)]
    [InlineData("", "The Fox, the FOX's den", "fox", 2)]
    [InlineData("", "foxglove and firefox", "fox", 0)]
    [InlineData("", "a red \n fox", "red fox", 1)]
    [InlineData("fire", "fox ran", "fox", 0)]
    [InlineData("fire ", "fox ran", "fox", 1)]
    [InlineData("", "naïve été", "t", 0)]
    [InlineData("", "C++ is not C", "c++", 1)]
    public void Occurrences_OfAPhrase_AreWholeWords(string prompt, string text, string phrase, int expected) =>
        Assert.Equal(expected, TextWords.Occurrences(prompt, text, phrase).Count());

    [Theory]
    [InlineData("Once", " upon a time", 3)]
    [InlineData("Once", "upon a time", 2)]
    [InlineData("Once -", "upon a time", 3)]
    [InlineData("", "don't — well-known", 2)]
    [InlineData("", "", 0)]
    public void Count_OfWords_FollowsTheRule(string prompt, string text, int expected) => Assert.Equal(expected, TextWords.Count(prompt, text));

    [Fact]
    public void Occurrences_RandomTexts_AgreeWithARegularExpression()
    {
        var letters = Gen.Elements("fox", "Fox", "red", " ", "\n", ".", "-", "é", "1", "o");
        var texts = Gen.Select(Gen.ArrayOf(letters), string.Concat);
        Prop.ForAll(texts.ToArbitrary(), texts.ToArbitrary(), (prompt, text) =>
        {
            const string Word = @"[\p{L}\p{Nd}\p{M}]";
            var whole = prompt + text;
            var expected = Regex.Matches(whole, $@"(?<!{Word})red\s+fox(?!{Word})", RegexOptions.IgnoreCase).Count(match => match.Index >= prompt.Length);
            return TextWords.Occurrences(prompt, text, "red fox").Count() == expected;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }
}
