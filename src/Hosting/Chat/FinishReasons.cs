using DecodeAlign.Decoding;
using Microsoft.Extensions.AI;

namespace DecodeAlign.Hosting;

/// <summary>Why a text ended, as chat clients and telemetry say it.</summary>
internal static class FinishReasons
{
    public static ChatFinishReason Of(FinishReason reason) => reason switch
    {
        FinishReason.Eos or FinishReason.Stop or FinishReason.Constraint => ChatFinishReason.Stop,
        FinishReason.Length => ChatFinishReason.Length,
        var other => new(other.ToString().ToLowerInvariant()),
    };

    /// <summary>Why another client's text ended, as far as it says.</summary>
    public static FinishReason Of(ChatFinishReason? reason) => reason == ChatFinishReason.Length ? FinishReason.Length : FinishReason.Eos;
}
