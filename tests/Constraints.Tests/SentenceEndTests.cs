using DecodeAlign.Constraints;

namespace DecodeAlign.Tests;

public class SentenceEndTests
{
    [Theory]
    [InlineData("He ran.", true)]
    [InlineData("\"He ran.\"", true)]
    [InlineData("\"He ran.", false)]
    [InlineData("“He ran.”", true)]
    [InlineData("“He ran.", false)]
    [InlineData("\"He ran.\nShe ran.", true)]
    [InlineData("He ran.'", false)]
    [InlineData("He ran", false)]
    public void IsMetBy_WholeWords_WantsQuotationsClosed(string text, bool met)
    {
        Assert.Equal(met, new SentenceEnd(wholeWords: true).IsMetBy(text));
        Assert.Equal(met || text.Contains('.', StringComparison.Ordinal), new SentenceEnd().IsMetBy(text));
    }

    [Theory]
    [InlineData("She said, \"", "He ran.", false)]
    [InlineData("She said, \"", "He ran.\"", true)]
    [InlineData("\"No,\" she said. ", "He ran.", true)]
    [InlineData("She said, \"No.\n", "He ran.", true)]
    public void IsMetBy_WholeWords_CountsWhatThePromptLeavesOpen(string prompt, string text, bool met) => Assert.Equal(met, new SentenceEnd(wholeWords: true).IsMetBy(text, prompt));
}
