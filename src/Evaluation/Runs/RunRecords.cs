using System.Text.Json;
using System.Text.Json.Serialization;
using DecodeAlign.Decoding;

namespace DecodeAlign.Evaluation;

/// <summary>The first line of a run's file: all that its results depend on.</summary>
internal sealed record RunHeader(string Format, EvaluationSplit Split, string Model, string ModelFingerprint, ulong Seed, IReadOnlyList<TaskHeader> Tasks, IReadOnlyList<EvaluationCell> Cells, int Shard, int Shards)
{
    /// <summary>This version's format.</summary>
    public const string CurrentFormat = "decodealign-eval-1";

    /// <summary>When the test judges were opened, in UTC; null: they were not.</summary>
    public DateTime? TestJudgesOpened { get; init; }

    /// <summary>What must be the same for two files to be of one run.</summary>
    [JsonIgnore]
    public string Identity => JsonSerializer.Serialize(this with { TestJudgesOpened = null, Shard = 0 }, RunJson.Default.RunHeader);
}

/// <summary>A task as a run's file tells it, with its prompts.</summary>
internal sealed record TaskHeader(string Name, string Reward, string DevJudge, string TestJudge, string? Constraint, bool Asks, int MaxTokens, IReadOnlyList<TaskPrompt> Prompts)
{
    public static TaskHeader Of(EvaluationTask task, IReadOnlyList<TaskPrompt> prompts) => new(task.Name, task.Reward, task.DevJudge, task.TestJudge, task.Constraint, task.Asks, task.MaxTokens, prompts);
}

/// <summary>A further line: what a cell's setting was fitted to, or a text.</summary>
internal sealed record RunLine
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FitRecord? Fit { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TextRecord? Text { get; init; }
}

/// <summary>What a cell's setting was fitted to; 0: not even 1 is within the budget.</summary>
internal sealed record FitRecord(int Cell, int Value, double Evaluations);

/// <summary>One text of a run, what it cost and how it was rated.</summary>
/// <param name="Cell">Number of the cell in the header.</param>
/// <param name="Prompt">Number of the prompt in its task.</param>
/// <param name="Text">The text.</param>
/// <param name="Tokens">Its tokens, an end included.</param>
/// <param name="Finish">Why it ends.</param>
/// <param name="LogProbability">log P under the model itself, in nats.</param>
/// <param name="Evaluations">Token evaluations, the prompt's included.</param>
/// <param name="Passes">Batched passes.</param>
/// <param name="HeuristicCalls">Texts that the reward looked at.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="Reward">The search's reward of the finished text.</param>
/// <param name="Dev">The dev judge's value.</param>
/// <param name="Test">The test judge's value; null: it was not opened.</param>
internal sealed record TextRecord(int Cell, int Prompt, string Text, int Tokens, FinishReason Finish, double LogProbability, long Evaluations, long Passes, long HeuristicCalls, double Seconds, double Reward, double Dev, double? Test);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunHeader))]
[JsonSerializable(typeof(RunLine))]
internal sealed partial class RunJson : JsonSerializerContext;
