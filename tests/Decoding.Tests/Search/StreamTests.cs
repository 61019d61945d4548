using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class StreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StreamAsync_AnyDecoder_DeliversTheAnswerPieceByPiece()
    {
        var early = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            await using var model = TableEngine.Model(5, seed);
            SearchSetup[] decoders = [SearchSetup.Greedy, SearchSetup.Sample, SearchSetup.BeamSearch(3), SearchSetup.Deal(2, 3, 3), SearchSetup.BestOf(3)];
            var request = new DecodingRequest
            {
                Prompt = "a",
                Heuristics = [new(new TextHeuristic((text, _) => text.Count(c => c == 'a')))],
            }.With(decoders[seed % decoders.Length] with { MaxTokens = 12, Seed = (ulong)seed, StopSequences = seed % 2 == 0 ? ["ab", "bca"] : [] });
            var whole = await new Decoder(model).GenerateAsync(request, Cancel);

            var (text, ids, updates) = (new System.Text.StringBuilder(), new List<int>(), new List<DecodingUpdate>());
            await foreach (var update in new Decoder(model).StreamAsync(request, Cancel))
            {
                updates.Add(update);
                text.Append(update.Text);
                ids.AddRange(update.Ids);
                Assert.StartsWith(text.ToString(), whole.Text, StringComparison.Ordinal);
            }

            Assert.Equal(whole.Text, text.ToString());
            Assert.Equal(whole.Answer.Ids, ids);
            Assert.Equal(whole.Answer.Score, updates[^1].Result!.Answer.Score);
            Assert.All(updates.SkipLast(1), update => Assert.Null(update.Result));
            if (updates.Count > 1) early++;
        }
        Assert.True(early > 150, $"{early} of 300 texts came in more than one piece");
    }

    [Fact]
    public async Task StreamAsync_Greedy_DeliversEachTokenAsItIsChosen()
    {
        await using var model = TableEngine.Model(5, 3, ties: false);
        var whole = await new Decoder(model).GenerateAsync(new DecodingRequest { Prompt = "a" }.With(SearchSetup.Greedy with { MaxTokens = 20 }), Cancel);
        var pieces = 0;
        await foreach (var update in new Decoder(model).StreamAsync(new DecodingRequest { Prompt = "a" }.With(SearchSetup.Greedy with { MaxTokens = 20 }), Cancel))
            if (update.Ids.Count == 1) pieces++;
        Assert.Equal(whole.Answer.Ids.Count, pieces);
    }

    [Fact]
    public async Task StreamAsync_TokensOfHalfCharacters_DeliversWholeCharacters()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            using var engine = new TableEngine(4, seed, ties: false);
            await using var model = new EngineModel(engine, new HalfCharacterTokenizer());
            var request = new DecodingRequest { Prompt = "a" }.With(SearchSetup.Sample with { MaxTokens = 12, Seed = (ulong)seed });
            var whole = await new Decoder(model).GenerateAsync(request, Cancel);
            var text = "";
            await foreach (var update in new Decoder(model).StreamAsync(request, Cancel))
            {
                text += update.Text;
                Assert.StartsWith(text, whole.Text, StringComparison.Ordinal);
            }
            Assert.Equal(whole.Text, text);
        }
    }

    [Fact]
    public async Task StreamAsync_Left_EndsTheSearch()
    {
        using var engine = new TableEngine(5, 3, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(5));
        await foreach (var update in new Decoder(model).StreamAsync(new DecodingRequest { Prompt = "a" }.With(SearchSetup.Greedy with { MaxTokens = 40 }), Cancel)) break;
        Assert.Equal(0, engine.OpenSessions);
    }

    [Fact]
    public async Task StreamAsync_HeuristicThatFails_ThrowsWhileEnumerated()
    {
        await using var model = TableEngine.Model(5, 3);
        var request = new DecodingRequest { Prompt = "a", Heuristics = [new(new TextHeuristic((_, _) => double.NaN))] }.With(SearchSetup.Deal(1, 2, 2));
        await Assert.ThrowsAsync<HeuristicException>(async () =>
        {
            await foreach (var update in new Decoder(model).StreamAsync(request, Cancel)) Assert.Null(update.Result);
        });
    }

    /// <summary>Token 1 is a letter; 2 and 3 are the two halves of é, in any order.</summary>
    private sealed class HalfCharacterTokenizer : ITokenizer
    {
        public int VocabularySize => 4;

        public string Fingerprint => LetterTokenizer.FingerprintOf(4);

        public int[] Encode(string text, bool addSpecialTokens = true) => [.. text.Select(_ => 1)];

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => GeneratedText.Decode(this, ids);

        public ReadOnlySpan<byte> TokenBytes(int id) => id switch { 0 => [], 1 => "a"u8, 2 => [0xC3], _ => [0xA9] };

        public string TokenText(int id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

        public bool IsSpecial(int id) => id == 0;
    }
}
