using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Hosting;
using DecodeAlign.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DecodeAlign.Tests;

/// <summary><c>Models:NAME:Url</c>: a model that a server runs.</summary>
public class ServerModelTests
{
    [Fact]
    public async Task Url_InConfiguration_IsAModelLikeAnother()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        var tokenizer = TokenizerLoader.Load(EmbeddedModel.Folder);
        using var engine = new TableEngine(tokenizer.VocabularySize, 3, contextLength: 512, ties: false);
        using var server = new FakeLlamaCpp(engine) { Tokenizer = tokenizer };
        var services = new ServiceCollection();
        services.AddDecodeAlign(Services.Section(("Models:far:Url", "http://server.test:8080"), ("Models:far:ApiKey", "sk-secret-2"), ("Models:far:MostRequests", "3"), ("Models:far:RequestTimeoutSeconds", "30"), ("Decoders:first:Preset", "greedy")));
        services.AddHttpClient("DecodeAlign").ConfigurePrimaryHttpMessageHandler(() => server);
        await using var provider = services.BuildServiceProvider();

        var result = await provider.GetRequiredService<IDecoder>().GenerateAsync(new() { Prompt = "Once", Decoder = Decoders.Greedy, MaxTokens = 6 }, TestContext.Current.CancellationToken);

        Assert.Equal(6, result.Answer.Ids.Count);
        Assert.All(server.Requests, request => Assert.Equal("sk-secret-2", request.Key));
    }

    [Fact]
    public void Url_WithWhatDoesNotGoWithIt_IsRefusedByKey()
    {
        var services = new ServiceCollection();
        services.AddDecodeAlign(Services.Section(("Models:far:Url", "http://me:secret@server.test"), ("Models:far:Threads", "4"), ("Models:far:KvFormat", "BF16"), ("Models:far:MostRequests", "0"), ("Models:far:Folder", "/no/such/folder")));
        using var provider = services.BuildServiceProvider();
        var fault = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IOptions<DecodeAlignOptions>>().Value);
        foreach (var said in (string[])["Models:far:Url must be an address", "Models:far:Threads does nothing", "Models:far:KvFormat does nothing", "Models:far:MostRequests must be from 1", "Models:far:Folder must be a folder"])
            Assert.Contains(said, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }
}
