using System.ComponentModel;
using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Tests;

/// <summary>Functions called through Microsoft.Extensions.AI's own middleware.</summary>
public sealed class ToolTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddDecodeAlign(build => build
            .AddModel("small", (_, _, _, _) => Task.FromResult<ILanguageModel>(SmallModel.Load(contextLength: 3000)))
            .AddDecoder("sample", options => (options.Preset, options.MaxTokens) = ("sample", 220)))
        .BuildServiceProvider();

    private readonly List<(long Left, string Unit)> _called = [];

    private IChatClient Client => _services.GetRequiredService<IChatClient>();

    private AIFunction Measure => AIFunctionFactory.Create(([Description("How many")] long left, Unit unit) =>
    {
        _called.Add((left, unit.ToString()));
        return $"{left} {unit}";
    }, "measure", "Measures something.");

    private static AIFunction Stop => AIFunctionFactory.Create(() => "stopped", "stop");

    [Fact]
    public async Task FunctionInvokingChatClient_ARequiredCall_IsMadeWithItsArgumentsAndItsResultIsSentBack()
    {
        var client = new FunctionInvokingChatClient(Client) { MaximumIterationsPerRequest = 1 };
        var response = await client.GetResponseAsync("hello", new() { Tools = [Measure], ToolMode = ChatToolMode.RequireAny, Seed = 5 }, TestContext.Current.CancellationToken);

        var (left, unit) = Assert.Single(_called);
        Assert.Contains(unit, new[] { "Metre", "Foot" });
        var call = Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("measure", left), (call.Name, ((JsonElement)call.Arguments!["left"]!).GetInt64()));
        var result = Assert.Single(response.Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>());
        Assert.Equal((call.CallId, $"{left} {unit}"), (result.CallId, result.Result?.ToString()));
        // the last message answers what the result said
        Assert.Equal(ChatRole.Assistant, response.Messages[^1].Role);
        Assert.Equal(3, response.Messages.Count);
    }

    [Fact]
    public async Task GetResponseAsync_RequiredOfOne_CallsThatOne()
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var response = await Client.GetResponseAsync("hello", new() { Tools = [Measure, Stop], ToolMode = ChatToolMode.RequireSpecific("stop"), Seed = seed }, TestContext.Current.CancellationToken);
            var call = Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages[0].Contents));
            Assert.Equal(("stop", 0, ChatFinishReason.ToolCalls), (call.Name, call.Arguments!.Count, response.FinishReason));
        }
    }

    [Fact]
    public async Task GetResponseAsync_CallOrForm_IsOneOfThem()
    {
        var format = ChatResponseFormat.ForJsonSchema(JsonDocument.Parse("""{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}""").RootElement);
        var (calls, forms) = (0, 0);
        for (var seed = 0; seed < 12; seed++)
        {
            var response = await Client.GetResponseAsync($"{(char)('a' + seed)}{seed}", new() { Tools = [Stop], ResponseFormat = format, Seed = seed, Temperature = 4 }, TestContext.Current.CancellationToken);
            if (response.Messages[0].Contents is [FunctionCallContent { Name: "stop" }]) calls++;
            else if (JsonDocument.Parse(response.Text).RootElement.TryGetProperty("ok", out _)) forms++;
        }
        Assert.Equal(12, calls + forms);
        Assert.True(calls > 0 && forms > 0, $"{calls} calls, {forms} forms");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetStreamingResponseAsync_Tools_ShowsTextAndCallsAsTheWholeResponseDoes(bool required)
    {
        var options = new ChatOptions { Tools = [Measure, Stop], ToolMode = required ? ChatToolMode.RequireAny : ChatToolMode.Auto, Seed = 3, MaxOutputTokens = 160 };
        var whole = await Client.GetResponseAsync("hello", options, TestContext.Current.CancellationToken);
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Client.GetStreamingResponseAsync("hello", options, TestContext.Current.CancellationToken)) updates.Add(update);
        var joined = updates.ToChatResponse();
        Assert.Equal((whole.Text, whole.FinishReason), (joined.Text, joined.FinishReason));
        Assert.Equal(Calls(whole), Calls(joined));
        Assert.Equal(required, Calls(whole).Length > 0);
        Assert.DoesNotContain("<tool_call>", joined.Text, StringComparison.Ordinal);

        static string Calls(ChatResponse response) => string.Join(';', response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => $"{call.Name}({string.Join(',', call.Arguments!)})"));
    }

    [Fact]
    public async Task GetResponseAsync_ThinkingTokens_ThoughtComesApartAndInTime()
    {
        var options = new ChatOptions
        {
            Tools = [Stop],
            ToolMode = ChatToolMode.RequireAny,
            AdditionalProperties = new() { [ChatOptionKeys.ThinkingTokens] = 20 },
        };
        for (var seed = 0; seed < 3; seed++)
        {
            options.Seed = seed;
            var contents = (await Client.GetResponseAsync("hello", options, TestContext.Current.CancellationToken)).Messages[0].Contents;
            var thought = Assert.IsType<TextReasoningContent>(contents[0]).Text;
            // a token a character
            Assert.InRange(thought.Length, 1, 20 - "</think>".Length);
            Assert.IsType<FunctionCallContent>(Assert.Single(contents.Skip(1)));
        }
    }

    [Fact]
    public async Task GetResponseAsync_TemplateThatReadsTools_IsGivenThemAndTheCallsBefore()
    {
        using var folder = new TempFolder();
        folder.Write("chat_template.jinja", "{% for t in tools %}<{{ t.function.name }}:{{ t.function.parameters.type }}>{% endfor %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls %}({{ c.function.name }} {{ c.function.arguments.left }}){% endfor %}{% endfor %}{# <tool_call> #}");
        var prompt = await PromptAsync(folder.Path);
        Assert.Equal("<measure:object>[user]how far?[assistant](measure 3)[tool]3 Metre[user]and now?", prompt);
    }

    [Fact]
    public async Task GetResponseAsync_MistralsTemplate_CallsAreWrittenInItsFormatAndIdsHaveNineLetters()
    {
        using var folder = new TempFolder();
        folder.Write("chat_template.jinja", "{% for t in tools %}{{ t.function.name }}{% endfor %}{% for m in messages %}[{{ m.role }}]{{ m.content }}{% for c in m.tool_calls %}{% if c.id|length != 9 %}{{ raise_exception('ids have nine letters') }}{% endif %}[TOOL_CALLS] [{{ c.function.name }} {{ c.id }}]{% endfor %}{{ m.tool_call_id }}{% endfor %}");
        var prompt = await PromptAsync(folder.Path);
        Assert.Matches(@"^measure\[user\]how far\?\[assistant\]\[TOOL_CALLS\] \[measure ([0-9a-f]{9})\]\[tool\]3 Metre\1\[user\]and now\?$", prompt);

        await using var services = Services(folder.Path);
        var response = await services.GetRequiredService<IChatClient>().GetResponseAsync("hello", new() { Tools = [Stop], ToolMode = ChatToolMode.RequireAny, Seed = 5 }, TestContext.Current.CancellationToken);
        Assert.Equal("stop", Assert.IsType<FunctionCallContent>(Assert.Single(response.Messages[0].Contents)).Name);
        Assert.Matches("""^\[TOOL_CALLS\] ?\[\{"name": ?"stop", ?"arguments": ?\{\}\}\]$""", ((DecodingResult)response.RawRepresentation!).Text);
    }

    [Fact]
    public async Task GetResponseAsync_TemplateWithoutTools_IsToldThemInPlainText()
    {
        using var folder = new TempFolder();
        folder.Write("chat_template.jinja", "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}");
        var prompt = await PromptAsync(folder.Path);
        Assert.StartsWith("[system]Tools that may be called", prompt, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"measure\"", prompt, StringComparison.Ordinal);
        Assert.Contains("[assistant]<tool_call>\n{\"name\": \"measure\", \"arguments\": {\"left\":3}}\n</tool_call>[user]<tool_response>\n3 Metre\n</tool_response>[user]and now?", prompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FunctionInvokingChatClient_EmbeddedModel_CallsTheFunction()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        await using var services = new ServiceCollection().AddDecodeAlign(build => build.AddDecoder("g", options => (options.Preset, options.MaxTokens) = ("greedy", 100))).BuildServiceProvider();
        var client = new FunctionInvokingChatClient(services.GetRequiredService<IChatClient>()) { MaximumIterationsPerRequest = 1 };
        await client.GetResponseAsync("How far is it?", new() { Tools = [Measure], ToolMode = ChatToolMode.RequireAny }, TestContext.Current.CancellationToken);
        Assert.Single(_called);
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static ServiceProvider Services(string folder) =>
        new ServiceCollection().AddDecodeAlign(build => build.AddModel("small", (_, _, _, _) => Task.FromResult<ILanguageModel>(SmallModel.Load(contextLength: 3000)), options => options.Folder = folder)).BuildServiceProvider();

    private async Task<string> PromptAsync(string folder)
    {
        await using var services = Services(folder);
        ChatMessage[] messages =
        [
            new(ChatRole.User, "how far?"),
            new(ChatRole.Assistant, [new FunctionCallContent("1", "measure", new Dictionary<string, object?> { ["left"] = 3 })]),
            new(ChatRole.Tool, [new FunctionResultContent("1", "3 Metre")]),
            new(ChatRole.User, "and now?"),
        ];
        var response = await services.GetRequiredService<IChatClient>().GetResponseAsync(messages, new() { Tools = [Measure], MaxOutputTokens = 120 }, TestContext.Current.CancellationToken);
        return ((DecodingResult)response.RawRepresentation!).Prompt;
    }

    private enum Unit
    {
        Metre,
        Foot,
    }
}
