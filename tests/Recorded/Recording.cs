using System.Runtime.Intrinsics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>A request and what came of it: a line of a file.</summary>
internal sealed record Recording(RecordedRequest Request, RecordedOutcome Outcome)
{
    public static JsonSerializerOptions Json { get; } = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // DECODEALIGN_RECORD=1 writes the recordings anew into the source folders; only before a change whose outcome is not in question
    public static bool Renewed { get; } = Environment.GetEnvironmentVariable("DECODEALIGN_RECORD") == "1";

    /// <summary>The lines of a file beside the test binaries.</summary>
    public static List<Recording> Read(string name) =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recorded", name)).Select(line => JsonSerializer.Deserialize<Recording>(line, Json)!)];

    public static void Write(string path, IEnumerable<Recording> recordings) =>
        File.WriteAllText(path, string.Concat(recordings.Select(recording => JsonSerializer.Serialize(recording, Json) + "\n")));

    /// <summary>Runs the request again and says what differs; null: texts and numbers are the same to the bit, without vectors of 512 bits those of the best answer to ten decimals, and the cost is no higher.</summary>
    public async Task<string?> ReplayAsync(IRecordedParts parts)
    {
        var again = await RecordedRun.OfAsync(Request, parts);
        // JSON writes doubles so that they are read as the same bits
        var (was, now) = (Answered(Outcome), Answered(again));
        if (was != now) return $"was {was}\nnow {now}";
        return Higher("evaluations", Outcome.TokenEvaluations, again.TokenEvaluations) ?? Higher("passes", Outcome.BatchedPasses, again.BatchedPasses) ?? Higher("heuristic calls", Outcome.HeuristicCalls, again.HeuristicCalls);
    }

    private static string Answered(RecordedOutcome outcome) =>
        JsonSerializer.Serialize((Vector512.IsHardwareAccelerated ? outcome : Rounded(outcome)) with { TokenEvaluations = 0, BatchedPasses = 0, HeuristicCalls = 0 }, Json);

    // recorded with vectors of 512 bits: narrower ones add the terms of a sum in another order, which may change its last bits, and so who comes last among many
    private static RecordedOutcome Rounded(RecordedOutcome outcome) => outcome with
    {
        Texts = [.. outcome.Texts.Select(text => text with { Others = 0, OthersHash = null, Answers = [.. text.Answers.Take(1).Select(answer => answer with { LogP = Rounded(answer.LogP), Score = Rounded(answer.Score), Worth = answer.Worth is { } worth ? Rounded(worth) : null })] })],
    };

    private static double Rounded(double value) => Math.Round(value, 10);

    private static string? Higher(string what, long was, long now) => now > (Vector512.IsHardwareAccelerated ? was : was + 1 + was / 100) ? $"{what}: {now}, recorded were {was}" : null;
}
