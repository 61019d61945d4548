using DecodeAlign.Evaluation;

namespace DecodeAlign.Tests;

public class TextStatisticsTests
{
    [Fact]
    public void Words_OfText_AreLowerCaseRunsWithTheirApostrophes() => Assert.Equal(["the", "fox's", "den", "3", "o", "clock"], TextStatistics.Words("The fox's den -- 3 o' Clock."));

    [Theory]
    [InlineData("a b a b a b", 2, 2 / 5.0)]
    [InlineData("a b c", 2, 1)]
    [InlineData("a", 2, 1)]
    [InlineData("", 1, 1)]
    public void Distinct_SmallTexts_IsTheShareOfDifferentGrams(string text, int n, double expected) => Assert.Equal(expected, TextStatistics.Distinct(TextStatistics.Words(text), n), 12);

    [Fact]
    public void Statistics_RandomTexts_EqualTheirDefinitions()
    {
        var random = new Random(3);
        for (var round = 0; round < 300; round++)
        {
            string[] words = [.. Enumerable.Range(0, random.Next(0, 25)).Select(_ => $"{(char)('a' + random.Next(4))}")];
            var n = random.Next(1, 5);
            var repeated = Enumerable.Range(0, Math.Max(0, words.Length - n + 1)).Count(i => Enumerable.Range(0, i).Any(j => Same(words, i, j, n)));
            Assert.Equal(words.Length < n ? 0 : repeated / (words.Length - n + 1.0), TextStatistics.Repetition(words, n), 12);
            Assert.Equal(Enumerable.Range(0, words.Length).Append(0).Where(length => Enumerable.Range(0, words.Length - length + 1).Any(i => Enumerable.Range(0, i).Any(j => Same(words, i, j, length)))).DefaultIfEmpty(0).Max(), TextStatistics.LongestRepeatedRun(words));
        }
    }

    [Theory]
    [InlineData("otter otter Otter, otter", 4)]
    [InlineData("a b a", 1)]
    [InlineData("", 0)]
    public void MostInARow_OfText_CountsEqualNeighbours(string text, int expected) => Assert.Equal(expected, TextStatistics.MostInARow(TextStatistics.Words(text)));

    private static bool Same(string[] words, int i, int j, int n) => words.Skip(i).Take(n).SequenceEqual(words.Skip(j).Take(n)) && i + n <= words.Length;
}
