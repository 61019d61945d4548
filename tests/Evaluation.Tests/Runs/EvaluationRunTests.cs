using DecodeAlign.Cpu;
using DecodeAlign.Decoding;
using DecodeAlign.DefaultModel;
using DecodeAlign.Evaluation;

namespace DecodeAlign.Tests;

public sealed class EvaluationRunTests : IAsyncLifetime, IDisposable
{
    private static readonly ComparedDecoder[] Compared =
    [
        new("sample", DecoderRole.Reference),
        new("best-of:answers=fit,chooseBy=heuristics", DecoderRole.Baseline),
        new("deal:candidates=2,lookahead=2", DecoderRole.Search),
    ];

    private readonly TempFolder _folder = new();
    private ILanguageModel _model = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        _model = await CpuModel.LoadAsync(EmbeddedModel.Folder, new() { Threads = 1 });
    }

    public async ValueTask DisposeAsync()
    {
        if (_model is not null) await _model.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_KilledAndStartedAgain_LosesNothingAndDoesNothingTwice()
    {
        await RunAsync(Plan(), "whole");
        // dies after three texts, and again after five, in the middle of a line
        foreach (var texts in (int[])[3, 5])
        {
            using var kill = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(Plan(), "killed", new Listener(progress => { if (progress.Done == texts && progress.All > 0) kill.Cancel(); }), kill.Token));
            await File.AppendAllTextAsync(_folder.File("killed"), "{\"text\":{\"cell\":0,\"pro");
        }
        await RunAsync(Plan(), "killed");

        Assert.Equal(Lines("whole"), Lines("killed"));
        Assert.Equal(1 + 1 + 3 * 3, Lines("killed").Count);
    }

    [Fact]
    public async Task Run_OfAFinishedFile_DoesNothing()
    {
        await RunAsync(Plan(), "run");
        var before = await File.ReadAllBytesAsync(_folder.File("run"));
        await RunAsync(Plan(), "run");

        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.File("run")));
    }

    [Fact]
    public async Task Run_InShards_AddsUpToTheWhole()
    {
        await RunAsync(Plan(), "whole");
        await RunAsync(Plan() with { Shard = 0, Shards = 2 }, "even");
        await RunAsync(Plan() with { Shard = 1, Shards = 2 }, "odd");

        var whole = EvaluationReport.Read(_folder.File("whole")).Data.Tasks[0];
        var added = EvaluationReport.Read(_folder.File("even"), _folder.File("odd")).Data.Tasks[0];

        Assert.Equal(whole.Rows.Select(row => (row.Decoder, row.Texts, row.Reward, row.DevJudge, row.Evaluations, row.Rep4)), added.Rows.Select(row => (row.Decoder, row.Texts, row.Reward, row.DevJudge, row.Evaluations, row.Rep4)));
        Assert.Contains("another file holds too", Assert.Throws<InvalidDataException>(() => EvaluationReport.Read(_folder.File("even"), _folder.File("even"))).Message, StringComparison.Ordinal);
        Assert.Contains("of another run", Assert.Throws<InvalidDataException>(() => EvaluationReport.Read(_folder.File("even"), _folder.File("whole"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OnAnotherRunsFile_IsRefused()
    {
        await RunAsync(Plan(), "run");

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(Plan() with { Seed = 1 }, "run"));

        Assert.Contains("holds another run", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FittedSetting_IsTheGreatestWithinTheBudget()
    {
        await RunAsync(Plan(), "run");

        var row = EvaluationReport.Read(_folder.File("run")).Data.Tasks[0].Rows.Single(row => row.Role == DecoderRole.Baseline);
        var answers = int.Parse(row.Decoder.Split("answers=")[1].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture);

        // the three prompts of the run are those it was fitted on
        Assert.True(await CostAsync(answers) <= 50);
        Assert.True(await CostAsync(answers + 1) > 50);
        Assert.Equal(await CostAsync(answers), row.Evaluations, 9);
    }

    [Fact]
    public async Task PlanTest_AfterTuning_RunsTheBestOfEachRoleOnNewPromptsAndOpensTheTestJudge()
    {
        await RunAsync(Plan(new ComparedDecoder("greedy", DecoderRole.Search)), "dev");
        var tuned = EvaluationReport.Read(_folder.File("dev")).Data;
        Assert.All(tuned.Tasks[0].Rows, row => Assert.Null(row.TestJudge));

        await RunAsync(EvaluationReport.PlanTest([Task()], _folder.File("dev")), "test");
        var tested = EvaluationReport.Read(_folder.File("test")).Data;

        Assert.NotNull(tested.TestJudgesOpened);
        // of those that keep to the budget
        Assert.Equal(tuned.Tasks[0].Rows.Where(row => row.Role == DecoderRole.Search && row.Evaluations <= 1.05 * 50).MaxBy(row => row.DevJudge.Mean)!.Decoder, tested.Tasks[0].Rows.Single(row => row.Role == DecoderRole.Search).Decoder);
        Assert.All(tested.Tasks[0].Rows, row => Assert.NotNull(row.TestJudge));
        Assert.Contains(tested.Notes, note => note.Contains("fewer than the 1000 that a claim needs", StringComparison.Ordinal));
        Assert.Throws<InvalidDataException>(() => EvaluationReport.PlanTest([Task()], _folder.File("test")));
        Assert.Contains("with these scorers", Assert.Throws<InvalidDataException>(() => EvaluationReport.PlanTest([Task() with { DevJudge = "grade=3" }], _folder.File("dev"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfTwoNamesForOneScorer_IsRefused()
    {
        using var lexicons = new TempFolder();
        lexicons.Write("a.txt", "the\t1\nto\t2\nhe\t3\nand\t4\nwas\t-1\n");
        lexicons.Write("b.txt", "was\t-1\nand\t4\nthe\t1\nto\t2\nhe\t3\n");
        var task = Task() with { Reward = $"sentiment={lexicons.File("a.txt")}", DevJudge = $"sentiment={lexicons.File("b.txt")}", MaxTokens = 30, Dev = TaskCatalogue.Get("brevity", 15, 0).Dev };

        await RunAsync(EvaluationPlan.ForTuning([task], [new("sample", DecoderRole.Reference)], []), "run");

        Assert.Contains("they are one scorer", Assert.Throws<InvalidDataException>(() => EvaluationReport.Read(_folder.File("run"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfARun_IsOnePageThatAsksForNothing()
    {
        await RunAsync(Plan(), "run");
        var report = EvaluationReport.Read(_folder.File("run"));
        var page = report.ToHtml();

        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.Contains("The test judges are closed", page, StringComparison.Ordinal);
        foreach (var loads in (string[])["src=", "href=", "url(", "@import", "<script", "http:"]) Assert.DoesNotContain(loads, page, StringComparison.Ordinal);
        Assert.Contains("| deal:candidates=2,lookahead=2 | search |", report.ToMarkdown(), StringComparison.Ordinal);
        Assert.Equal(9, System.Text.Json.JsonDocument.Parse(report.ToJson()).RootElement.GetProperty("texts").GetInt32());
    }

    private static EvaluationTask Task() => TaskCatalogue.Get("brevity", 3, 2) with { MaxTokens = 6 };

    private static EvaluationPlan Plan(params ComparedDecoder[] more) => EvaluationPlan.ForTuning([Task()], [.. Compared, .. more], [50]);

    private Task RunAsync(EvaluationPlan plan, string name, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default) => new EvaluationRun(_model, plan, _folder.File(name)).RunAsync(progress, cancellationToken);

    private async Task<double> CostAsync(int answers)
    {
        var (task, sum) = (Task(), 0.0);
        for (var i = 0; i < task.Dev.Count; i++)
        {
            var request = new DecodingRequest { Prompt = task.Dev[i].Text, Decoder = Decoders.BestOf(answers), MaxTokens = task.MaxTokens, Seed = Randomness.Mix(0, (ulong)i) };
            sum += (await new Decoder(_model).GenerateAsync(request)).Statistics.TokenEvaluations;
        }
        return sum / task.Dev.Count;
    }

    // all but the wall time
    private List<string> Lines(string name) => [.. File.ReadLines(_folder.File(name)).Select(line => System.Text.RegularExpressions.Regex.Replace(line, "\"seconds\":[^,]*", ""))];

    private sealed class Listener(Action<EvaluationProgress> hear) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => hear(value);
    }
}
