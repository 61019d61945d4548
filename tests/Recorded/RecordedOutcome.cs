using System.Security.Cryptography;
using System.Text.Json;

namespace DecodeAlign.Tests;

/// <summary>What came of a request: its texts and what they cost, or the error.</summary>
internal sealed record RecordedOutcome
{
    public IReadOnlyList<RecordedText> Texts { get; init; } = [];
    public long TokenEvaluations { get; init; }
    public long BatchedPasses { get; init; }
    public long HeuristicCalls { get; init; }
    public string? Error { get; init; }
    public string? Message { get; init; }
}

/// <summary>The answers to one prompt, best first.</summary>
/// <param name="Prompt">The prompt as the model read it.</param>
/// <param name="Answers">The first few of them.</param>
/// <param name="Others">How many follow.</param>
/// <param name="OthersHash">A hash of those.</param>
internal sealed record RecordedText(string Prompt, IReadOnlyList<RecordedAnswer> Answers, int Others, string? OthersHash)
{
    private const int Written = 3;

    public static RecordedText Of(string prompt, RecordedAnswer[] answers)
    {
        var others = answers.Skip(Written).ToArray();
        return new(prompt, [.. answers.Take(Written)], others.Length, others.Length == 0 ? null : Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(others, Recording.Json)))[..16]);
    }
}

internal sealed record RecordedAnswer
{
    public required IReadOnlyList<int> Ids { get; init; }
    public required string Text { get; init; }
    public required string Finish { get; init; }
    public required double LogP { get; init; }
    public required double Score { get; init; }

    /// <summary>Each heuristic's value; under a preference each objective's reward.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>Under a preference: what it was chosen by.</summary>
    public double? Worth { get; init; }
}
