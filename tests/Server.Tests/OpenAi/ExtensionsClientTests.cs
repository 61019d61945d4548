using System.ClientModel;
using System.ComponentModel;
using Microsoft.Extensions.AI;
using OpenAI;

namespace DecodeAlign.Tests;

/// <summary>Microsoft.Extensions.AI's client for OpenAI's endpoints.</summary>
public sealed class ExtensionsClientTests : IAsyncLifetime
{
    private TestServer _server = null!;

    private IChatClient Client => new OpenAIClient(new ApiKeyCredential("none"), new() { Endpoint = new(_server.Address, "/v1") }).GetChatClient("small").AsIChatClient();

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Chat_AndItsStream_AreTheSame()
    {
        ChatOptions options = new() { MaxOutputTokens = 16, Seed = 3, Temperature = 0.9f, TopP = 0.95f, StopSequences = ["~~"], PresencePenalty = 0.1f };
        var whole = await Client.GetResponseAsync("hello", options, TestContext.Current.CancellationToken);
        var streamed = await Client.GetStreamingResponseAsync("hello", options, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);
        Assert.Equal(whole.Text, streamed.Text);
        Assert.Equal((5, whole.Usage!.OutputTokenCount), (whole.Usage.InputTokenCount, streamed.Usage!.OutputTokenCount));
    }

    [Fact]
    public async Task StructuredOutput_IsOfTheType()
    {
        var response = await Client.GetResponseAsync<Animal>("hello", new ChatOptions { MaxOutputTokens = 200, Seed = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(Enum.IsDefined(response.Result.Kind));
    }

    [Fact]
    public async Task Tools_ARequiredCall_IsInvokedWithItsArguments()
    {
        var called = new List<Kind>();
        var tool = AIFunctionFactory.Create(([Description("Which")] Kind kind) =>
        {
            called.Add(kind);
            return "there";
        }, "find", "Finds an animal.");
        var client = new FunctionInvokingChatClient(Client) { MaximumIterationsPerRequest = 1 };
        await client.GetResponseAsync("hello", new() { Tools = [tool], ToolMode = ChatToolMode.RequireAny, MaxOutputTokens = 200, Seed = 2 }, TestContext.Current.CancellationToken);
        Assert.True(Enum.IsDefined(Assert.Single(called)));
    }

    internal enum Kind
    {
        Fox,
        Wolf,
    }

    internal sealed record Animal(Kind Kind);
}
