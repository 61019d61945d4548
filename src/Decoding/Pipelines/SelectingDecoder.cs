using System.Runtime.CompilerServices;

namespace DecodeAlign.Decoding;

/// <summary>
/// A selection around any decoder: it asks for whole answers and chooses one. A stream delivers the whole text at its end, since nothing is chosen before. A selection in the request's own decoder chooses first, within.
/// Safe for concurrent calls where the inner decoder is.
/// </summary>
public sealed class SelectingDecoder : DelegatingDecoder
{
    private readonly Selection _selection;

    /// <summary>Wraps a decoder.</summary>
    /// <param name="inner">What writes the answers; the caller keeps ownership.</param>
    /// <param name="selection">What chooses.</param>
    /// <exception cref="ArgumentException">A field of the selection is out of its range.</exception>
    public SelectingDecoder(IDecoder inner, Selection selection)
        : base(inner)
    {
        ArgumentNullException.ThrowIfNull(selection);
        selection.Validate();
        _selection = selection;
    }

    /// <summary>Whether the choice is by the request's heuristics.</summary>
    internal bool ReadsHeuristics => _selection.ReadsHeuristics;

    /// <inheritdoc/>
    public override async Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var batch = await GenerateBatchAsync(request, [new(request.Prompt, request.Stream)], cancellationToken).ConfigureAwait(false);
        var result = batch.First(_selection.NameOver(request.Decoder.Name), request.Seed);
        request.Trace?.OnEnd(result);
        return result;
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var result = await GenerateAsync(request, cancellationToken).ConfigureAwait(false);
        yield return new(result.Text, result.Answer.Ids, result);
    }

    /// <inheritdoc/>
    public override Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(prompts);
        Require.That(prompts.Count > 0, nameof(prompts), "at least one prompt", "empty");
        return _selection.SelectAsync(Inner, request.Trace is { } sink ? request with { Trace = new JoinedTrace(sink, _selection, _selection.NameOver(request.Decoder.Name)) } : request, prompts, cancellationToken);
    }
}
