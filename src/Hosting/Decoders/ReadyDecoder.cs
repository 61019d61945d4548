using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using DecodeAlign.Heuristics;

namespace DecodeAlign.Hosting;

/// <summary>Has requests wait until the models that they run are loaded.</summary>
internal sealed class ReadyDecoder(HostedModel model, Calibration? calibration, TimeProvider time) : DelegatingDecoder(new Decoder(model, time))
{
    public override async Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        await ReadyAsync(request, cancellationToken).ConfigureAwait(false);
        return await Inner.GenerateAsync(request, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        await ReadyAsync(request, cancellationToken).ConfigureAwait(false);
        return await Inner.GenerateBatchAsync(request, prompts, cancellationToken).ConfigureAwait(false);
    }

    public override async IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await ReadyAsync(request, cancellationToken).ConfigureAwait(false);
        await foreach (var update in Inner.StreamAsync(request, cancellationToken).ConfigureAwait(false)) yield return update;
    }

    private async Task ReadyAsync(DecodingRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await model.ReadyAsync(cancellationToken).ConfigureAwait(false);
        CalibrationCheck.Check(calibration, model);
        if (request.LookaheadModel is HostedModel other) await other.ReadyAsync(cancellationToken).ConfigureAwait(false);
        foreach (var guide in request.Guidance?.Guides ?? [])
            if (guide.Model is HostedModel guiding) await guiding.ReadyAsync(cancellationToken).ConfigureAwait(false);
    }
}
