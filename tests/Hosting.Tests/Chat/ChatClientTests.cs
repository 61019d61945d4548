using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Tests;

public sealed class ChatClientTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = Services.Build(build => build.AddDecoder("sample", options => (options.Preset, options.MaxTokens) = ("sample", 8)));

    private IChatClient Client => _services.GetRequiredService<IChatClient>();

    [Fact]
    public async Task GetResponseAsync_Text_ReportsUsageFinishModelAndIds()
    {
        var response = await Client.GetResponseAsync("hello", new() { Seed = 3 }, TestContext.Current.CancellationToken);

        var result = Assert.IsType<DecodingResult>(response.RawRepresentation);
        Assert.Equal((result.Text, "random"), (response.Text, response.ModelId));
        Assert.Equal((5, result.Statistics.GeneratedTokens, 5 + result.Statistics.GeneratedTokens), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal(result.Answer.FinishReason == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((ChatRole.Assistant, response.ResponseId), (response.Messages[0].Role, response.Messages[0].MessageId));
        Assert.NotNull(response.CreatedAt);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_Sample_YieldsRealIncrementsOfTheSameText()
    {
        var options = new ChatOptions { Seed = 4, MaxOutputTokens = 8 };
        var whole = await Client.GetResponseAsync("hello", options, TestContext.Current.CancellationToken);
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Client.GetStreamingResponseAsync("hello", options, TestContext.Current.CancellationToken)) updates.Add(update);

        var joined = updates.ToChatResponse();
        Assert.Equal((whole.Text, whole.FinishReason, whole.Usage!.OutputTokenCount), (joined.Text, joined.FinishReason, joined.Usage!.OutputTokenCount));
        Assert.InRange(updates.Count(update => update.Text.Length > 0), 2, 9);
        Assert.Single(updates.Select(update => update.ResponseId).Distinct());
        Assert.All(updates.SkipLast(1), update => Assert.Null(update.FinishReason));
    }

    [Fact]
    public async Task GetStreamingResponseAsync_Left_EndsTheSearch()
    {
        await foreach (var update in Client.GetStreamingResponseAsync("hello", new() { MaxOutputTokens = 80 }, TestContext.Current.CancellationToken))
            if (update.Text.Length > 0) break;
        Assert.Equal(0, _services.GetRequiredService<HostedModel>().Statistics!.Value.OpenSessions);
    }

    [Fact]
    public async Task GetResponseAsync_Messages_ArePlainlyJoinedWithoutATemplate()
    {
        ChatMessage[] messages = [new(ChatRole.System, "s"), new(ChatRole.User, "u"), new(ChatRole.Assistant, "a"), new(ChatRole.User, "v")];
        var response = await Client.GetResponseAsync(messages, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("s\nu\na\nv", ((DecodingResult)response.RawRepresentation!).Prompt);
    }

    [Fact]
    public async Task GetResponseAsync_TemplateInTheFolder_Renders()
    {
        using var folder = new TempFolder();
        folder.Write("chat_template.jinja", "{% for m in messages %}[{{ m.role }}] {{ m.content }} {% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}");
        await using var services = new ServiceCollection().AddDecodeAlign(build => build.AddModel("small", Services.Loader, options => options.Folder = folder.Path)).BuildServiceProvider();
        var response = await services.GetRequiredService<IChatClient>().GetResponseAsync("hi", new() { Instructions = "be kind", MaxOutputTokens = 2 }, TestContext.Current.CancellationToken);
        Assert.Equal("[system] be kind [user] hi [assistant]", ((DecodingResult)response.RawRepresentation!).Prompt);
    }

    [Fact]
    public async Task GetResponseAsync_WhatTheModelCannotRead_IsRefused()
    {
        var image = new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")]);
        Assert.Contains("DataContent", (await Assert.ThrowsAsync<NotSupportedException>(() => Client.GetResponseAsync([image]))).Message, StringComparison.Ordinal);
        Assert.Contains("'tool'", (await Assert.ThrowsAsync<NotSupportedException>(() => Client.GetResponseAsync([new(ChatRole.Tool, "x")]))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync([]));
    }

    [Fact]
    public void GetService_WhatIsBehindIt_IsFound()
    {
        var metadata = Client.GetRequiredService<ChatClientMetadata>();
        Assert.Equal(("decodealign", "small"), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(_services.GetRequiredService<HostedDecoder>(), Client.GetService<HostedDecoder>());
        Assert.Same(_services.GetRequiredService<HostedModel>(), Client.GetService<ILanguageModel>());
        Assert.Same(Client, Client.GetService<IChatClient>());
        Assert.Null(Client.GetService<string>());
        Assert.Null(Client.GetService(typeof(IChatClient), "other"));
    }

    [Fact]
    public async Task GetResponseAsync_PreferenceOfTheEmbeddedModel_ChoosesAmongDirections()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        await using var services = new ServiceCollection().AddDecodeAlign(build => build.AddDecoder("s", options => (options.Preset, options.MaxTokens) = ("sample", 12))).BuildServiceProvider();
        var options = new ChatOptions { AdditionalProperties = new() { [ChatOptionKeys.Preference] = "positivity=0.8,brevity=0.6", [ChatOptionKeys.Setting("directions")] = 2 } };
        var result = Assert.IsType<PreferenceReport>(((DecodingResult)(await services.GetRequiredService<IChatClient>().GetResponseAsync("Once upon a time", options, TestContext.Current.CancellationToken)).RawRepresentation!).Selection);
        Assert.Equal(2, result.Answers.Count);
        Assert.StartsWith("Preference: positivity +", result.Chosen.Prompt, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
