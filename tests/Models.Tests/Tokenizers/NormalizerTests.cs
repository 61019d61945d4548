using DecodeAlign.Models;
using FsCheck;
using FsCheck.Fluent;

namespace DecodeAlign.Tests.Tokenizers;

public class NormalizerTests
{
    private static readonly UnicodeNormalizer Nfc = new(false, true), Nfd = new(false, false), Nfkc = new(true, true), Nfkd = new(true, false);

    // from Unicode's annex 15 and NormalizationTest.txt
    [Theory]
    [InlineData("e\u0301", "\u00E9", "e\u0301", "\u00E9", "e\u0301")]
    [InlineData("\u00E9", "\u00E9", "e\u0301", "\u00E9", "e\u0301")]
    [InlineData("\u1E0B\u0323", "\u1E0D\u0307", "d\u0323\u0307", "\u1E0D\u0307", "d\u0323\u0307")]
    [InlineData("\uFB01", "\uFB01", "\uFB01", "fi", "fi")]
    [InlineData("2\u2075", "2\u2075", "2\u2075", "25", "25")]
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323", "\u017F\u0323\u0307", "\u1E69", "s\u0323\u0307")]
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5", "A\u030A")]
    [InlineData("\uD55C\uAE00", "\uD55C\uAE00", "\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00", "\u1112\u1161\u11AB\u1100\u1173\u11AF")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C", "\u1112\u1161\u11AB", "\uD55C", "\u1112\u1161\u11AB")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")]
    [InlineData("\u0344", "\u0308\u0301", "\u0308\u0301", "\u0308\u0301", "\u0308\u0301")]
    [InlineData("a\u0315\u0300\u05AE\u0300\u0062", "\u00E0\u05AE\u0300\u0315b", "a\u05AE\u0300\u0300\u0315b", "\u00E0\u05AE\u0300\u0315b", "a\u05AE\u0300\u0300\u0315b")]
    [InlineData("\U0001D11E\U0001D15E", "\U0001D11E\U0001D157\U0001D165", "\U0001D11E\U0001D157\U0001D165", "\U0001D11E\U0001D157\U0001D165", "\U0001D11E\U0001D157\U0001D165")]
    [InlineData("\U0001D7D9\U0002F800", "\U0001D7D9\u4E3D", "\U0001D7D9\u4E3D", "1\u4E3D", "1\u4E3D")]
    [InlineData("plain", "plain", "plain", "plain", "plain")]
    public void UnicodeForms_KnownTexts_MatchTheStandard(string text, string nfc, string nfd, string nfkc, string nfkd)
    {
        Assert.Equal(nfc, Run(Nfc, text));
        Assert.Equal(nfd, Run(Nfd, text));
        Assert.Equal(nfkc, Run(Nfkc, text));
        Assert.Equal(nfkd, Run(Nfkd, text));
    }

    [Fact]
    public void UnicodeForms_AnyText_AreStableAndAgree()
    {
        var characters = Gen.Elements("a", "e", "\u0301", "\u0323", "\u0307", "\u00E9", "\u1E0B", "\u212B", "\uFB01", "\uD55C", "\u1112", "\u1161", "\u11AB", "\u05AE", "\u0345", "\uD834\uDD5E", " ");
        var texts = Gen.ListOf(characters).Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), text =>
            Run(Nfc, Run(Nfc, text)) == Run(Nfc, text)
            && Run(Nfc, Run(Nfd, text)) == Run(Nfc, text)
            && Run(Nfd, Run(Nfc, text)) == Run(Nfd, text)
            && Run(Nfkc, Run(Nfd, text)) == Run(Nfkc, text)
            && Run(Nfkd, Run(Nfkc, text)) == Run(Nfkd, text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20261122, 3));
    }

    [Fact]
    public void UnicodeForms_LongRunOfMarks_TakesNoQuadraticTime()
    {
        var text = "a" + string.Concat(Enumerable.Repeat("\u0301\u0323", 50_000));
        Assert.Equal(text.Length - 1, Run(Nfc, text).Length);
    }

    [Fact]
    public void Replace_Tracked_KeepsOrigins()
    {
        var text = AlignedText.Slice("x  y", 0, 4, tracked: true);
        var normal = new PrependNormalizer("▁").Normalize(new ReplaceNormalizer("  ", "—").Normalize(text));
        Assert.Equal("▁x—y", normal.Text);
        Assert.Equal([(0, 0), (0, 1), (1, 3), (3, 4)], Enumerable.Range(0, 4).Select(i => (normal.OriginStart(i), normal.OriginEnd(i))));
    }

    [Theory]
    [InlineData("Ünïcödé ТЕСТ İ", "ünïcödé тест i\u0307")]
    public void Lowercase_Letters_AreLowered(string text, string expected) => Assert.Equal(expected, Run(new LowercaseNormalizer(), text));

    // a control character that is white space too goes: BERT's own code asks for control characters first
    [Theory]
    [InlineData("a\fb", "ab")]
    [InlineData("a\u0085b", "ab")]
    [InlineData("a\u000Bb", "ab")]
    [InlineData("a\u001Cb\u001Fc", "abc")]
    [InlineData("a\tb\nc\rd", "a b c d")]
    [InlineData("a\u00A0b\u2028c\u3000d", "a b c d")]
    [InlineData("a\u200Bb\u00ADc\uE000d\0e\uFFFDf", "abcdef")]
    public void BertClean_ControlsAndSpaces_AsBertsOwn(string text, string expected) => Assert.Equal(expected, Run(new BertCleanNormalizer(), text));

    [Fact]
    public void Strip_Spaces_AreTakenOff() => Assert.Equal("a b", Run(new StripNormalizer(true, true), " \t a b\u3000"));

    [Fact]
    public void StripAccents_AfterDecomposition_LeavesLetters() =>
        Assert.Equal("resume", Run(new NormalizerSequence([Nfd, new StripAccentsNormalizer(true)]), "résumé"));

    private static string Run(INormalizer normalizer, string text)
    {
        var plain = normalizer.Normalize(AlignedText.Slice(text, 0, text.Length, tracked: false)).Text;
        var tracked = normalizer.Normalize(AlignedText.Slice(text, 0, text.Length, tracked: true));
        Assert.Equal(plain, tracked.Text);
        for (var i = 0; i < plain.Length; i++) Assert.InRange(tracked.OriginStart(i), 0, text.Length);
        return plain;
    }
}
