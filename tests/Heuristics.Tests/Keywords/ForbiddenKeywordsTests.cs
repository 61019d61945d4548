using DecodeAlign.Heuristics;
using DecodeAlign.Text;

namespace DecodeAlign.Tests;

public class ForbiddenKeywordsTests
{
    private static readonly Keyword[] Keywords = [Keyword.AnyOf("fox", "foxes"), Keyword.Of("red fox"), Keyword.Of("+"), Keyword.Of("...")];

    [Fact]
    public void RandomPaths_EqualsRegularExpressions() => RandomPaths.AgreesWith(
        new ForbiddenKeywords(Keywords),
        (prompt, bytes, ended) => -Keywords.SelectMany(keyword => keyword.Forms).Sum(form => Reference.Occurrences(prompt, Reference.Text(bytes, ended), form, ended)));

    [Fact]
    public void IsSatisfied_OnlyWithoutOccurrences()
    {
        var avoid = new ForbiddenKeywords(Keywords);
        Assert.True(avoid.IsSatisfied(0));
        Assert.False(avoid.IsSatisfied(-1));
    }
}
