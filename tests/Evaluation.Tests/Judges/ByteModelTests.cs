using System.Text;
using DecodeAlign.Evaluation;

namespace DecodeAlign.Tests;

public class ByteModelTests
{
    private static readonly string[] Texts = ["the fox sat on the hill", "the hen ran to the den", "on and on"];

    [Fact]
    public void Probability_AnyContext_SumsToOne()
    {
        var model = ByteModel.Train(Texts, 2);
        foreach (var context in (string[])["", "t", "the ", " the ", "xyz", "n the"])
            Assert.Equal(1, Enumerable.Range(0, 256).Sum(next => model.Probability(Encoding.UTF8.GetBytes(context), (byte)next)), 12);
    }

    [Fact]
    public void Probability_AllCountsKept_IsWittenBellByItsDefinition()
    {
        var model = ByteModel.Train(Texts, 1);
        foreach (var (context, next) in (IReadOnlyList<(string, char)>)[("", 't'), ("t", 'h'), ("the ", 'h'), ("n the", ' '), ("qq", 'e'), ("o", 'z')])
            Assert.Equal(WittenBell(context, next), model.Probability(Encoding.UTF8.GetBytes(context), (byte)next), 12);
    }

    [Fact]
    public void BitsPerByte_OfText_IsTheMeanOfItsBytes()
    {
        var model = ByteModel.Train(Texts, 1);

        // five bytes of context at most, those before the text included
        var expected = -(Math.Log2(WittenBell("n the", ' ')) + Math.Log2(WittenBell(" the ", 'h'))) / 2;

        Assert.Equal(expected, model.BitsPerByte("on the", " h"), 12);
        Assert.Equal(0, model.BitsPerByte("on the", ""));
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var model = ByteModel.Train(Texts, 2);
        var stream = new MemoryStream();
        model.Write(stream);
        stream.Position = 0;

        var read = ByteModel.Read(stream);

        Assert.Equal(model.Count, read.Count);
        Assert.Equal(model.BitsPerByte("", "the den of the hen"), read.BitsPerByte("", "the den of the hen"));
    }

    [Theory]
    [InlineData("stories")]
    [InlineData("books")]
    public void Shipped_Models_TellTextFromNoiseAndFromLoops(string source)
    {
        var (model, human) = ShippedData.ByteModelOf(source);
        const string Story = " Tom saw a big red ball under the old tree. He ran home to tell his mother about it.";

        Assert.InRange(human, 1.5, 3.5);
        Assert.InRange(model.BitsPerByte("Once upon a time.", Story), human - 1.2, human + 1.2);
        Assert.True(model.BitsPerByte("", "zq xkv qqj wpx vzt") > human + 3);
    }

    private static double WittenBell(string context, char next)
    {
        var p = 1.0 / 256;
        for (var length = 0; length <= context.Length; length++)
        {
            var seen = After(context[^length..]).ToList();
            if (seen.Count == 0) break;
            var types = seen.Distinct().Count();
            p = (seen.Count(other => other == next) + types * p) / (seen.Count + types);
        }
        return p;
    }

    private static IEnumerable<char> After(string context) =>
        Texts.SelectMany(text => Enumerable.Range(0, text.Length).Where(i => i >= context.Length && text.AsSpan(i - context.Length, context.Length).SequenceEqual(context)).Select(i => text[i]));
}
