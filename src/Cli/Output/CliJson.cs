using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Cli;

/// <summary>What <c>generate --json</c> prints; the hypotheses with <c>--json=all</c>.</summary>
internal sealed record GenerateOutput(
    string Text,
    IReadOnlyList<int> Ids,
    FinishReason FinishReason,
    string Decoder,
    ulong Seed,
    double LogProbability,
    double Score,
    IReadOnlyList<HeuristicValue> Heuristics,
    DecodingStatistics Statistics,
    string Prompt,
    IReadOnlyList<RequirementOutput> Requirements,
    IReadOnlyList<string> Unmet,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<AnswerOutput>? Answers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PreferenceOutput? Preference,
    IReadOnlyList<Saving> Savings,
    IReadOnlyList<int> Forced,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double>? LostToMask)
{
    /// <summary>The answers between which nobody but the reader can choose; null: not asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FrontOutput? Front { get; init; }

    /// <summary>Whether the heuristics had a say in the search, or only look at the finished text.</summary>
    [JsonIgnore]
    public bool Ranks { get; init; }

    /// <summary>Whether nothing gives the text a form, so that its lines may be broken.</summary>
    [JsonIgnore]
    public bool IsProse { get; init; }

    /// <summary>How many of the first heuristics serve requirements: nobody asked for them by name.</summary>
    [JsonIgnore]
    public int OfRequirements { get; init; }

    /// <summary>Name of the model, where there is a constraint and the model does not tell what its mask took.</summary>
    [JsonIgnore]
    public string? MaskLossUntold { get; init; }

    /// <summary>Whether a heuristic had a say: the decoder consults heuristics, and this one has a weight.</summary>
    public bool RanksBy(HeuristicValue heuristic) => Ranks && heuristic.Weight != 0;

    /// <summary>The answer alone.</summary>
    public GenerateOutput WithoutHypotheses() => this with { Answers = null, Preference = Preference is null ? null : Preference with { Answers = null } };
}

/// <summary>A line of a batch's results: the result, or why there is none.</summary>
internal sealed record BatchLine(int Index, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Id, string Prompt)
{
    /// <summary>In the first line: the options that the results depend on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string[]>? Options { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public GenerateOutput? Result { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

/// <summary>One requirement and what the finished text says of it.</summary>
internal sealed record RequirementOutput(string Asked, bool Met, string How);

/// <summary>One of several finished texts.</summary>
internal sealed record AnswerOutput(string Text, IReadOnlyList<int> Ids, FinishReason FinishReason, double LogProbability, double Score);

/// <summary>What <c>next --json</c> prints.</summary>
internal sealed record NextOutput(string Prompt, IReadOnlyList<NextCandidate> Candidates);

/// <summary>A possible next token.</summary>
internal sealed record NextCandidate(int Id, string Text, double LogProbability);

/// <summary>What <c>tokenize --json</c> prints.</summary>
internal sealed record TokenizeOutput(IReadOnlyList<int> Ids, IReadOnlyList<string> Tokens, string Text);

/// <summary>What <c>chat-prompt --json</c> prints.</summary>
internal sealed record ChatPromptOutput(string Prompt);

/// <summary>What <c>heuristics --json</c> prints.</summary>
internal sealed record HeuristicsOutput(IReadOnlyList<HeuristicDescription> Heuristics, IReadOnlyList<HeuristicDescription> Models, IReadOnlyList<HeuristicDescription> Rules);

/// <summary>What <c>pull --json</c> prints; no path with <c>--dry-run</c>.</summary>
internal sealed record PullOutput(string Name, string Commit, int Files, long Bytes, long BytesBefore, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Path);

/// <summary>What <c>models --json</c> prints.</summary>
internal sealed record ModelsOutput(string Cache, IReadOnlyList<CachedModelOutput> Models);

/// <summary>A model of the cache; its GGUF files are models by themselves.</summary>
internal sealed record CachedModelOutput(string Name, string Commit, string Folder, long Bytes, bool Runnable, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Problem, IReadOnlyList<string> Files);

/// <summary>What <c>decoders --json</c> prints.</summary>
internal sealed record DecodersOutput(IReadOnlyList<DecoderOutput> Decoders);

/// <summary>A decoder of the catalogue.</summary>
internal sealed record DecoderOutput(string Name, string Summary, string? Paper, IReadOnlyList<SettingOutput> Settings);

/// <summary>A setting of a decoder; its default by the setting that it follows, where it follows one.</summary>
internal sealed record SettingOutput(string Name, string Option, string Range, JsonElement Default, string? DefaultsTo, string Meaning);

/// <summary>What <c>machine --json</c> prints.</summary>
/// <param name="Version">The program's.</param>
/// <param name="Build"><c>managed</c>, compiled as it runs, or <c>native</c>.</param>
/// <param name="InstructionSet">What a native build was compiled for.</param>
/// <param name="Kernels">The kernels in use.</param>
/// <param name="BestKernels">The best that the processor runs.</param>
/// <param name="Processors">Threads at once.</param>
/// <param name="Bytes">Memory that the program may use.</param>
internal sealed record MachineOutput(string Version, string Build, string? InstructionSet, string Kernels, string BestKernels, int Processors, long Bytes);

/// <summary>What every command prints with <c>--json</c> when it fails.</summary>
internal sealed record ErrorOutput(ErrorDetails Error);

/// <summary>What went wrong.</summary>
/// <param name="Kind"><c>usage</c> or <c>failed</c>.</param>
/// <param name="Message">In plain words.</param>
internal sealed record ErrorDetails(string Kind, string Message);

/// <summary>camelCase names, letters of all scripts as they are.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, Converters = [typeof(FinishReasonNames)])]
[JsonSerializable(typeof(GenerateOutput))]
[JsonSerializable(typeof(BatchLine))]
[JsonSerializable(typeof(NextOutput))]
[JsonSerializable(typeof(TokenizeOutput))]
[JsonSerializable(typeof(ChatPromptOutput))]
[JsonSerializable(typeof(HeuristicsOutput))]
[JsonSerializable(typeof(MachineOutput))]
[JsonSerializable(typeof(PullOutput))]
[JsonSerializable(typeof(ModelsOutput))]
[JsonSerializable(typeof(DecodersOutput))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(ErrorOutput))]
[JsonSerializable(typeof(SchemaOutput))]
internal sealed partial class CliJson : JsonSerializerContext
{
    private static CliJson? _readable;

    /// <summary>The context that commands print with.</summary>
    public static CliJson Readable => _readable ??= new(new(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

internal sealed class FinishReasonNames() : JsonStringEnumConverter<FinishReason>(JsonNamingPolicy.CamelCase);
