using DecodeAlign.Cli;

namespace DecodeAlign.Tests;

public class ClosestTests
{
    private static readonly string[] Names = ["deal", "grid-beam", "beam", "greedy", "--lambda", "--lookahead", "--lookahead-model", "--words"];

    [Theory]
    [InlineData("dael", "deal")]
    [InlineData("DEAL", "deal")]
    [InlineData("gridbeam", "grid-beam")]
    [InlineData("greedi", "greedy")]
    [InlineData("--lamda", "--lambda")]
    [InlineData("--lookahaed", "--lookahead")]
    [InlineData("--word", "--words")]
    [InlineData("gre", "greedy")]
    [InlineData("sample", null)]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("--", null)]
    public void To_Word_IsTheNearOneOrNone(string word, string? name) => Assert.Equal(name, Closest.To(word, Names));

    [Fact]
    public void To_VeryLongWord_IsNone() => Assert.Null(Closest.To(new string('x', 100_000), Names));
}
