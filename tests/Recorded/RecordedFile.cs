using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>Replays a file of recordings.</summary>
internal static class RecordedFile
{
    public static async Task ReplayAsync(string name, IRecordedParts parts)
    {
        var (recordings, wrong) = (Recording.Read(name), new List<string>());
        for (var i = 0; i < recordings.Count; i++)
            if (await recordings[i].ReplayAsync(parts) is { } difference) wrong.Add($"{name}, line {i + 1} ({recordings[i].Request.Way} {recordings[i].Request.Decoder}): {difference}");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {recordings.Count} recorded requests differ\n{string.Join('\n', wrong.Take(5))}");
    }

    public static async Task RenewAsync(string path, IEnumerable<RecordedRequest> requests, IRecordedParts parts)
    {
        var recordings = new List<Recording>();
        foreach (var request in requests) recordings.Add(new(request, await RecordedRun.OfAsync(request, parts)));
        Recording.Write(path, recordings);
    }

    /// <summary>A request's settings by name, as JSON.</summary>
    public static Dictionary<string, string> Settings(RecordedRequest request) =>
        JsonSerializer.SerializeToElement(request, Recording.Json).EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetRawText());
}
