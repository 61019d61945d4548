using System.Text.Json;
using DecodeAlign.Constraints;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;
using DecodeAlign.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace DecodeAlign.Tests;

/// <summary>Every field of the options is honoured, which is seen in the request that comes of it or in the response, or refused by its name.</summary>
public sealed class ChatOptionsTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = Services.Build(build => build
        .AddDecoder("greedy", options => (options.Preset, options.MaxTokens) = ("greedy", 6))
        .AddDecoder("sample", options => (options.Preset, options.MaxTokens) = ("sample", 6))
        .AddDecoder("deal", options => (options.Preset, options.MaxTokens) = ("deal", 6))
        .AddHeuristic("vowels", _ => Heuristic.FromText("vowels", text => text.Count("aeiou".Contains)))
        .AddConstraint("short", _ => new WordCount(0, 4))
        .AddPreferences("small", _ => new(PreferenceConditioner.Line(["vowels", "length"]), [new("vowels", Heuristic.FromText("vowels", text => text.Count("aeiou".Contains))), new("length", Heuristic.FromText("length", text => text.Length))])));

    /// <summary>What shows that a field is honoured, or what refuses it.</summary>
    private static readonly Dictionary<string, Func<ChatOptionsTests, Task>> Cases = new()
    {
        [nameof(ChatOptions.Temperature)] = async t =>
        {
            Assert.Equal(0.25, (await t.RequestAsync(new() { Temperature = 0.25f })).Decoder.Distribution.Temperature);
            Assert.Equal(typeof(TopTokens), (await t.RequestAsync(new() { Temperature = 0 })).Decoder.Proposal.GetType());
            await t.RequestAsync(new() { Temperature = 0 }, "greedy");
            await t.RefusedAsync(new() { Temperature = 0.7f }, "ChatOptions.Temperature", "greedy");
        },
        [nameof(ChatOptions.TopP)] = async t =>
        {
            Assert.Equal(0.5, (await t.RequestAsync(new() { TopP = 0.5f })).Decoder.Distribution.TopP);
            await t.RequestAsync(new() { TopP = 1 }, "greedy");
            await t.RefusedAsync(new() { TopP = 0.5f }, "ChatOptions.TopP", "greedy");
        },
        [nameof(ChatOptions.TopK)] = async t =>
        {
            Assert.Equal(7, (await t.RequestAsync(new() { TopK = 7 })).Decoder.Distribution.TopK);
            await t.RefusedAsync(new() { TopK = 7 }, "ChatOptions.TopK", "greedy");
        },
        [nameof(ChatOptions.MaxOutputTokens)] = async t => Assert.Equal(3, (await t.AnswerAsync(new() { MaxOutputTokens = 3 })).Usage!.OutputTokenCount),
        [nameof(ChatOptions.Seed)] = async t =>
        {
            Assert.Equal(5ul, (await t.RequestAsync(new() { Seed = 5 })).Seed);
            Assert.Equal((await t.AnswerAsync(new() { Seed = 5 })).Text, (await t.AnswerAsync(new() { Seed = 5 })).Text);
            Assert.Equal(ulong.MaxValue, (await t.RequestAsync(new() { Seed = -1 })).Seed);
        },
        [nameof(ChatOptions.StopSequences)] = async t =>
        {
            var whole = (await t.AnswerAsync(new())).Text;
            var stopped = await t.AnswerAsync(new() { StopSequences = [whole[2].ToString()] });
            Assert.Equal((whole[..whole.IndexOf(whole[2], StringComparison.Ordinal)], ChatFinishReason.Stop), (stopped.Text, stopped.FinishReason));
        },
        [nameof(ChatOptions.PresencePenalty)] = async t => Assert.Equal(0.5, (await t.RequestAsync(new() { PresencePenalty = 0.5f }, "greedy")).Decoder.Distribution.PresencePenalty),
        [nameof(ChatOptions.FrequencyPenalty)] = async t =>
        {
            await t.RequestAsync(new() { FrequencyPenalty = 0 });
            Assert.Equal(0.5, (await t.RequestAsync(new() { FrequencyPenalty = 0.5f }, "greedy")).Decoder.Distribution.FrequencyPenalty);
        },
        [nameof(ChatOptions.Instructions)] = async t => Assert.Equal("be brief\nhello", (await t.RequestAsync(new() { Instructions = "be brief" })).Prompt),
        [nameof(ChatOptions.ModelId)] = async t =>
        {
            await t.RequestAsync(new() { ModelId = "small" });
            await t.RefusedAsync(new() { ModelId = "large" }, "ChatOptions.ModelId");
        },
        [nameof(ChatOptions.ResponseFormat)] = async t =>
        {
            await t.RequestAsync(new() { ResponseFormat = ChatResponseFormat.Text });
            await JsonFormatAsync(t);
        },
        [nameof(ChatOptions.Tools)] = async t =>
        {
            await t.RequestAsync(new() { Tools = [] });
            Assert.IsType<ToolCalls>(Assert.Single((await t.RequestAsync(new() { Tools = [AIFunctionFactory.Create(() => 1, "one")] })).Constraints));
            await t.RefusedAsync(new() { Tools = [new HostedWebSearchTool()] }, "HostedWebSearchTool");
            await t.RefusedAsync(new() { Tools = [AIFunctionFactory.Create(() => 1, "one")], RawRepresentationFactory = _ => new DecodingRequest { Prompt = "" } }, "ChatOptions.Tools");
        },
        [nameof(ChatOptions.ToolMode)] = async t =>
        {
            AITool[] tools = [AIFunctionFactory.Create(() => 1, "one"), AIFunctionFactory.Create(() => 2, "two")];
            Assert.Empty((await t.RequestAsync(new() { Tools = tools, ToolMode = ChatToolMode.None })).Constraints);
            Assert.Equal("may call 'one', 'two'", Assert.Single((await t.RequestAsync(new() { Tools = tools, ToolMode = ChatToolMode.Auto })).Constraints).Name);
            Assert.Equal("a call of 'one', 'two'", Assert.Single((await t.RequestAsync(new() { Tools = tools, ToolMode = ChatToolMode.RequireAny })).Constraints).Name);
            Assert.Equal("a call of 'two'", Assert.Single((await t.RequestAsync(new() { Tools = tools, ToolMode = ChatToolMode.RequireSpecific("two") })).Constraints).Name);
            await t.RefusedAsync(new() { ToolMode = ChatToolMode.RequireAny }, "ChatOptions.ToolMode");
            await t.RefusedAsync(new() { Tools = tools, ToolMode = ChatToolMode.RequireSpecific("three") }, "'three'");
        },
        [nameof(ChatOptions.AllowMultipleToolCalls)] = async t =>
        {
            foreach (var allow in new[] { true, false })
            {
                var request = await t.RequestAsync(new() { Tools = [AIFunctionFactory.Create(() => 1, "one")], AllowMultipleToolCalls = allow, ToolMode = ChatToolMode.RequireAny });
                var call = """<tool_call>{"name": "one", "arguments": {}}</tool_call>""";
                Assert.Equal((true, allow), (((TextConstraint)request.Constraints[0]).IsMetBy(call), ((TextConstraint)request.Constraints[0]).IsMetBy($"{call}\n{call}")));
            }
        },
        // a response in the foreground is allowed to come where one in the background is allowed
        [nameof(ChatOptions.AllowBackgroundResponses)] = async t => Assert.Null((await t.AnswerAsync(new() { AllowBackgroundResponses = true })).ContinuationToken),
        [nameof(ChatOptions.ConversationId)] = t => t.RefusedAsync(new() { ConversationId = "7" }, "ChatOptions.ConversationId"),
        [nameof(ChatOptions.ContinuationToken)] = t => t.RefusedAsync(new() { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) }, "ChatOptions.ContinuationToken"),
        [nameof(ChatOptions.Reasoning)] = async t =>
        {
            await t.RequestAsync(new() { Reasoning = new() { Effort = ReasoningEffort.None } });
            await t.RefusedAsync(new() { Reasoning = new() { Effort = ReasoningEffort.High } }, "ChatOptions.Reasoning");
        },
        [nameof(ChatOptions.RawRepresentationFactory)] = async t =>
        {
            var raw = new DecodingRequest { Prompt = "not used", Decoder = Decoders.Beam(2), MaxTokens = 4 };
            var response = await t.AnswerAsync(new() { RawRepresentationFactory = _ => raw });
            Assert.Equal(("beam", "hello"), (Assert.IsType<DecodingResult>(response.RawRepresentation).Decoder, ((DecodingResult)response.RawRepresentation!).Prompt));
            await t.RequestAsync(new() { RawRepresentationFactory = _ => null, Seed = 1 });
            await t.RefusedAsync(new() { RawRepresentationFactory = _ => raw, Seed = 1 }, "ChatOptions.Seed");
            await t.RefusedAsync(new() { RawRepresentationFactory = _ => "text" }, "ChatOptions.RawRepresentationFactory");
        },
        [nameof(ChatOptions.AdditionalProperties)] = async t =>
        {
            var request = await t.RequestAsync(With(
                (ChatOptionKeys.Heuristics, new[] { "vowels@2", "coverage=fox" }), (ChatOptionKeys.Constraints, "short"), (ChatOptionKeys.Setting("lambda"), 3), (ChatOptionKeys.Setting("beam"), "2")), "deal");
            Assert.Equal([("vowels", 2), ("coverage", 1)], request.Heuristics.Select(h => (h.Heuristic.Name, h.Weight)));
            Assert.Equal((Decoders.Deal(beam: 2, lambda: 3), "words 0..4"), (request.Decoder, Assert.Single(request.Constraints).Name));
            var json = JsonDocument.Parse("""{ "list": ["vowels"], "lambda": 0.5, "candidates": 3 }""").RootElement;
            request = await t.RequestAsync(With((ChatOptionKeys.Heuristics, json.GetProperty("list")), (ChatOptionKeys.Setting("lambda"), json.GetProperty("lambda")), (ChatOptionKeys.Setting("candidates"), json.GetProperty("candidates"))), "deal");
            Assert.Equal((Decoders.Deal(candidates: 3, lambda: 0.5), 1), (request.Decoder, request.Heuristics.Count));
            var greedy = await t.AnswerAsync(With((ChatOptionKeys.Decoder, "greedy"), (ChatOptionKeys.Trace, true)));
            Assert.Equal("greedy", ((DecodingResult)greedy.RawRepresentation!).Decoder);
            Assert.NotEmpty(((TraceRecorder)greedy.AdditionalProperties![ChatOptionKeys.Trace]!).Steps);
            var preferred = await t.AnswerAsync(With((ChatOptionKeys.Preference, "vowels=0.8,length=0.6"), (ChatOptionKeys.Setting("neighbourhood"), 20), (ChatOptionKeys.Setting("directions"), 3)));
            var result = Assert.IsType<PreferenceReport>(((DecodingResult)preferred.RawRepresentation!).Selection);
            Assert.Equal((3, result.Chosen.Answer.Text), (result.Answers.Count, preferred.Text));
            Assert.All(result.Answers, answer => Assert.InRange(answer.OffsetDegrees, 0, 20));
            var traced = await t.AnswerAsync(With((ChatOptionKeys.Preference, "vowels=0.8,length=0.6"), (ChatOptionKeys.Setting("directions"), 2), (ChatOptionKeys.Trace, true)));
            var trace = (TraceRecorder)traced.AdditionalProperties![ChatOptionKeys.Trace]!;
            Assert.Equal((2, traced.RawRepresentation), (trace.Steps.Select(step => step.Answer).Distinct().Count(), trace.Result));
            Assert.Equal((-4, 3, 0), ((await t.RequestAsync(With((ChatOptionKeys.Priority, -4)))).Priority, (await t.RequestAsync(With((ChatOptionKeys.Priority, "3")))).Priority, (await t.RequestAsync(new())).Priority));
            Assert.Contains("['decodealign.priority'] must be a whole number", (await Assert.ThrowsAsync<ArgumentException>(() => t.AnswerAsync(With((ChatOptionKeys.Priority, 1.5))))).Message, StringComparison.Ordinal);
            await t.RefusedAsync(With((ChatOptionKeys.Setting("neighbourhood"), 20)), ChatOptionKeys.Preference);
            await t.RefusedAsync(With(("lambda", 1)), "'lambda', which is not known");
            await Assert.ThrowsAsync<ArgumentException>(() => t.AnswerAsync(With((ChatOptionKeys.Decoder, "fast"))));
            await Assert.ThrowsAsync<ArgumentException>(() => t.AnswerAsync(With((ChatOptionKeys.Setting("lambda"), "much")), "deal"));
            Assert.Contains("ChatOptions.AdditionalProperties['decodealign.beam'] must be a whole number, at least 1; it is '0'", (await Assert.ThrowsAsync<ArgumentException>(() => t.AnswerAsync(With((ChatOptionKeys.Setting("beam"), 0)), "deal"))).Message, StringComparison.Ordinal);
            await t.RefusedAsync(With((ChatOptionKeys.Setting("beam"), 2)), "['decodealign.beam'] can't be honoured: greedy has no such setting", "greedy");
            await t.RefusedAsync(With((ChatOptionKeys.Setting("lambda"), 2)), "['decodealign.lambda'] can't be honoured: there are no heuristics to rank by", "deal");
            await t.RefusedAsync(new() { RawRepresentationFactory = _ => new DecodingRequest { Prompt = "" }, AdditionalProperties = new() { [ChatOptionKeys.Setting("beam")] = 2 } }, "decides alone", "deal");
        },
    };

    public static TheoryData<string> Fields => [.. typeof(ChatOptions).GetProperties().Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task GetResponseAsync_Field_IsHonouredOrRefused(string field)
    {
        Assert.True(Cases.TryGetValue(field, out var check), $"ChatOptions.{field} is new: map it or refuse it");
        await check(this);
    }

    [Fact]
    public async Task GetResponseAsync_Options_AreNotChanged()
    {
        var options = new ChatOptions { Seed = 1, Temperature = 0.5f, StopSequences = ["x"], AdditionalProperties = new() { [ChatOptionKeys.Heuristics] = "vowels" } };
        await AnswerAsync(options);
        Assert.Equal((1, 0.5f, "x", 1), (options.Seed, options.Temperature, Assert.Single(options.StopSequences), options.AdditionalProperties.Count));
    }

    [Fact]
    public async Task Front_AskedFor_ComesWithTheResponse()
    {
        var answer = await AnswerAsync(With((ChatOptionKeys.Preference, "vowels=0.8,length=-0.6"), (ChatOptionKeys.Front, true)));
        var front = Assert.IsType<ParetoFront>(answer.AdditionalProperties![ChatOptionKeys.Front]);
        var report = Assert.IsType<PreferenceReport>(Assert.IsType<DecodingResult>(answer.RawRepresentation).Selection);
        var values = report.Answers.Select(one => (double[])[one.Rewards[0].Value, -one.Rewards[1].Value]).ToList();
        Assert.Equal(Enumerable.Range(0, values.Count).Where(i => !values.Exists(other => other[0] >= values[i][0] && other[1] >= values[i][1] && !other.SequenceEqual(values[i]))), front.Members);
        Assert.Null((await AnswerAsync(With((ChatOptionKeys.Preference, "vowels=0.8,length=-0.6")))).AdditionalProperties);
        await RefusedAsync(With((ChatOptionKeys.Front, true)), "there are no heuristics to compare answers by");
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private static async Task JsonFormatAsync(ChatOptionsTests t)
    {
        var schema = JsonDocument.Parse("""{ "type": "object", "properties": { "ok": { "type": "boolean" }, "n": { "enum": [1, 2] } }, "required": ["ok", "n"] }""").RootElement;
        for (var seed = 0; seed < 5; seed++)
        {
            var text = (await t.AnswerAsync(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "Answer"), MaxOutputTokens = 40, Seed = seed })).Text;
            var json = JsonDocument.Parse(text).RootElement;
            Assert.Contains(json.GetProperty("ok").ValueKind, new[] { JsonValueKind.True, JsonValueKind.False });
            Assert.InRange(json.GetProperty("n").GetInt32(), 1, 2);
        }
        var any = await t.AnswerAsync(new() { ResponseFormat = ChatResponseFormat.Json, MaxOutputTokens = 40 });
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(any.Text).RootElement.ValueKind);
        var unknown = JsonDocument.Parse("""{ "type": "object", "minProperties": 3 }""").RootElement;
        Assert.Contains("minProperties", (await Assert.ThrowsAsync<ArgumentException>(() => t.AnswerAsync(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(unknown, "Answer") }))).Message, StringComparison.Ordinal);
    }

    private static ChatOptions With(params (string Key, object Value)[] properties) => new() { AdditionalProperties = new(properties.ToDictionary(property => property.Key, property => (object?)property.Value)) };

    private Task<ChatResponse> AnswerAsync(ChatOptions options, string decoder = "sample") =>
        _services.GetRequiredKeyedService<IChatClient>(decoder).GetResponseAsync("hello", options, TestContext.Current.CancellationToken);

    private async Task<DecodingRequest> RequestAsync(ChatOptions options, string decoder = "sample")
    {
        var client = _services.GetRequiredKeyedService<IChatClient>(decoder);
        var reader = new ChatOptionsReader(_services.GetRequiredKeyedService<HostedDecoder>(decoder), _services.GetRequiredService<HostedDecoders>(), _services.GetRequiredService<HeuristicNames>(), client);
        var chat = await reader.ReadAsync([new(ChatRole.User, "hello")], options, TestContext.Current.CancellationToken);
        // what is mapped must be taken by the search too
        chat.Request.Validate();
        return chat.Request;
    }

    private async Task RefusedAsync(ChatOptions options, string named, string decoder = "sample") =>
        Assert.Contains(named, (await Assert.ThrowsAsync<NotSupportedException>(() => AnswerAsync(options, decoder))).Message, StringComparison.Ordinal);
}
