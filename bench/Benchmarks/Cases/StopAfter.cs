using DecodeAlign.Decoding;

namespace DecodeAlign.Benchmarks;

/// <summary>Stops a search after some steps, with lookaheads as long as if it went on.</summary>
internal sealed class StopAfter(int steps, CancellationTokenSource stop) : IProgress<DecodingProgress>
{
    public void Report(DecodingProgress value)
    {
        if (value.Step == steps) stop.Cancel();
    }
}
