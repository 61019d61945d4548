using System.Runtime.InteropServices;
using DecodeAlign.Decoding;

namespace DecodeAlign.Torch;

/// <summary>A pass from its beginning to its end: its plan, and whether the device may still read what it sent. Kept, and begun again.</summary>
internal sealed class TorchPass(TorchEngine engine, PassPlan plan) : IPassUnderWay, IDisposable
{
    public PassPlan Plan => plan;

    /// <summary>Whether the device may still read the plan's upload, as nothing has waited for it.</summary>
    public bool MayStillRun { get; set; }

    /// <inheritdoc/>
    /// <remarks>Answers are waited for by a copy, which waits for all that was begun by then: only a pass without reads may be followed.</remarks>
    public bool MayBeFollowed => plan.ReadRows == 0;

    /// <inheritdoc/>
    public void Finish(ReadOnlySpan<EvaluationRequest> reads)
    {
        try
        {
            engine.Finish(this, reads);
        }
        finally
        {
            plan.Clear();
        }
    }

    public void Dispose() => plan.Dispose();
}
