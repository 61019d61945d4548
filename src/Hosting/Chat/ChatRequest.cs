using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>What a chat request comes down to.</summary>
/// <param name="Decoder">Who answers it.</param>
/// <param name="Request">What it is asked.</param>
/// <param name="Recorder">The trace to give back; null: none was asked for.</param>
internal sealed record ChatRequest(HostedDecoder Decoder, DecodingRequest Request, TraceRecorder? Recorder);
