using DecodeAlign.Constraints;

namespace DecodeAlign.Tests;

public class ToolCallsTests
{
    private static readonly Tool Weather = new("weather", new("""{"type":"object","properties":{"city":{"$ref":"#/$defs/city"},"days":{"type":"integer","minimum":1,"maximum":7}},"required":["city"],"$defs":{"city":{"enum":["Rome","Oslo"]}}}"""));
    private static readonly Tool Stop = new("stop", new("""{"type":"object","additionalProperties":false}"""));
    private static readonly JsonSchema Form = new("""{"type":"object","properties":{"sum":{"type":"integer"}},"required":["sum"]}""");

    private const string Rome = """<tool_call>{"name": "weather", "arguments": {"city": "Rome"}}</tool_call>""";
    private const string MistralRome = """[TOOL_CALLS][{"name": "weather", "arguments": {"city": "Rome"}}]""";
    private const string Halt = "<tool_call>\n{\"name\":\"stop\",\"arguments\":{}}\n</tool_call>";

    [Theory]
    // of the model's choice: any text, before the calls too, but no half of a call
    [InlineData("auto", Rome, true)]
    [InlineData("auto", Halt, true)]
    [InlineData("auto", "I look it up.\n" + Rome, true)]
    [InlineData("auto", "a <tool_<tool_call>{\"name\": \"stop\", \"arguments\": {}}</tool_call>", true)]
    [InlineData("auto", "No tool is needed, é.", true)]
    [InlineData("auto", "", true)]
    [InlineData("auto", "<tool_call>", false)]
    [InlineData("auto", "<tool_call>{\"name\": \"stop\", \"arguments\": {}}", false)]
    [InlineData("auto", Rome + " and so on", false)]
    [InlineData("auto", Rome + "\n" + Halt, false)]
    [InlineData("auto", "<tool_call>{\"name\": \"weather\", \"arguments\": {\"city\": \"Paris\"}}</tool_call>", false)]
    [InlineData("auto", "<tool_call>{\"name\": \"other\", \"arguments\": {}}</tool_call>", false)]
    [InlineData("auto", "<tool_call>{\"name\": \"stop\", \"arguments\": {\"city\": \"Rome\"}}</tool_call>", false)]
    [InlineData("many", Rome + "\n" + Halt + "\n" + Rome, true)]
    [InlineData("many", Rome + Halt, false)]
    [InlineData("required", Rome, true)]
    [InlineData("required", "I look it up.\n" + Rome, false)]
    [InlineData("required", "No.", false)]
    [InlineData("form", Rome, true)]
    [InlineData("form", "{\"sum\": 3}", true)]
    [InlineData("form", "three", false)]
    [InlineData("form", "{\"sum\": 3}" + Rome, false)]
    [InlineData("llama", "{\"name\": \"weather\", \"parameters\": {\"city\": \"Oslo\", \"days\": 7}}", true)]
    [InlineData("llama", "{\"name\": \"weather\", \"parameters\": {\"city\": \"Oslo\", \"days\": 8}}", false)]
    [InlineData("llama", "It is 7 degrees {in Oslo}", true)]
    [InlineData("mistral", MistralRome, true)]
    [InlineData("mistral", "[TOOL_CALLS] [{\"name\": \"stop\", \"arguments\": {}}]", true)]
    // the marker was a control token, which has no text
    [InlineData("mistral", " [{\"name\": \"stop\", \"arguments\": {}}]", true)]
    [InlineData("mistral", "I look it up." + MistralRome, true)]
    [InlineData("mistral", "See [1] and [{]: no call.", true)]
    [InlineData("mistral", "[TOOL_CALLS]", false)]
    [InlineData("mistral", "[TOOL_CALLS][{\"name\": \"stop\", \"arguments\": {}}", false)]
    [InlineData("mistral", "[TOOL_CALLS][{\"name\": \"stop\", \"arguments\": {}}, {\"name\": \"stop\", \"arguments\": {}}]", false)]
    [InlineData("mistral-many", "[TOOL_CALLS][{\"name\": \"stop\", \"arguments\": {}}, {\"name\": \"weather\", \"arguments\": {\"city\": \"Rome\"}}]", true)]
    public void IsMetBy_Mode_TakesCallsAndAnswers(string mode, string text, bool isMet) => Assert.Equal(isMet, Make(mode).IsMetBy(text));

    [Fact]
    public void Read_CallsAfterText_AreTakenApart()
    {
        var calls = Make("many");
        var reply = calls.Read("Both.\n" + Rome + "\n" + Halt);
        Assert.Equal(("Both.\n", 2), (reply.Text, reply.Calls.Count));
        Assert.Equal([new("weather", """{"city": "Rome"}"""), new("stop", "{}")], reply.Calls);
        Assert.Empty(calls.Read("Both.\n" + Rome[..^3]).Calls);
        Assert.Empty(calls.Read("no call").Calls);
        Assert.Equal([new("weather", """{"city":"Oslo"}""")], Make("llama").Read("""{"name":"weather","parameters":{"city":"Oslo"}}""").Calls);
        Assert.Empty(Make("form").Read("""{"sum": 3}""").Calls);
    }

    [Theory]
    [InlineData("[TOOL_CALLS][{\"name\": \"stop\", \"arguments\": {}}, {\"name\": \"weather\", \"arguments\": {\"city\": \"Rome\"}}]", "", 2)]
    [InlineData("Both. [{\"name\": \"stop\", \"arguments\": {}}, {\"name\": \"stop\", \"arguments\": {}}]", "Both.", 2)]
    [InlineData("See [1].[TOOL_CALLS] [{\"name\": \"stop\", \"arguments\": {}}]", "See [1].", 1)]
    [InlineData("[TOOL_CALLS][{\"name\": \"stop\", \"arguments\": {}}", null, 0)]
    public void Read_MistralsCalls_AreTakenApartWithAndWithoutTheMarkersText(string text, string? before, int calls)
    {
        var reply = Make("mistral-many").Read(text);
        Assert.Equal((before ?? text, calls), (reply.Text, reply.Calls.Count));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Restrict_MistralsMarker_IsTheControlTokenWhereThereIsOne(bool hasToken)
    {
        var tokens = new MarkerTokens(hasToken);
        var constraint = new ToolCalls([Stop], new() { Format = ToolCallFormat.Mistral, IsRequired = true });
        var context = Generation.Context(tokens, "", 60, 0);
        using var session = constraint.Open(context);
        var mask = new DecodeAlign.Decoding.TokenMask(tokens.VocabularySize, allowed: true);
        session.Restrict(context.Root, 60, mask);
        Assert.Equal(hasToken, mask[MarkerTokens.Marker]);
        // it may be spelled all the same
        Assert.True(mask[tokens.Of('[')]);
        if (!hasToken) return;
        var node = context.Tree.Append(context.Root, MarkerTokens.Marker);
        foreach (var letter in "[{\"name\": \"stop\", \"arguments\": {}}]")
        {
            mask = new(tokens.VocabularySize, allowed: true);
            session.Restrict(node, 59, mask);
            Assert.True(mask[tokens.Of(letter)], context.Text(node));
            node = context.Tree.Append(node, tokens.Of(letter));
        }
        Assert.True(session.Accepts(node));
        Assert.Equal([new("stop", "{}")], constraint.Read(context.Text(node)).Calls);
    }

    [Theory]
    [InlineData("auto", "é <tool_c <to " + Rome)]
    [InlineData("auto", "no call <tool_")]
    [InlineData("llama", "{\"name\": \"weather\", \"parameters\": {\"city\": \"Oslo\"}}")]
    [InlineData("llama", "{\"nam")]
    [InlineData("form", Rome)]
    [InlineData("form", "{\"sum\": 3}")]
    [InlineData("mistral", "See [1] [ [{ " + MistralRome)]
    [InlineData("mistral", "Look: [{\"name\": \"stop\", \"arguments\": {}}]")]
    [InlineData("mistral", "no call [TOOL_")]
    public void LengthBeforeCalls_OfEachBeginning_NeverTakesBackWhatWasShown(string mode, string text)
    {
        var calls = Make(mode);
        var whole = calls.Read(text);
        var shown = 0;
        for (var length = 0; length <= text.Length; length++)
        {
            var certain = calls.LengthBeforeCalls(text[..length]);
            Assert.InRange(certain, shown, whole.Calls.Count > 0 ? whole.Text.Length : text.Length);
            shown = certain;
        }
        if (whole.Calls.Count > 0) Assert.Equal(whole.Text.Length, shown);
    }

    [Fact]
    public void Write_OfAFormat_IsWhatIsReadAndTaken()
    {
        foreach (var (mode, format) in new[] { ("auto", ToolCallFormat.Hermes), ("llama", ToolCallFormat.Llama), ("mistral", ToolCallFormat.Mistral) })
        {
            var text = format.Write(new("weather", """{"city": "Rome", "days": 2}"""));
            Assert.True(Make(mode).IsMetBy(text));
            Assert.Equal([new("weather", """{"city": "Rome", "days": 2}""")], Make(mode).Read(text).Calls);
        }
    }

    [Fact]
    public void Constructor_WhatCannotBeHonoured_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ToolCalls([]));
        Assert.Contains("'stop'", Assert.Throws<ArgumentException>(() => new ToolCalls([Stop, Stop])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ToolCalls([Stop], new() { MostCalls = 0 }));
        Assert.Contains("words", Assert.Throws<ArgumentException>(() => new ToolCalls([Stop], new() { Answer = new WordCount(0, 5) })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", 60)]
    [InlineData("many", 60)]
    [InlineData("required", 8)]
    [InlineData("form", 7)]
    [InlineData("llama", 40)]
    [InlineData("mistral", 60)]
    [InlineData("mistral-many", 60)]
    public void Restrict_RandomChoices_EndInWhatIsReadBack(string mode, int limit)
    {
        var tokens = ByteTokenizer.Of("", "<tool_call>", "</tool_call>", "[TOOL_CALLS]", "[{\"name\":", "}]", "[", "]", "TOOL", "_CALLS", "<tool", "_call>", "{\"name\": \"", "{\"", "name", "\":", "weather", "\", \"arguments\": {", "\", \"parameters\": {", "stop", "\"city\": ", "\"Rome\"", "\"Oslo\"", "\"", "city", "}}", "}", "{", "\n", ", ", "days", "3", "sum", " ", "é", "x", "a", "r", "g", "u", "m", "e", "n", "t", "s", "p", ",", ":", "<", "/");
        var (constraint, called) = (Make(mode), 0);
        for (var seed = 0; seed < 300; seed++)
        {
            var (random, context) = (new Random(seed), Generation.Context(tokens, "", limit, 0));
            using var session = constraint.Open(context);
            Assert.InRange(session.TokensNeeded(context.Root), 1, limit);
            var (node, text) = (context.Root, "");
            for (var left = limit; ; left--)
            {
                Assert.True(left > 0, "cut short");
                var mask = new DecodeAlign.Decoding.TokenMask(tokens.VocabularySize, allowed: true);
                session.Restrict(node, left, mask);
                var allowed = Enumerable.Range(0, tokens.VocabularySize).Where(token => mask[token]).ToList();
                var token = allowed[random.Next(allowed.Count)];
                if (token == 0) break;
                node = context.Tree.Append(node, token);
                text = context.Text(node);
            }
            Assert.True(constraint.IsMetBy(text), text);
            var reply = constraint.Read(text);
            called += reply.Calls.Count;
            if (mode == "required") Assert.Single(reply.Calls);
            if (mode == "form" && reply.Calls.Count == 0) Assert.True(Form.IsMetBy(text));
            if (mode is "auto" or "many" && reply.Calls.Count == 0) Assert.DoesNotContain("<tool_call>", text, StringComparison.Ordinal);
        }
        Assert.InRange(called, 1, 10_000);
    }

    private static ToolCalls Make(string mode) => new([Weather, Stop], mode switch
    {
        "many" => new() { MostCalls = 3 },
        "required" => new() { IsRequired = true },
        "form" => new() { Answer = Form },
        "llama" => new() { Format = ToolCallFormat.Llama },
        "mistral" => new() { Format = ToolCallFormat.Mistral },
        "mistral-many" => new() { Format = ToolCallFormat.Mistral, MostCalls = 3 },
        _ => new(),
    });

    /// <summary>An end, a marker without text where there is one, and every byte.</summary>
    private sealed class MarkerTokens(bool hasMarker) : DecodeAlign.Decoding.ITokenizer
    {
        public const int Marker = 1;

        private static readonly byte[][] Bytes = [[], [], .. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];

        public int VocabularySize => Bytes.Length;

        public string Fingerprint => $"marker {hasMarker}";

        public int Of(char letter) => letter + 2;

        public int[] Encode(string text, bool addSpecialTokens = true) => [.. System.Text.Encoding.UTF8.GetBytes(text).Select(value => value + 2)];

        public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true) => DecodeAlign.Decoding.GeneratedText.Decode(this, ids);

        public ReadOnlySpan<byte> TokenBytes(int id) => Bytes[id];

        public string TokenText(int id) => id == Marker && hasMarker ? "[TOOL_CALLS]" : id < 2 ? "<end>" : System.Text.Encoding.Latin1.GetString(Bytes[id]);

        public bool IsSpecial(int id) => id < 2;
    }
}
