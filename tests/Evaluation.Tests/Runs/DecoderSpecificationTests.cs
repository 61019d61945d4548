using DecodeAlign.Decoding;
using DecodeAlign.Evaluation;

namespace DecodeAlign.Tests;

public class DecoderSpecificationTests
{
    [Fact]
    public void Parse_Specification_IsTheCataloguesDecoder()
    {
        Assert.Equal(DecoderCatalogue.Get("deal").Create(), DecoderSpecification.Parse("deal").Create(null));
        Assert.Equal(
            DecoderCatalogue.Get("best-of").Create([new("answers", 12), new("temperature", 0.6), new("chooseBy", "heuristics")]),
            DecoderSpecification.Parse("best-of: answers=fit, temperature=0.6, chooseBy=heuristics").Create(12));
    }

    [Theory]
    [InlineData("magic", "there is no decoder 'magic'")]
    [InlineData("deal:answers=3", "deal has no setting 'answers'")]
    [InlineData("deal:beam", "'beam' is no setting=value")]
    [InlineData("deal:beam=0", "at least 1")]
    [InlineData("deal:beam=2,beam=3", "beam is given twice")]
    [InlineData("deal:lambda=fit", "lambda can't be fitted")]
    [InlineData("deal:beam=fit,candidates=fit", "can't both be fitted")]
    [InlineData("rps", "rps needs a preference")]
    public void Parse_WrongSpecification_SaysWhatIsWrong(string text, string expected)
    {
        var message = Assert.Throws<FormatException>(() => DecoderSpecification.Parse(text)).Message;

        Assert.StartsWith($"decoder '{text}': ", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }
}
