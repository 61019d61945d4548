using System.Text.Json.Serialization;

namespace DecodeAlign.Samples;

/// <summary>What a judge may say.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Grade>))]
internal enum Grade
{
    Poor,
    Fair,
    Good,
}

/// <summary>A judge's answer.</summary>
internal sealed record Verdict(Grade Grade, bool MeetsTheTask);
