using System.Runtime.CompilerServices;

namespace DecodeAlign.Tests;

/// <summary>Every search is what it was when it was recorded: the same texts and numbers to the bit, at no higher cost.</summary>
public class RecordedSearchTests
{
    private const string File = "tables.jsonl";

    [Fact]
    public async Task RecordedRequests_Replayed_GiveTheSameAtNoHigherCost()
    {
        await using var parts = new TableParts();
        if (Recording.Renewed)
        {
            await RecordedFile.RenewAsync(Source(), await TableRequests.MakeAsync(async request => (await RecordedRun.OfAsync(request, parts)).Error is null), parts);
            Assert.Skip("recorded anew");
        }
        await RecordedFile.ReplayAsync(File, parts);
    }

    [Fact]
    public void RecordedRequests_CoverEveryPairOfValuesThatIsNotRefused()
    {
        var recordings = Recording.Read(File);
        Assert.True(recordings.Count >= 350, $"{recordings.Count} requests");
        var uncovered = CoveringArray.Missing(TableRequests.Factors, recordings.Where(recording => recording.Outcome.Error is null).Select(recording => recording.Request))
            .Select(pair => $"{Level(pair.Item1, pair.Item2)} & {Level(pair.Item3, pair.Item4)}").Order(StringComparer.Ordinal);
        Assert.Equal(Refused, uncovered);

        static string Level(int factor, int level) => $"{TableRequests.Factors[factor].Setting} {TableRequests.Factors[factor].Levels[level]}";
    }

    [Fact]
    public void RecordedRequests_GiveManyDifferentTextsByEveryEnd()
    {
        var recordings = Recording.Read(File);
        var texts = recordings.SelectMany(recording => recording.Outcome.Texts).ToList();
        Assert.True(texts.DistinctBy(text => string.Join(',', text.Answers[0].Ids)).Count() > texts.Count / 2, $"{texts.DistinctBy(text => string.Join(',', text.Answers[0].Ids)).Count()} of {texts.Count} texts differ");
        Assert.Equal(Enum.GetNames<Decoding.FinishReason>().Order(), texts.SelectMany(text => text.Answers).Select(answer => answer.Finish).Distinct().Order());
        Assert.True(recordings.Where(recording => recording.Outcome.Error is not null).DistinctBy(recording => recording.Outcome.Message).Count() >= 15);
        foreach (var preset in TableRequests.Presets) Assert.Contains(recordings, recording => recording.Request.Decoder == preset.Decoder && recording.Outcome.Error is null);
        foreach (var values in recordings.SelectMany(recording => RecordedFile.Settings(recording.Request)).GroupBy(setting => setting.Key, setting => setting.Value))
            Assert.True(values.Distinct().Count() > 1, $"{values.Key} has one value");
    }

    // recorded as refusals
    private static string[] Refused { get; } =
    [
        "lookaheadEntropy 1.2 & model \"topmost:13:7\"",
        "presencePenalty 0.5 & model \"topmost:13:7\"",
        "repetitionPenalty 1.3 & model \"topmost:13:7\"",
        "sampledCandidates true & model \"topmost:13:7\"",
        "stopSequences [\"ab\",\"bca\"] & constraints [\"at-least:3:1\",\"at-least:2:1\"]",
        "stopSequences [\"ab\",\"bca\"] & constraints [\"at-least:3:2\"]",
    ];

    private static string Source([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, File);
}
