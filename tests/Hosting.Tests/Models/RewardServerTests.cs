using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Tests;

/// <summary><c>Rewards:NAME</c>: a reward that a server computes.</summary>
public class RewardServerTests
{
    [Fact]
    public async Task Reward_InConfiguration_IsAHeuristicByItsName()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        using var server = new RewardServer("vllm");
        var services = new ServiceCollection();
        services.AddDecodeAlign(Services.Section(("Rewards:bees:Url", "http://rewards.test:8000"), ("Rewards:bees:Endpoint", "Score"), ("Rewards:bees:ApiKey", "sk-3"), ("Rewards:bees:Least", "0"), ("Decoders:best:Preset", "best-of"), ("Decoders:best:Answers", "4"), ("Decoders:best:MaxTokens", "12"), ("Decoders:best:Heuristics:0", "bees@2")));
        services.AddHttpClient("DecodeAlign").ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();

        var result = await provider.GetRequiredService<HostedDecoder>().GenerateAsync("Once upon a time", TestContext.Current.CancellationToken);

        var told = Assert.Single(result.Answer.Heuristics);
        Assert.Equal(("bees", 2.0), (told.Name, told.Weight));
        Assert.Equal(result.Text.Count(c => c == 'b'), told.Value);
        Assert.Equal(server.Texts.Max(text => text.Count(c => c == 'b')), told.Value);
        Assert.All(server.Keys, key => Assert.Equal("sk-3", key));
    }

    [Fact]
    public void Reward_WithWhatIsWrong_IsRefusedByKey()
    {
        var services = new ServiceCollection();
        services.AddDecodeAlign(Services.Section(("Rewards:a:Url", "http://me:secret@rewards.test"), ("Rewards:a:Output", "-1"), ("Rewards:a:Endpoint", "Embed"), ("Rewards:b:Least", "3"), ("Rewards:b:Greatest", "1"), ("Rewards:b:MostRequests", "0"), ("Rewards:b:RequestTimeoutSeconds", "0"), ("Rewards:b:Colour", "red")));
        using var provider = services.BuildServiceProvider();
        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<DecodeAlignOptions>>().Value);
        foreach (var said in (string[])["Rewards:a:Url must be an address", "Rewards:a:Output must be at least 0", "Rewards:a:Endpoint must be one of", "Rewards:b:Url must be an address", "Rewards:b:Greatest must be", "Rewards:b:MostRequests must be", "Rewards:b:RequestTimeoutSeconds must be", "Rewards:b:Colour"])
            Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reward_UnderTheNameOfAHeuristic_IsRefused()
    {
        var services = new ServiceCollection();
        var fault = Assert.Throws<ArgumentException>(() => services.AddDecodeAlign(build => build.AddHeuristic("bees", _ => new DecodeAlign.Heuristics.LengthRange(1, 2)).AddReward("bees")));
        Assert.Contains("'bees' is a heuristic of the container already", fault.Message, StringComparison.Ordinal);
    }
}
