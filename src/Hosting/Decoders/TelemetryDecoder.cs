using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using Microsoft.Extensions.Logging;

namespace DecodeAlign.Hosting;

/// <summary>Measures and logs what goes through it, a batch as one request.</summary>
internal sealed class TelemetryDecoder(IDecoder inner, string operation, string name, Telemetry telemetry, ILogger log, TimeProvider time) : DelegatingDecoder(inner)
{
    private string Model => this.GetService<HostedModel>()?.Name ?? ResponseModel;

    private string ResponseModel => this.GetService<ILanguageModel>()?.Facts.Name ?? "unknown";

    public override async Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var scope = Begin(request, [request.Prompt]);
        try
        {
            var result = await Inner.GenerateAsync(request, cancellationToken).ConfigureAwait(false);
            scope.Succeed(ResponseModel, [result.Answer], result.Statistics);
            return result;
        }
        catch (Exception fault)
        {
            scope.Fail(fault);
            throw;
        }
    }

    public override async Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        using var scope = Begin(request, prompts.Select(prompt => prompt.Prompt));
        try
        {
            var batch = await Inner.GenerateBatchAsync(request, prompts, cancellationToken).ConfigureAwait(false);
            scope.Succeed(ResponseModel, [.. batch.Texts.Select(text => text.Answer)], batch.Statistics);
            return batch;
        }
        catch (Exception fault)
        {
            scope.Fail(fault);
            throw;
        }
    }

    public override async IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var scope = Begin(request, [request.Prompt]);
        IAsyncEnumerator<DecodingUpdate>? updates = null;
        var ended = false;
        try
        {
            while (true)
            {
                try
                {
                    updates ??= Inner.StreamAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    if (!await updates.MoveNextAsync().ConfigureAwait(false)) yield break;
                }
                catch (Exception fault)
                {
                    ended = true;
                    scope.Fail(fault);
                    throw;
                }
                scope.Chunk();
                if (updates.Current.Result is { } result)
                {
                    ended = true;
                    scope.Succeed(ResponseModel, [result.Answer], result.Statistics);
                }
                yield return updates.Current;
            }
        }
        finally
        {
            if (updates is not null) await updates.DisposeAsync().ConfigureAwait(false);
            if (!ended) scope.Fail(new OperationCanceledException("the enumeration was left"));
        }
    }

    private RequestScope Begin(DecodingRequest request, IEnumerable<string> prompts) => new(telemetry, log, time, operation, name, Model, request, prompts);
}
