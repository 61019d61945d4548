using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class BadRequestTests
{
    private static readonly DecodingRequest Good = new DecodingRequest { Prompt = "a" }.With(SearchSetup.Deal(1, 2, 2) with { MaxTokens = 5 });

    [Fact]
    public async Task GenerateAsync_OptionOutOfRange_NamesIt()
    {
        await RefusedAsync("Lambda", options => options with { Lambda = double.NaN });
        await RefusedAsync("Lambda", options => options with { Lambda = double.PositiveInfinity });
        await RefusedAsync("Beam", options => options with { Beam = 0 });
        await RefusedAsync("Candidates", options => options with { Candidates = 0 });
        await RefusedAsync("Lookahead", options => options with { Lookahead = -1 });
        await RefusedAsync("MaxTokens", options => options with { MaxTokens = 0 });
        await RefusedAsync("Answers", options => options with { Answers = 0 });
        await RefusedAsync("Temperature", options => options with { Sampling = new() { Temperature = 0 } });
        await RefusedAsync("TopP", options => options with { Sampling = new() { TopP = 1.5 } });
        await RefusedAsync("StopSequences", options => options with { StopSequences = [""] });
        await RefusedAsync("too large", options => options with { Beam = 1 << 20, Candidates = 1 << 20, Lookahead = 1 << 20 });
    }

    [Fact]
    public async Task GenerateAsync_EmptyPrompt_IsRefused() =>
        Assert.Contains("the prompt is empty", (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Good with { Prompt = "" }))).Message);

    [Fact]
    public async Task GenerateAsync_PromptLongerThanContext_NamesBothLengths()
    {
        var message = (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Good with { Prompt = new string('a', 70) }))).Message;
        Assert.Contains("70 tokens", message);
        Assert.Contains("holds 64", message);
    }

    [Fact]
    public async Task GenerateAsync_PromptFillsContext_LimitIsWhatIsLeft()
    {
        var result = await RunAsync((Good with { Prompt = new string('a', 62) }).With(setup => setup with { MaxTokens = 50 }));
        Assert.InRange(result.Answer.Ids.Count, 1, 2);
    }

    [Fact]
    public async Task GenerateAsync_MoreCandidatesThanTokens_TakesAll()
    {
        var all = await RunAsync(Good.With(setup => setup with { Candidates = 5 }));
        var more = await RunAsync(Good.With(setup => setup with { Candidates = 500 }));
        Assert.Equal(all.Answer.Ids, more.Answer.Ids);
    }

    [Fact]
    public async Task GenerateAsync_HeuristicThrows_IsNamed()
    {
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => RunAsync(Good with { Heuristics = [new(new TextHeuristic((_, _) => throw new FormatException("no"), name: "mine"))] }));
        Assert.Equal("mine", fault.Heuristic);
        Assert.IsType<FormatException>(fault.InnerException);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public async Task GenerateAsync_HeuristicNotFinite_IsNamed(double value)
    {
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => RunAsync(Good with { Heuristics = [new(new TextHeuristic((_, _) => value, name: "mine"))] }));
        Assert.Contains("'mine'", fault.Message);
        Assert.Contains("must be finite", fault.Message);
    }

    [Fact]
    public async Task GenerateAsync_WeightNotFinite_NamesTheHeuristic() =>
        Assert.Contains("'mine'", (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Good with { Heuristics = [new(new TextHeuristic((_, _) => 0, name: "mine"), double.NaN)] }))).Message);

    [Fact]
    public async Task GenerateAsync_LookaheadModelWithOtherTokenizer_IsRefused()
    {
        await using var other = TableEngine.Model(7, 1);
        Assert.Contains("another tokenizer", (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Good with { LookaheadModel = other }))).Message);
    }

    private static async Task RefusedAsync(string field, Func<SearchSetup, SearchSetup> change) =>
        Assert.Contains(field, (await Assert.ThrowsAsync<ArgumentException>(() => RunAsync(Good.With(change)))).Message);

    private static async Task<DecodingResult> RunAsync(DecodingRequest request)
    {
        await using var model = TableEngine.Model(5, 8);
        return await new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken);
    }
}
