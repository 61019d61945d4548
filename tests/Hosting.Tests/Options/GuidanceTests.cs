using DecodeAlign.Decoding;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Tests;

/// <summary>Guidance of a configured decoder: its models are the container's.</summary>
public class GuidanceTests
{
    private static readonly (string, string)[] Writer = [("Models:writer:Engine", "small"), ("Models:other:Engine", "small"), ("Decoders:d:Model", "writer"), ("Decoders:d:MaxTokens", "6"), ("Decoders:d:Preset", "greedy")];

    [Fact]
    public async Task GenerateAsync_Guides_AsInCode()
    {
        using var host = Services.Host(
            Services.Section([.. Writer, ("Decoders:d:Guides:0", "other@-0.5"), ("Decoders:d:NegativePrompt", "bad"), ("Decoders:d:GuidanceScale", "2"), ("Decoders:d:Plausibility", "0.01")]),
            build => build.AddEngine("small", Services.Loader));
        var decoder = host.Services.GetRequiredService<HostedDecoder>();
        // the guide's model is not loaded yet: the request waits for it
        Assert.Equal(ModelState.NotLoaded, host.Services.GetRequiredKeyedService<HostedModel>("other").State);
        var result = await decoder.GenerateAsync("Go on", TestContext.Current.CancellationToken);
        await using var writer = SmallModel.Load();
        await using var other = SmallModel.Load();
        var expected = await new Decoder(writer).GenerateAsync(
            decoder.CreateRequest("Go on") with { Guidance = new() { BaseWeight = 2, Plausibility = 0.01, Guides = [new(-1) { Prompt = "bad" }, new(-0.5) { Model = other }] } }, TestContext.Current.CancellationToken);
        Assert.Equal((expected.Text, expected.Answer.LogProbability), (result.Text, result.Answer.LogProbability));
    }

    // keys of a request stand in place of the decoder's own, one by one
    [Fact]
    public async Task GetResponseAsync_GuidanceKeys_AsConfigured()
    {
        using var host = Services.Host(Services.Section([.. Writer, ("Decoders:d:NegativePrompt", "sad"), ("Decoders:d:Plausibility", "0.02")]), build => build.AddEngine("small", Services.Loader));
        using var configured = Services.Host(
            Services.Section([.. Writer, ("Decoders:d:Guides:0", "other@-0.5"), ("Decoders:d:NegativePrompt", "bad"), ("Decoders:d:GuidanceScale", "2"), ("Decoders:d:Plausibility", "0.02")]),
            build => build.AddEngine("small", Services.Loader));
        var client = host.Services.GetRequiredService<IChatClient>();
        async Task<DecodingResult> AskAsync(IChatClient asked, params (string Key, object Value)[] keys) => Assert.IsType<DecodingResult>((await asked.GetResponseAsync(
            "Go on", new() { AdditionalProperties = new(keys.ToDictionary(key => key.Key, key => (object?)key.Value)) }, TestContext.Current.CancellationToken)).RawRepresentation);

        var expected = await AskAsync(configured.Services.GetRequiredService<IChatClient>());
        var asked = await AskAsync(client, (ChatOptionKeys.NegativePrompt, "bad"), (ChatOptionKeys.GuidanceScale, 2), (ChatOptionKeys.Guides, new[] { "other@-0.5" }));
        Assert.Equal((expected.Text, expected.Answer.LogProbability), (asked.Text, asked.Answer.LogProbability));
        Assert.NotEqual(expected.Answer.LogProbability, (await AskAsync(client)).Answer.LogProbability);

        foreach (var (keys, message) in new ((string, object)[], string)[]
        {
            ([(ChatOptionKeys.Guides, "third@2")], "['decodealign.guides'] names the model 'third', which is not there"),
            ([(ChatOptionKeys.BaseWeight, 0.5)], "['decodealign.baseWeight'] can't be honoured: can't be given beside a negative prompt"),
            ([(ChatOptionKeys.Plausibility, 2.0)], "['decodealign.plausibility'] can't be honoured: must be in [0, 1]"),
            ([(ChatOptionKeys.GuidanceScale, "much")], "['decodealign.guidanceScale'] must be a number"),
        })
            Assert.Contains(message, (await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(client, keys))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DecodeAlign:Decoders:d:GuidanceScale: does nothing here: there is no negative prompt", "GuidanceScale", "2")]
    [InlineData("DecodeAlign:Decoders:d:Guides names the model 'third', which is not there; there are other, writer", "Guides:0", "third@2")]
    [InlineData("DecodeAlign:Decoders:d:Guides: 'x' in 'other@x' is no weight", "Guides:0", "other@x")]
    [InlineData("DecodeAlign:Decoders:d:BaseWeight: does nothing here: there is no guide", "BaseWeight", "2")]
    public void Start_WrongGuidance_IsRefusedByKey(string message, string key, string value)
    {
        using var host = Services.Host(Services.Section([.. Writer, ($"Decoders:d:{key}", value)]), build => build.AddEngine("small", Services.Loader));
        Assert.Contains(message, Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<DecodeAlignOptions>>().Value).Message, StringComparison.Ordinal);
    }
}
