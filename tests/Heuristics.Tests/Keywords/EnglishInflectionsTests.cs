using DecodeAlign.Text;

namespace DecodeAlign.Tests;

public class EnglishInflectionsTests
{
    [Theory]
    [InlineData("fox", "fox foxes foxed foxing")]
    [InlineData("carry", "carry carries carried carrying")]
    [InlineData("play", "play plays played playing")]
    [InlineData("dance", "dance dances danced dancing")]
    [InlineData("see", "see sees seed seeing")]
    [InlineData("die", "die dies died dying")]
    [InlineData("stop", "stop stops stoped stoping stopped stopping")]
    [InlineData("go", "go gos goes goed going")]
    [InlineData("watch", "watch watches watched watching")]
    [InlineData("snow", "snow snows snowed snowing")]
    [InlineData("red river", "red river|red rivers|red rivered|red rivering|red riverred|red riverring")]
    [InlineData("C++", "C++")]
    [InlineData("élan", "élan")]
    [InlineData("x", "x")]
    public void Of_Word_GivesTheStatedForms(string word, string expected) =>
        Assert.Equal(expected.Split(word.Contains(' ') ? '|' : ' '), EnglishInflections.Of(word));
}
