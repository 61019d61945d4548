using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Successive halving of lookaheads: who is dropped on the way, and what the heuristics are told meanwhile.</summary>
public class HalvingTests
{
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task GenerateAsync_LikeliestBadHalfWay_IsDroppedOnlyByHalving(bool halves, int expected)
    {
        await using var model = new EngineModel(new TableEngine(5, 1, ends: false, row: [-50, 3, 2, 1, 0]), new LetterTokenizer(5));
        var first = model.Tokenizer.TokenText(1);
        var asked = new List<(int Length, bool Ended)>();
        // of four candidates with a lookahead of 4, two are dropped when it is 2: texts have three tokens then, and five in the end
        var heuristic = new TextHeuristic((text, ended) =>
        {
            asked.Add((text.Length, ended));
            return !text.StartsWith(first, StringComparison.Ordinal) ? 0 : text.Length <= 3 ? -100 : 100;
        });
        var deal = Decoders.Deal(beam: 1, candidates: 4, lookahead: 4, lambda: 1) with { Proposal = new TopTokens(4) };
        var result = await new Decoder(model).GenerateAsync(
            new() { Prompt = " ", Heuristics = [new(heuristic)], MaxTokens = 6, Decoder = deal with { Rank = deal.Rank with { Lookahead = deal.Rank.Lookahead with { Halve = halves } } } }, TestContext.Current.CancellationToken);

        Assert.Equal(expected, result.Answer.Ids[0]);
        Assert.Equal(halves, asked.Any(text => text.Length == 3));
        // a text that is only looked at half-way has not ended
        Assert.All(asked, text => Assert.Equal(text.Length == 6, text.Ended));
    }
}
