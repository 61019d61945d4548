using System.Text.Json;
using System.Text.Json.Serialization;

namespace DecodeAlign.Decoding;

/// <summary>One line of a trace; exactly one of its parts is there.</summary>
internal sealed record TraceLine
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TraceHeader? Header { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TraceStep? Step { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PreferenceReport? Selection { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DecodingResult? End { get; init; }
}

/// <summary>How traces are written as JSON: camelCase, enums by name, infinite numbers as strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    Converters = [typeof(CamelCaseEnum<CandidateOutcome>), typeof(CamelCaseEnum<FinishReason>)])]
[JsonSerializable(typeof(TraceLine))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(string))]
internal sealed partial class TraceJson : JsonSerializerContext;

/// <summary>Enum values by their camelCase names.</summary>
internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase)
    where T : struct, Enum;
