#pragma warning disable OPENAI001 // the client's seed is marked as subject to change
using System.ClientModel;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace DecodeAlign.Tests;

/// <summary>The official client, as an app uses it.</summary>
public sealed class OpenAiClientTests : IAsyncLifetime
{
    private static readonly BinaryData Schema = BinaryData.FromString("""{"type":"object","properties":{"animal":{"enum":["fox","wolf"]},"age":{"type":"integer","minimum":1,"maximum":9}},"required":["animal","age"],"additionalProperties":false}""");

    private TestServer _server = null!;

    private ChatClient Client => new("small", new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new(_server.Address, "/v1") });

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Chat_AndItsStream_AreTheSameTextWithUsage()
    {
        ChatMessage[] messages = [new SystemChatMessage("be brief"), new UserChatMessage("hello")];
        ChatCompletionOptions Options() => new() { MaxOutputTokenCount = 20, Seed = 7, Temperature = 0.7f };
        ChatCompletion whole = await Client.CompleteChatAsync(messages, Options(), TestContext.Current.CancellationToken);
        var (text, pieces, usage, reason) = ("", 0, (ChatTokenUsage?)null, (ChatFinishReason?)null);
        await foreach (var update in Client.CompleteChatStreamingAsync(messages, Options(), TestContext.Current.CancellationToken))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            pieces += update.ContentUpdate.Count;
            usage ??= update.Usage;
            reason ??= update.FinishReason;
        }

        Assert.Equal(whole.Content[0].Text, text);
        Assert.True(pieces > 3, $"{pieces} pieces");
        Assert.Equal((whole.FinishReason, whole.Usage.OutputTokenCount, "be brief\nhello".Length), (reason, usage!.OutputTokenCount, usage.InputTokenCount));
        Assert.InRange(whole.Usage.OutputTokenCount, 1, 20);
    }

    [Fact]
    public async Task Chat_Seeds_DecideTheText()
    {
        var texts = new List<string>();
        foreach (var seed in (long[])[1, 1, 2]) texts.Add(((ChatCompletion)await Client.CompleteChatAsync([new UserChatMessage("hello")], new() { MaxOutputTokenCount = 20, Seed = seed }, TestContext.Current.CancellationToken)).Content[0].Text);
        Assert.Equal(texts[0], texts[1]);
        Assert.NotEqual(texts[0], texts[2]);
    }

    [Fact]
    public async Task Chat_StructuredOutput_KeepsToTheSchema()
    {
        for (var seed = 0; seed < 4; seed++)
        {
            ChatCompletion answer = await Client.CompleteChatAsync([new UserChatMessage("hello")], new() { MaxOutputTokenCount = 200, Seed = seed, ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("animal", Schema, jsonSchemaIsStrict: true) }, TestContext.Current.CancellationToken);
            var value = JsonElement.Parse(answer.Content[0].Text);
            Assert.Contains(value.GetProperty("animal").GetString(), new[] { "fox", "wolf" });
            Assert.InRange(value.GetProperty("age").GetInt32(), 1, 9);
        }
    }

    [Fact]
    public async Task Chat_RequiredTool_IsCalledAndItsResultIsRead()
    {
        ChatCompletionOptions Options() => new() { MaxOutputTokenCount = 300, Seed = 3, Tools = { ChatTool.CreateFunctionTool("find", "Finds an animal.", Schema) } };
        var options = Options();
        options.ToolChoice = ChatToolChoice.CreateRequiredChoice();
        ChatCompletion answer = await Client.CompleteChatAsync([new UserChatMessage("hello")], options, TestContext.Current.CancellationToken);

        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        var call = Assert.Single(answer.ToolCalls);
        Assert.Equal("find", call.FunctionName);
        Assert.InRange(JsonElement.Parse(call.FunctionArguments.ToString()).GetProperty("age").GetInt32(), 1, 9);

        var arguments = "";
        await foreach (var update in Client.CompleteChatStreamingAsync([new UserChatMessage("hello")], options, TestContext.Current.CancellationToken))
            arguments += string.Concat(update.ToolCallUpdates.Select(part => part.FunctionArgumentsUpdate));
        Assert.Equal(call.FunctionArguments.ToString(), arguments);

        options = Options();
        options.ToolChoice = ChatToolChoice.CreateNoneChoice();
        ChatCompletion last = await Client.CompleteChatAsync([new UserChatMessage("hello"), new AssistantChatMessage(answer), new ToolChatMessage(call.Id, "found it")], options, TestContext.Current.CancellationToken);
        Assert.Empty(last.ToolCalls);
        Assert.True(last.Usage.InputTokenCount > answer.Usage.InputTokenCount - 400);
    }

    [Fact]
    public async Task Chat_Logprobs_AreTheModelsOwnInOrder()
    {
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 10, Seed = 5, IncludeLogProbabilities = true, TopLogProbabilityCount = 3 };
        ChatCompletion answer = await Client.CompleteChatAsync([new UserChatMessage("hello")], options, TestContext.Current.CancellationToken);
        var streamed = new List<ChatTokenLogProbabilityDetails>();
        await foreach (var update in Client.CompleteChatStreamingAsync([new UserChatMessage("hello")], options, TestContext.Current.CancellationToken)) streamed.AddRange(update.ContentTokenLogProbabilities);

        Assert.Equal(answer.Content[0].Text, string.Concat(answer.ContentTokenLogProbabilities.Select(token => token.Token)));
        Assert.Equal(answer.ContentTokenLogProbabilities.Select(token => (token.Token, token.LogProbability)), streamed.Select(token => (token.Token, token.LogProbability)));
        Assert.All(answer.ContentTokenLogProbabilities, token =>
        {
            Assert.Equal(3, token.TopLogProbabilities.Count);
            Assert.True(token.TopLogProbabilities[0].LogProbability >= token.LogProbability && token.TopLogProbabilities[0].LogProbability >= token.TopLogProbabilities[2].LogProbability);
        });
    }

    [Fact]
    public async Task Models_AreListed_AndAnUnknownOneIsRefusedByName()
    {
        var client = new OpenAIClient(new ApiKeyCredential("none"), new() { Endpoint = new(_server.Address, "/v1") });
        Assert.Equal("small", Assert.Single((await client.GetOpenAIModelClient().GetModelsAsync(TestContext.Current.CancellationToken)).Value).Id);
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => client.GetChatClient("gpt").CompleteChatAsync([new UserChatMessage("hello")], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(404, refused.Status);
        Assert.Contains("there is no model 'gpt'; there are small", refused.Message, StringComparison.Ordinal);
        var embeddings = await Assert.ThrowsAsync<ClientResultException>(() => client.GetEmbeddingClient("small").GenerateEmbeddingAsync("hello", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("no embeddings", embeddings.Message, StringComparison.Ordinal);
    }
}
