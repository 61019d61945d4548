using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class KeepSurvivorsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoneDropped_IsBestOfN_Bitwise()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            KeyValuePair<string, object>[] settings = [new("answers", 1 + seed % 9), new("temperature", 0.8), new("noRepeat", seed % 2 * 3)];
            DecodingRequest Request(string decoder, params KeyValuePair<string, object>[] more) =>
                new() { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward), 1.5)], Decoder = DecoderCatalogue.Get(decoder).Create([.. settings, .. more]), MaxTokens = 14, Seed = (ulong)seed, Stream = seed % 3 };

            var expected = await new Decoder(model).GenerateAsync(Request("best-of"), Cancel);
            var result = await new Decoder(model).GenerateAsync(Request("speculative-rejection", new("rejectShare", 0.0), new("rejectEvery", 1 + seed % 5)), Cancel);

            Assert.Equal(expected.Answers.Select(Tell), result.Answers.Select(Tell));
            Assert.Equal(expected.Statistics.TokenEvaluations, result.Statistics.TokenEvaluations);
        }
    }

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(0.3, 1)]
    [InlineData(0.9, 5)]
    public async Task Survivors_AreThoseOfTheDefinition(double share, int every)
    {
        const int Texts = 12;
        var dropped = 0;
        for (var seed = 0; seed < 60; seed++)
        {
            await using var model = TableEngine.Model(6, seed, ties: false);
            var request = new DecodingRequest { Prompt = "b", Heuristics = [new(new TextHeuristic(Reward))], MaxTokens = 14, Seed = (ulong)seed, Decoder = DecoderCatalogue.Get("sample").Create() };
            // the texts as they are where nothing is dropped
            var texts = (await new Decoder(model).GenerateBatchAsync(request, [.. Enumerable.Range(0, Texts).Select(stream => new BatchPrompt("b", stream))], Cancel)).Texts.Select(text => text.Answer).ToArray();
            var whole = await new Decoder(model).GenerateAsync(request with { Decoder = DecoderCatalogue.Get("best-of").Create([new("answers", Texts), new("temperature", 1.0)]) }, Cancel);

            var result = await new Decoder(model).GenerateAsync(request with { Decoder = DecoderCatalogue.Get("speculative-rejection").Create([new("answers", Texts), new("rejectShare", share), new("rejectEvery", every)]) }, Cancel);

            var survivors = Define(texts, share, every);
            Assert.Equal(survivors.Select(Ids).Order(StringComparer.Ordinal), result.Answers.Select(Ids).Order(StringComparer.Ordinal));
            Assert.Equal(survivors.Max(answer => Reward(answer.Text, true)), Reward(result.Text, true));
            Assert.True(result.Statistics.TokenEvaluations <= whole.Statistics.TokenEvaluations);
            dropped += Texts - survivors.Count;
        }
        Assert.True(dropped > 60 * 3, $"{dropped} texts dropped");
    }

    [Fact]
    public async Task Parts_ThatDoNotGoTogether_AreRefusedByName()
    {
        await using var model = TableEngine.Model(5, 1);
        var parts = DecoderCatalogue.Get("speculative-rejection").Create();
        foreach (var (wrong, field) in ((DecoderParts, string)[])[(parts with { Proposal = new TopTokens(1) }, "Proposal"), (parts with { Rank = new() }, "Rank"), (parts with { Keep = new KeepSurvivors { Share = 1 } }, "Share"), (parts with { Keep = new KeepSurvivors { Every = 0 } }, "Every")])
            Assert.Equal(field, (await Assert.ThrowsAsync<ArgumentException>(() => new Decoder(model).GenerateAsync(new() { Prompt = "b", Decoder = wrong }, Cancel))).ParamName);
    }

    // on texts that are known to their ends
    private static List<Answer> Define(Answer[] texts, double share, int every)
    {
        var left = texts.ToList();
        for (var length = every; left.Exists(text => Open(text, length)); length += every)
        {
            // texts that are the same so far: the later ones go first
            var open = left.Where(text => Open(text, length)).OrderBy(text => Reward(text.Text[..length], false)).ThenByDescending(text => Array.IndexOf(texts, text)).ToList();
            foreach (var text in open.Take((int)Math.Floor(share * open.Count))) left.Remove(text);
        }
        return left;
    }

    private static bool Open(Answer text, int length) => text.Ids.Count > length;

    private static string Ids(Answer answer) => string.Join(' ', answer.Ids);

    private static string Tell(Answer answer) => FormattableString.Invariant($"{Ids(answer)} {answer.LogProbability:R} {answer.Score:R} {answer.FinishReason} {answer.Heuristics[0].Value:R}");

    // different for different texts, so that nothing is left to ties
    private static double Reward(string text, bool ended) => text.Select((letter, i) => letter * Math.Sin(i + 1.3)).Sum() / 100 + text.Count(c => c == 'a') * 0.7;
}
