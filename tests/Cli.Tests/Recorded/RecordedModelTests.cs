using System.Runtime.CompilerServices;
using DecodeAlign.DefaultModel;

namespace DecodeAlign.Tests;

/// <summary>What the embedded model writes is what it was when it was recorded, by every decoder: to the bit, at no higher cost.</summary>
public class RecordedModelTests
{
    private const string File = "embedded.jsonl";

    [Fact]
    public async Task RecordedRequests_Replayed_GiveTheSameAtNoHigherCost()
    {
        Assert.SkipUnless(EmbeddedModel.Exists, "this build has no embedded model");
        await using var parts = await EmbeddedParts.LoadAsync(TestContext.Current.CancellationToken);
        if (Recording.Renewed)
        {
            await RecordedFile.RenewAsync(Source(), EmbeddedRequests.All, parts);
            Assert.Skip("recorded anew");
        }
        await RecordedFile.ReplayAsync(File, parts);
    }

    [Fact]
    public void RecordedRequests_GiveManyDifferentTexts()
    {
        var recordings = Recording.Read(File);
        Assert.True(recordings.Count >= 60, $"{recordings.Count} requests");
        Assert.Single(recordings, recording => recording.Outcome.Error is not null);
        var texts = recordings.SelectMany(recording => recording.Outcome.Texts).ToList();
        Assert.True(texts.DistinctBy(text => text.Answers[0].Text).Count() > texts.Count * 0.6, $"{texts.DistinctBy(text => text.Answers[0].Text).Count()} of {texts.Count} texts differ");
    }

    private static string Source([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, File);
}
