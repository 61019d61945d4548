using DecodeAlign.Cli;

namespace DecodeAlign.Tests;

public class WrappedTextTests
{
    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("one two three", 8, "one two|three")]
    [InlineData("one two three", 13, "one two three")]
    [InlineData("one two three", 3, "one|two|three")]
    [InlineData("a verylongword b", 5, "a|verylongword|b")]
    [InlineData("one\ntwo three four", 9, "one|two three|four")]
    [InlineData("", 5, "")]
    public void At_Width_BreaksBetweenWordsAndKeepsEveryPlace(string text, int width, string lines)
    {
        var wrapped = WrappedText.At(text, width);
        Assert.Equal(lines.Replace('|', '\n'), wrapped);
        Assert.Equal(text.Length, wrapped.Length);
    }
}
