using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>What a chat request comes down to.</summary>
/// <param name="Decoder">Who answers it.</param>
/// <param name="Request">What it is asked.</param>
/// <param name="Tools">The tools that it may call; null: none.</param>
/// <param name="ThinkingEnd">What ends the reasoning before the answer; null: there is none.</param>
/// <param name="Recorder">The trace to give back; null: none was asked for.</param>
internal sealed record ChatRequest(HostedDecoder Decoder, DecodingRequest Request, ChatTools? Tools, string? ThinkingEnd, TraceRecorder? Recorder)
{
    /// <summary>Whether the front of its answers is to be told.</summary>
    public bool TellsFront { get; init; }

    /// <summary>Takes the answer apart.</summary>
    public ChatReply Reply() => new(Tools?.Calls, ThinkingEnd);
}
