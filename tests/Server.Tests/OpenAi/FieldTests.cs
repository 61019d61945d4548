using System.Net;
using System.Text.Json;
using DecodeAlign.Decoding;
using DecodeAlign.Hosting;

namespace DecodeAlign.Tests;

/// <summary>Every field, in raw JSON: honoured, or refused by its name.</summary>
public sealed class FieldTests : IAsyncLifetime
{
    private const string Chat = "/v1/chat/completions", Text = "/v1/completions";

    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    public static TheoryData<string, string?> Refused => new()
    {
        { "\"n\": 0", "n" }, { "\"n\": 17", "n" }, { "\"n\": 1.5", "n" },
        { "\"max_tokens\": 0", "max_tokens" }, { "\"max_tokens\": 100000", "max_tokens" }, { "\"max_tokens\": 5, \"max_completion_tokens\": 6", "max_tokens" },
        { "\"temperature\": -1", "temperature" }, { "\"temperature\": \"hot\"", "temperature" }, { "\"top_p\": 2", "top_p" }, { "\"top_p\": 0", "top_p" },
        { "\"presence_penalty\": 9", "presence_penalty" }, { "\"frequency_penalty\": -9", "frequency_penalty" },
        { "\"seed\": 1.5", "seed" }, { "\"priority\": 1.5", "priority" }, { "\"priority\": \"high\"", "priority" }, { "\"priority\": 3000000000", "priority" }, { "\"alignment\": {\"priority\": 1}", "alignment.priority" }, { "\"stop\": \"\"", "stop" }, { "\"stop\": 5", "stop" },
        { "\"top_logprobs\": 2", "top_logprobs" }, { "\"logprobs\": true, \"top_logprobs\": 21", "top_logprobs" },
        { "\"stream_options\": {\"include_usage\": true}", "stream_options" }, { "\"stream_options\": {\"x\": 1}", "stream_options.x" },
        { "\"response_format\": {\"type\": \"xml\"}", "response_format.type" }, { "\"response_format\": {\"type\": \"json_schema\"}", "response_format.json_schema.schema" },
        { "\"response_format\": {\"type\": \"json_schema\", \"json_schema\": {\"name\": \"x\", \"schema\": {\"type\": \"thing\"}}}", null },
        { "\"tools\": [{\"type\": \"web\", \"function\": {\"name\": \"f\"}}]", "tools[0].type" }, { "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"a b\"}}]", "tools[0].function.name" },
        { "\"tool_choice\": \"required\"", "tool_choice" }, { "\"tool_choice\": \"auto\"", "tool_choice" }, { "\"parallel_tool_calls\": true", "parallel_tool_calls" },
        { "\"logit_bias\": {}", "logit_bias" }, { "\"functions\": []", "functions" }, { "\"modalities\": [\"audio\"]", "modalities" }, { "\"reasoning_effort\": \"low\"", "reasoning_effort" },
        { "\"store\": true", "store" }, { "\"service_tier\": \"flex\"", "service_tier" }, { "\"colour\": 1", "colour" }, { "\"seed\": 1, \"seed\": 2", "seed" },
        { "\"alignment\": 3", "alignment" }, { "\"alignment\": {\"lamda\": 3}", "alignment.lamda" }, { "\"alignment\": {\"decoder\": \"dael\"}", "alignment.decoder" },
        { "\"alignment\": {\"decoder\": \"greedy\", \"beam\": 3}", "alignment.beam" }, { "\"alignment\": {\"decoder\": \"beam\", \"beam\": 257}", "alignment.beam" },
        { "\"alignment\": {\"decoder\": \"greedy\", \"heuristics\": [\"coverage=fox\"]}", "alignment.heuristics" }, { "\"alignment\": {\"heuristics\": [\"coverge=fox\"]}", null },
        { "\"alignment\": {\"heuristics\": [\"profanity=/etc/passwd\"]}", "alignment.heuristics" }, { "\"alignment\": {\"heuristics\": [\"positivity=/etc@2\"]}", "alignment.heuristics" },
        { "\"alignment\": {\"constraints\": [\"grammar=/etc/passwd\"]}", "alignment.constraints" }, { "\"alignment\": {\"calibration\": \"/etc/passwd\"}", "alignment.calibration" },
        { "\"alignment\": {\"combine\": \"gated:/etc/passwd\"}", "alignment.combine" }, { "\"alignment\": {\"preference\": \"fitted:/etc/passwd\"}", "alignment.preference" },
        { "\"alignment\": {\"guidanceScale\": 2}", "alignment.guidanceScale" }, { "\"alignment\": {\"guides\": [\"/etc@-1\"]}", "alignment.guides" }, { "\"alignment\": {\"negativePrompt\": \"a\", \"plausibility\": 7}", "alignment.plausibility" },
        { "\"alignment\": {\"judgeContext\": \"a\"}", "alignment.judgeContext" }, { "\"alignment\": {\"decoder\": \"tournament\", \"judgeModel\": \"/etc\"}", "alignment.judgeModel" },
        { "\"alignment\": {\"front\": true}", "alignment.front" },
        { "\"alignment\": {\"trace\": 1}", "alignment.trace" }, { "\"n\": 2, \"alignment\": {\"trace\": true}", "alignment.trace" },
        { "\"temperature\": 0.5, \"alignment\": {\"decoder\": \"beam\"}", "temperature" },
        { "\"max_tokens\": 2, \"alignment\": {\"decoder\": \"grid-beam\", \"constraints\": [\"must-include=elephant\"]}", null },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Chat_AFieldThatCantBeHonoured_IsRefusedByName(string field, string? name)
    {
        var (status, error) = await _server.RefusedAsync(Chat, $$"""{"messages": [{"role": "user", "content": "hello"}], {{field}}}""");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error", name), (status, error.GetProperty("type").GetString(), error.GetProperty("param").GetString()));
        Assert.NotEqual("", error.GetProperty("message").GetString());
        Assert.DoesNotContain("ChatOptions", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "messages")]
    [InlineData("[{\"role\": \"wizard\", \"content\": \"a\"}]", "messages[0].role")]
    [InlineData("[{\"role\": \"user\"}]", "messages[0].content")]
    [InlineData("[{\"role\": \"user\", \"content\": [{\"type\": \"image_url\"}]}]", "messages[0].content[0]")]
    [InlineData("[{\"role\": \"user\", \"content\": \"a\", \"name\": \"b\"}]", "messages[0].name")]
    [InlineData("[{\"role\": \"tool\", \"content\": \"a\"}]", "messages[0].tool_call_id")]
    [InlineData("[{\"role\": \"assistant\", \"tool_calls\": [{\"id\": \"1\", \"type\": \"function\", \"function\": {\"name\": \"f\", \"arguments\": \"[\"}}]}]", "messages[0].tool_calls[0].function.arguments")]
    public async Task Chat_AMessageThatCantBeRead_IsRefusedByName(string messages, string name)
    {
        var (status, error) = await _server.RefusedAsync(Chat, $$"""{"messages": {{messages}}}""");
        Assert.Equal((HttpStatusCode.BadRequest, name), (status, error.GetProperty("param").GetString()));
    }

    [Theory]
    [InlineData("\"prompt\": []", "prompt")]
    [InlineData("\"prompt\": [1, 2]", "prompt")]
    [InlineData("\"prompt\": \"a\", \"best_of\": 2", "best_of")]
    [InlineData("\"prompt\": \"a\", \"suffix\": \"b\"", "suffix")]
    [InlineData("\"prompt\": \"a\", \"logprobs\": 6", "logprobs")]
    [InlineData("\"prompt\": \"a\", \"echo\": true, \"logprobs\": 1", "logprobs")]
    [InlineData("\"prompt\": [\"a\", \"b\"], \"n\": 9", "n")]
    [InlineData("\"max_tokens\": 3", "prompt")]
    public async Task Completions_AFieldThatCantBeHonoured_IsRefusedByName(string fields, string name)
    {
        var (status, error) = await _server.RefusedAsync(Text, $$"""{{{fields}}}""");
        Assert.Equal((HttpStatusCode.BadRequest, name), (status, error.GetProperty("param").GetString()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Chat_Front_HasTheAnswersThatNoOtherBeats(int n)
    {
        var answer = await _server.AskAsync(Chat, """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 12, "n": """ + n + """, "alignment": {"decoder": "best-of", "answers": 6, "temperature": 2, "heuristics": ["length=..4", "distinct=1@2"], "front": true}}""");
        var told = answer.GetProperty("alignment").GetProperty("answers");
        Assert.Equal(n, told.GetArrayLength());
        foreach (var one in told.EnumerateArray())
        {
            var front = one.GetProperty("front");
            Assert.Equal(6, front.GetProperty("of").GetInt32());
            Assert.Equal(2, front.GetProperty("objectives").GetArrayLength());
            var members = front.GetProperty("answers").EnumerateArray().Select(member => member.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()).ToArray()).ToArray();
            Assert.InRange(front.GetProperty("knee").GetInt32(), 0, members.Length - 1);
            foreach (var values in members) Assert.DoesNotContain(members, other => other.Zip(values, (a, b) => a >= b).All(holds => holds) && !other.SequenceEqual(values));
            // the chosen one has the greatest weighted sum, so that nothing dominates it
            Assert.Contains(members, values => values.SequenceEqual(one.GetProperty("heuristics").EnumerateArray().Select(value => value.GetProperty("value").GetDouble())));
        }
    }

    [Fact]
    public async Task Chat_Guidance_ChangesWhatIsChosen()
    {
        async Task<double> LogProbabilityAsync(string alignment)
        {
            var body = """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 12, "alignment": {"decoder": "greedy" """ + alignment + "}}";
            return (await _server.AskAsync(Chat, body)).GetProperty("alignment").GetProperty("answers")[0].GetProperty("logProbability").GetDouble();
        }

        var plain = await LogProbabilityAsync("");
        // a scale of 1 changes nothing; greedy by another distribution loses log P
        Assert.Equal(plain, await LogProbabilityAsync(", \"negativePrompt\": \"bad\", \"guidanceScale\": 1"), 1e-9);
        Assert.True(await LogProbabilityAsync(", \"negativePrompt\": \"bad\", \"guidanceScale\": 4") < plain);
    }

    [Fact]
    public async Task Chat_N_GivesIndependentAnswersOfWhichTheFirstIsTheOneAlone()
    {
        var one = await _server.AskAsync(Chat, """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 20, "seed": 4}""");
        var three = await _server.AskAsync(Chat, """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 20, "seed": 4, "n": 3, "user": "me", "metadata": {"a": "b"}, "store": false}""");
        var texts = Contents(three);
        Assert.Equal((Contents(one)[0], 3), (texts[0], texts.Distinct().Count()));
        Assert.Equal(5, three.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Theory]
    [InlineData(Chat, "\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}], \"priority\": -2", -2)]
    [InlineData(Text, "\"prompt\": \"hello\", \"priority\": 5", 5)]
    [InlineData(Text, "\"prompt\": \"hello\"", 0)]
    public async Task Priority_Given_IsTheSearchs(string path, string fields, int expected)
    {
        var seen = new List<int>();
        await using var server = await TestServer.StartAsync(build: build => build.AddDecoder("own", options => options.Preset = "greedy").WrapDecoder("own", (pipeline, _) => pipeline.Use(inner => new Overheard(inner, seen))));
        await server.AskAsync(path, "{\"model\": \"own\", \"max_tokens\": 2, " + fields + "}");
        Assert.Equal([expected], seen);
    }

    [Fact]
    public async Task Chat_LimitsAndStops_EndTheText()
    {
        var free = await _server.AskAsync(Chat, """{"messages": [{"role": "user", "content": "hello"}], "max_completion_tokens": 20, "temperature": 0}""");
        var text = Contents(free)[0];
        Assert.Equal("length", free.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        var stop = text[6].ToString();
        var cut = await _server.AskAsync(Chat, $$"""{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 20, "temperature": 0, "stop": {{JsonSerializer.Serialize(stop)}}}""");
        Assert.Equal((text[..text.IndexOf(stop, StringComparison.Ordinal)], "stop"), (Contents(cut)[0], cut.GetProperty("choices")[0].GetProperty("finish_reason").GetString()));
        var greedy = await _server.AskAsync(Chat, """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 20, "alignment": {"decoder": "greedy"}}""");
        Assert.Equal(text, Contents(greedy)[0]);
        Assert.Equal(("greedy", 0), (greedy.GetProperty("alignment").GetProperty("decoder").GetString(), greedy.GetProperty("alignment").GetProperty("seed").GetInt32()));
    }

    [Fact]
    public async Task Chat_Logprobs_SumToTheAnswersLogProbability()
    {
        var answer = await _server.AskAsync(Chat, """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 9, "logprobs": true, "alignment": {"decoder": "beam", "trace": true}}""");
        var tokens = answer.GetProperty("choices")[0].GetProperty("logprobs").GetProperty("content").EnumerateArray().ToList();
        Assert.Equal(9, tokens.Count);
        Assert.Equal(answer.GetProperty("alignment").GetProperty("answers")[0].GetProperty("logProbability").GetDouble(), tokens.Sum(token => token.GetProperty("logprob").GetDouble()), 1e-9);
        var trace = answer.GetProperty("alignment").GetProperty("trace").EnumerateArray().ToList();
        Assert.Equal((1, 9, 1), (trace.Count(line => line.TryGetProperty("header", out _)), trace.Count(line => line.TryGetProperty("step", out _)), trace.Count(line => line.TryGetProperty("end", out _))));
    }

    [Fact]
    public async Task Chat_Alignment_HoldsConstraintsAndRanksByHeuristics()
    {
        var answer = await _server.AskAsync(Chat, """{"messages": [{"role": "user", "content": "hello"}], "max_tokens": 60, "alignment": {"constraints": ["must-include=fox,owl"], "heuristics": ["coverage=fox@3", "length=..4@1"], "candidates": 4, "lookahead": 3, "lambda": 2}}""");
        Assert.Contains("fox", Contents(answer)[0], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("owl", Contents(answer)[0], StringComparison.OrdinalIgnoreCase);
        var report = answer.GetProperty("alignment");
        Assert.Equal("deal", report.GetProperty("decoder").GetString());
        Assert.Equal(["coverage", "length"], report.GetProperty("answers")[0].GetProperty("heuristics").EnumerateArray().Select(value => value.GetProperty("name").GetString()![..value.GetProperty("name").GetString()!.TakeWhile(char.IsLetter).Count()]));
        Assert.True(report.GetProperty("heuristicCalls").GetInt64() > 0);
    }

    [Fact]
    public async Task Completions_SeveralPrompts_AreAnsweredInOrderEachAsAlone()
    {
        var both = await _server.AskAsync(Text, """{"prompt": ["one", "two"], "n": 2, "max_tokens": 12, "seed": 3, "echo": true}""");
        var texts = both.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()!).ToList();
        Assert.Equal(["one", "one", "two", "two"], texts.Select(text => text[..3]));
        var alone = await _server.AskAsync(Text, """{"prompt": "two", "max_tokens": 12, "seed": 3, "logprobs": 2}""");
        Assert.Equal("two" + alone.GetProperty("choices")[0].GetProperty("text").GetString(), texts[2]);
        var logprobs = alone.GetProperty("choices")[0].GetProperty("logprobs");
        Assert.Equal(alone.GetProperty("choices")[0].GetProperty("text").GetString(), string.Concat(logprobs.GetProperty("tokens").EnumerateArray().Select(token => token.GetString())));
    }

    [Fact]
    public async Task Completions_StreamOfSeveral_IsEachOfThem()
    {
        const string Request = """{"prompt": ["one", "two"], "n": 2, "max_tokens": 12, "seed": 3""";
        var whole = (await _server.AskAsync(Text, Request + "}")).GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()!).ToArray();
        using var response = await _server.PostAsync(Text, Request + """, "stream": true, "stream_options": {"include_usage": true}}""");
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(("text/event-stream", "data: [DONE]"), (response.Content.Headers.ContentType!.MediaType, lines[^1]));
        var texts = new string[4];
        foreach (var choice in lines[..^1].SelectMany(line => JsonElement.Parse(line["data: ".Length..]).GetProperty("choices").EnumerateArray())) texts[choice.GetProperty("index").GetInt32()] += choice.GetProperty("text").GetString();
        Assert.Equal(whole, texts);
        Assert.Equal(6, JsonElement.Parse(lines[^2]["data: ".Length..]).GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task Usage_APromptThatBeginsAsAnEarlierOne_TellsItsCachedTokens()
    {
        var prompt = new string('a', 70);
        async Task<int> Cached(string end) => (await _server.AskAsync(Text, $$"""{"prompt": "{{prompt}}{{end}}", "max_tokens": 2}""")).GetProperty("usage").GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32();
        Assert.Equal((0, 64), (await Cached("b"), await Cached("c")));
    }

    /// <summary>Notes the priority of what it passes on.</summary>
    private sealed class Overheard(IDecoder inner, List<int> seen) : DelegatingDecoder(inner)
    {
        public override Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
        {
            seen.Add(request.Priority);
            return base.GenerateAsync(request, cancellationToken);
        }
    }

    private static List<string> Contents(JsonElement answer) => [.. answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("message").GetProperty("content").GetString()!)];
}
