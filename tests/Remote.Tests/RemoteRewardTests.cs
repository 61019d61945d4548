using System.Net;
using System.Text.Json.Nodes;
using DecodeAlign.Decoding;
using DecodeAlign.Remote;

namespace DecodeAlign.Tests;

public class RemoteRewardTests
{
    [Theory]
    [InlineData(RewardEndpoint.Classify, "vllm")]
    [InlineData(RewardEndpoint.Classify, "sglang")]
    [InlineData(RewardEndpoint.Score, "vllm")]
    [InlineData(RewardEndpoint.Pooling, "vllm")]
    public async Task ScoreAsync_EachEndpoint_GivesTheSearchTheServersReward(RewardEndpoint endpoint, string shape)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(9));
        using var server = new RewardServer(shape);
        using var reward = new RemoteReward(new("http://rewards.test"), new() { Endpoint = endpoint, Model = "rm", Bounds = new(0, 99), Server = new() { Client = new(server) } });
        DecodingRequest Request(IHeuristic heuristic) => new DecodingRequest { Prompt = "ab", Heuristics = [new(heuristic)] }.With(SearchSetup.Deal(1, 3, 2) with { MaxTokens = 6 });
        var expected = await new Decoder(model).GenerateAsync(Request(new TextHeuristic((text, _) => text.Count(c => c == 'b'), new(0, 99), "reward")), TestContext.Current.CancellationToken);
        var result = await new Decoder(model).GenerateAsync(Request(reward), TestContext.Current.CancellationToken);
        Assert.Equal(expected.Answer.Ids, result.Answer.Ids);
        Assert.Equal(expected.Answer.Score, result.Answer.Score, 9);
        Assert.Equal(server.Texts.Count, server.Texts.Distinct().Count());
    }

    [Theory]
    [InlineData("""{"data":[]}""", "answered")]
    [InlineData("""{"data":[{"index":0,"score":null}]}""", "no number")]
    [InlineData("""[{"embedding":[]}]""", "number 0 is asked for")]
    public async Task ScoreAsync_AnswerWithoutANumber_IsToldByName(string answer, string said)
    {
        using var engine = new TableEngine(9, 4, ties: false);
        await using var model = new EngineModel(engine, new LetterTokenizer(9));
        using var server = new RewardServer("vllm") { Fixed = answer };
        using var reward = new RemoteReward(new("http://rewards.test"), new() { Server = new() { Client = new(server), Retries = 0 } });
        var request = new DecodingRequest { Prompt = "ab", Heuristics = [new(reward)] }.With(SearchSetup.Deal(1, 1, 1) with { MaxTokens = 2 });
        var fault = await Assert.ThrowsAsync<HeuristicException>(() => new Decoder(model).GenerateAsync(request, TestContext.Current.CancellationToken));
        Assert.Contains(said, fault.Message, StringComparison.Ordinal);
    }
}
