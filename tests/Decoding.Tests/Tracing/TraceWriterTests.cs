using System.Text.Json;
using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

public class TraceWriterTests
{
    private const string Hostile = "</script><script>alert(1)</script><b>&amp;\u2028é🦊";

    [Fact]
    public void JsonLines_WholeSearch_OneObjectALineNamedAsTheRecords()
    {
        var text = new StringWriter();
        using (var writer = new JsonLinesTraceWriter(text)) Play(writer);
        var lines = text.ToString().TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();

        Assert.Equal(["header", "step", "step", "end"], lines.Select(line => line.EnumerateObject().Single().Name));
        var header = lines[0].GetProperty("header");
        Assert.Equal(Hostile, header.GetProperty("prompt").GetString());
        Assert.Equal(["prompt", "model", "decoder", "settings", "heuristics", "constraints", "maxTokens", "seed"], header.EnumerateObject().Select(property => property.Name));
        Assert.Equal("deal", header.GetProperty("decoder").GetString());
        Assert.Equal(2.5, header.GetProperty("settings").GetProperty("lambda").GetDouble());
        Assert.Equal(24, header.GetProperty("settings").GetProperty("candidates").GetInt32());
        Assert.Equal("coverage", header.GetProperty("heuristics")[0].GetProperty("name").GetString());
        var candidate = lines[2].GetProperty("step").GetProperty("candidates")[0];
        Assert.Equal(["id", "parent", "token", "ids", "text", "isSpecial", "tokenLogProbability", "logProposal", "logProbability", "heuristics", "score", "scoreIsBound", "logWeight", "bank", "copies", "lookaheadIds", "lookaheadText", "lookaheadEnded", "finishReason", "outcome", "reason"],
            candidate.EnumerateObject().Select(property => property.Name));
        Assert.Equal(JsonValueKind.Null, lines[2].GetProperty("step").GetProperty("candidates")[1].GetProperty("heuristics").ValueKind);
        Assert.Equal(["step", "answer", "candidates", "attempt", "masks"], lines[2].GetProperty("step").EnumerateObject().Select(property => property.Name));
        var mask = lines[2].GetProperty("step").GetProperty("masks")[0];
        Assert.Equal(["after", "forces", "loss", "forbidden"], mask.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["token", "text", "logProbability", "isSpecial"], mask.GetProperty("forbidden")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("eos", candidate.GetProperty("finishReason").GetString());
        Assert.Equal("finished", candidate.GetProperty("outcome").GetString());
        Assert.Equal("-Infinity", lines[2].GetProperty("step").GetProperty("candidates")[1].GetProperty("tokenLogProbability").GetString());
        Assert.Equal(Hostile, lines[3].GetProperty("end").GetProperty("text").GetString());
        Assert.Contains("é", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Html_TextThatLooksLikeMarkup_StaysText()
    {
        var page = Page(Play);
        Assert.DoesNotContain("alert(1)</script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>&amp;", page, StringComparison.Ordinal);
        var data = page.Split("<script type=\"application/json\" class=\"trace\">").Skip(1).Select(part => part[..part.IndexOf("</script>", StringComparison.Ordinal)]).ToArray();
        Assert.Equal(4, data.Length);
        Assert.Equal(Hostile, JsonDocument.Parse(data[0]).RootElement.GetProperty("header").GetProperty("prompt").GetString());
        Assert.All(data, json => Assert.DoesNotContain("<", json, StringComparison.Ordinal));
    }

    [Fact]
    public void Html_WholePage_AsksForNothingFromElsewhere()
    {
        var page = Page(Play);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        foreach (var reference in (string[])["src=", "href=", "@import", "url(", "fetch(", "XMLHttpRequest"]) Assert.DoesNotContain(reference, page, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_Selection_StandsInThePageWithWhatDrawsIt()
    {
        var target = PreferenceDirection.Parse("kind=0.8,short=0.6");
        var answer = new PreferenceAnswer
        {
            Number = 0, Round = 0, Direction = target, OffsetDegrees = 0, Prompt = Hostile, Stream = 0, Rewards = [new("kind", 1.5, 0.8), new("short", 0.5, 0.6)], Score = 1.5,
            Answer = new() { Text = Hostile, Ids = [7], FinishReason = FinishReason.Length, LogProbability = -2, Score = -2, Heuristics = [] },
        };
        var page = Page(sink =>
        {
            sink.OnEnd(new()
            {
                Prompt = Hostile, Answer = answer.Answer, Answers = [answer.Answer], Decoder = "rps over sample", Seed = 1, Statistics = default,
                Selection = new PreferenceReport { Target = target, Answers = [answer], Reason = Hostile, Plan = "rps", Directions = "grid", Conditioner = "line", Inner = "sample" },
            });
        });
        var json = page.Split("<script type=\"application/json\" class=\"trace\">")[^2];
        var selection = JsonDocument.Parse(json[..json.IndexOf("</script>", StringComparison.Ordinal)]).RootElement.GetProperty("selection");
        Assert.Equal(["kind", "short"], selection.GetProperty("target").GetProperty("objectives").EnumerateArray().Select(name => name.GetString()));
        var first = selection.GetProperty("answers")[0];
        // what selection.js reads
        Assert.Equal(0.8, first.GetProperty("direction").GetProperty("weights")[0].GetDouble(), 1e-12);
        Assert.Equal(0, first.GetProperty("offsetDegrees").GetDouble());
        Assert.Equal("kind", first.GetProperty("rewards")[0].GetProperty("objective").GetString());
        Assert.Equal(Hostile, first.GetProperty("answer").GetProperty("text").GetString());
        Assert.Contains("function showSelection(", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_SearchThatFailed_IsAPageOfItsSteps()
    {
        var page = Page(sink =>
        {
            sink.OnBegin(Header());
            sink.OnStep(new(1, 0, [Candidate(1, 0, CandidateOutcome.Kept)]));
        });
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("{\"end\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Html_Steps_AreColumnsOfTablesThatGrow()
    {
        var steps = Page(sink =>
        {
            sink.OnBegin(Header());
            sink.OnStep(new(1, 0, [Candidate(1, 0, CandidateOutcome.Kept) with { Copies = 1, LogProbability = -1 }, Candidate(2, 0, CandidateOutcome.Kept) with { Copies = 1, TokenLogProbability = -1.5, LogProbability = -1.5, Bank = "b", Reason = "rank 2 of 2, 2 kept; why" }]));
            sink.OnStep(new(2, 0, [Candidate(3, 2, CandidateOutcome.Pruned) with { IsSpecial = true, Ids = [9], Text = "<end>", LogProbability = -2.5, Score = 2, Bank = "b" }, Candidate(4, 1, CandidateOutcome.Pruned) with { LogProbability = double.NegativeInfinity, TokenLogProbability = double.NegativeInfinity, Score = double.NegativeInfinity }])
            {
                Masks = [new(2, true, 0.25, [new(9, "<end>", -1.5)])],
            });
        }).Split("<script type=\"application/json\" class=\"trace\">").Skip(2).Select(part => part[..part.IndexOf("</script>", StringComparison.Ordinal)]).ToArray();

        var first = JsonDocument.Parse(steps[0]).RootElement.GetProperty("step");
        Assert.Equal(Hostile, first.GetProperty("tokens")[0][0].GetString());
        Assert.Equal("""["b","rank 1 of 1","why"]""", first.GetProperty("texts").GetRawText());
        Assert.Equal("[0,1]", first.GetProperty("bank").GetRawText());
        Assert.Equal("[2,3]", first.GetProperty("reason").GetRawText());
        Assert.Equal("[-1,-1.5]", first.GetProperty("logProbability").GetRawText());
        Assert.Equal("1", first.GetProperty("copies").GetRawText());
        Assert.Equal("[5000,0]", first.GetProperty("score").GetRawText());
        // what follows from the rest, or nobody has
        foreach (var missing in (string[])["tokenLogProbability", "outcome", "parent", "id", "token", "logWeight", "finishReason", "masks"]) Assert.False(first.TryGetProperty(missing, out _), missing);

        var second = JsonDocument.Parse(steps[1]).RootElement.GetProperty("step");
        Assert.Equal("""[["\u003cend\u003e",[9],1]]""", second.GetProperty("tokens").GetRawText());
        Assert.Equal("""[0,1]""", second.GetProperty("texts").GetRawText());
        Assert.Equal("[2,1]", second.GetProperty("parent").GetRawText());
        Assert.Equal("[1]", second.GetProperty("token").GetRawText());
        Assert.Equal("""[2,"-Infinity"]""", second.GetProperty("scoreReal").GetRawText());
        Assert.Equal("""[-2.5,"-Infinity"]""", second.GetProperty("logProbability").GetRawText());
        Assert.Equal("""[[2,1,0.25,1,-1.5]]""", second.GetProperty("masks").GetRawText());
        Assert.All(steps, step => Assert.DoesNotContain('<', step));
    }

    [Fact]
    public void Recorder_WholeSearch_KeepsAll()
    {
        var recorder = new TraceRecorder();
        Play(recorder);
        Assert.Equal(Hostile, recorder.Header!.Prompt);
        Assert.Equal([1, 2], recorder.Steps.Select(step => step.Step));
        Assert.Equal(Hostile, recorder.Result!.Text);
    }

    private static string Page(Action<ITraceSink> play)
    {
        var text = new StringWriter();
        using (var writer = new HtmlTraceWriter(text)) play(writer);
        return text.ToString();
    }

    private static void Play(ITraceSink sink)
    {
        sink.OnBegin(Header());
        sink.OnStep(new(1, 0, [Candidate(1, 0, CandidateOutcome.Kept)]));
        sink.OnStep(new(2, 0, [Candidate(2, 1, CandidateOutcome.Finished), Candidate(3, 1, CandidateOutcome.Pruned) with { TokenLogProbability = double.NegativeInfinity, LogProbability = double.NegativeInfinity, Score = double.NegativeInfinity, Heuristics = null }]) { Masks = [new(1, true, 0.5, [new(9, Hostile, -1.5)])] });
        var answer = new Answer { Text = Hostile, Ids = [7, 0], FinishReason = FinishReason.Eos, LogProbability = -2, Score = 0.5, Heuristics = [new("coverage", 1, 1, true)] };
        sink.OnEnd(new() { Prompt = Hostile, Answer = answer, Answers = [answer], Decoder = "deal", Seed = 1, Statistics = new(3, 2, 10, 4, 6, 100, 0.1) });
    }

    private static TraceHeader Header() => new(Hostile, "model", "deal", Decoders.Deal(lambda: 2.5).Describe(), [new("coverage", 1)], [Hostile]);

    private static TraceCandidate Candidate(int id, int parent, CandidateOutcome outcome) => new()
    {
        Id = id,
        Parent = parent,
        Token = outcome == CandidateOutcome.Finished ? 0 : 7,
        Ids = [outcome == CandidateOutcome.Finished ? 0 : 7],
        Text = Hostile,
        TokenLogProbability = -1,
        LogProbability = -id,
        Heuristics = [1],
        Score = 0.5,
        LookaheadIds = [3, 4],
        LookaheadText = Hostile,
        LookaheadEnded = false,
        FinishReason = outcome == CandidateOutcome.Finished ? FinishReason.Eos : null,
        Outcome = outcome,
        Reason = "rank 1 of 1",
    };
}
