using System.Runtime.CompilerServices;
using DecodeAlign.Decoding;
using Microsoft.Extensions.Logging;

namespace DecodeAlign.Hosting;

/// <summary>
/// A named decoder of the container: a model and a preset, with the heuristics and constraints that its options name. Requests wait until the model is loaded, share its passes, and are
/// measured and logged. Safe for concurrent calls.
/// </summary>
public sealed class HostedDecoder : IDecoder
{
    private readonly Telemetry _telemetry;
    private readonly ILogger<HostedDecoder> _log;
    private readonly TimeProvider _time;
    private readonly DecodingRequest _preset;

    internal HostedDecoder(string name, HostedModel model, DecodingRequest preset, PreferenceSettings? preferences, Telemetry telemetry, ILogger<HostedDecoder> log, TimeProvider time)
    {
        (Name, Model, Preferences, _preset, _telemetry, _log, _time) = (name, model, preferences, preset, telemetry, log, time);
    }

    /// <summary>The name that options and keyed services call it by.</summary>
    public string Name { get; }

    /// <summary>Its model.</summary>
    public HostedModel Model { get; }

    /// <summary>How its model is told of a preference; null: it can't be.</summary>
    internal PreferenceSettings? Preferences { get; }

    /// <summary>A request with the preset's options, heuristics and constraints, to be changed by <c>with</c>.</summary>
    /// <param name="prompt">What the text goes on from.</param>
    public DecodingRequest CreateRequest(string prompt) => _preset with { Prompt = prompt };

    /// <summary>Generates one text as the preset says.</summary>
    /// <param name="prompt">What the text goes on from.</param>
    /// <param name="cancellationToken">Cancels by throwing, within one pass.</param>
    /// <exception cref="InvalidOperationException">The model could not be loaded. For all else see <see cref="IDecoder.GenerateAsync"/>.</exception>
    public Task<DecodingResult> GenerateAsync(string prompt, CancellationToken cancellationToken = default) => GenerateAsync(CreateRequest(prompt), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model could not be loaded.</exception>
    public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default) => RunAsync("text_completion", request, cancellationToken);

    /// <summary>As <see cref="StreamAsync(DecodingRequest, CancellationToken)"/>, as the preset says.</summary>
    /// <param name="prompt">What the text goes on from.</param>
    /// <param name="cancellationToken">Cancels by throwing, within one pass.</param>
    public IAsyncEnumerable<DecodingUpdate> StreamAsync(string prompt, CancellationToken cancellationToken = default) => StreamAsync(CreateRequest(prompt), cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, CancellationToken cancellationToken = default) => RunStreamAsync("text_completion", request, cancellationToken);

    /// <summary>Robust Preference Selection: answers under several directions near the preference, of which the best is kept.</summary>
    /// <param name="request">What to write, and what is preferred.</param>
    /// <param name="cancellationToken">Cancels by throwing, within one pass.</param>
    public Task<PreferenceResult> GenerateAsync(PreferenceRequest request, CancellationToken cancellationToken = default) => RunAsync("text_completion", request, cancellationToken);

    internal async Task<DecodingResult> RunAsync(string operation, DecodingRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var scope = Begin(operation, request);
        try
        {
            await ReadyAsync(request, cancellationToken).ConfigureAwait(false);
            var result = await new Decoder(Model, _time).GenerateAsync(request, cancellationToken).ConfigureAwait(false);
            scope.Succeed(Model.Facts.Name, result.Answer, result.Statistics);
            return result;
        }
        catch (Exception fault)
        {
            scope.Fail(fault);
            throw;
        }
    }

    internal async Task<PreferenceResult> RunAsync(string operation, PreferenceRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var scope = Begin(operation, request.Inner);
        try
        {
            await ReadyAsync(request.Inner, cancellationToken).ConfigureAwait(false);
            var result = await new PreferenceDecoder(Model, _time).GenerateAsync(request, cancellationToken).ConfigureAwait(false);
            scope.Succeed(Model.Facts.Name, result.Chosen.Answer, result.Statistics);
            return result;
        }
        catch (Exception fault)
        {
            scope.Fail(fault);
            throw;
        }
    }

    internal async IAsyncEnumerable<DecodingUpdate> RunStreamAsync(string operation, DecodingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var scope = Begin(operation, request);
        IAsyncEnumerator<DecodingUpdate>? updates = null;
        var ended = false;
        try
        {
            while (true)
            {
                try
                {
                    if (updates is null)
                    {
                        await ReadyAsync(request, cancellationToken).ConfigureAwait(false);
                        updates = new Decoder(Model, _time).StreamAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
                    }
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
                    scope.Succeed(Model.Facts.Name, result.Answer, result.Statistics);
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

    private RequestScope Begin(string operation, DecodingRequest request) => new(_telemetry, _log, _time, operation, Name, Model.Name, request);

    private async Task ReadyAsync(DecodingRequest request, CancellationToken cancellationToken)
    {
        await Model.ReadyAsync(cancellationToken).ConfigureAwait(false);
        if (request.LookaheadModel is HostedModel other) await other.ReadyAsync(cancellationToken).ConfigureAwait(false);
    }
}
