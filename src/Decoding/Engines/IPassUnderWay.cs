namespace DecodeAlign.Decoding;

/// <summary>
/// A pass that a device computes while the host does something else (<see cref="IInferenceEngine.Begin"/>). Passes end in the order in which they began, each once, and are ended by the engine's one caller.
/// </summary>
public interface IPassUnderWay
{
    /// <summary>Whether one more pass may begin before this one ends. Its rows may build on this one's. Otherwise the engine is not to be called before the end but for sessions that have no row in it.</summary>
    bool MayBeFollowed { get; }

    /// <summary>
    /// Waits for the device and answers the reads. Where it throws, the KV of the rows counts as held and is not valid: the caller ends what it began after it, and frees the rows of both, the last ones first.
    /// </summary>
    /// <param name="reads">The reads that the pass began with.</param>
    void Finish(ReadOnlySpan<EvaluationRequest> reads);
}
