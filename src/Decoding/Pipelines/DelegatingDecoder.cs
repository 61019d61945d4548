namespace DecodeAlign.Decoding;

/// <summary>
/// A decoder around another: it passes everything on, and what derives from it changes what it wants to. One that overrides <see cref="GenerateAsync"/> alone is passed by when a text is streamed or a batch is asked
/// for: override all three where all three are meant. Safe for concurrent calls where the inner decoder is.
/// </summary>
public abstract class DelegatingDecoder : IDecoder
{
    /// <summary>Wraps a decoder.</summary>
    /// <param name="inner">The decoder that is passed on to; the caller keeps ownership.</param>
    protected DelegatingDecoder(IDecoder inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <summary>The decoder that is passed on to.</summary>
    protected IDecoder Inner { get; }

    /// <inheritdoc/>
    public virtual Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default) => Inner.GenerateAsync(request, cancellationToken);

    /// <inheritdoc/>
    public virtual IAsyncEnumerable<DecodingUpdate> StreamAsync(DecodingRequest request, CancellationToken cancellationToken = default) => Inner.StreamAsync(request, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<DecodingBatch> GenerateBatchAsync(DecodingRequest request, IReadOnlyList<BatchPrompt> prompts, CancellationToken cancellationToken = default) =>
        Inner.GenerateBatchAsync(request, prompts, cancellationToken);

    /// <inheritdoc/>
    public virtual object? GetService(Type serviceType)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceType.IsInstanceOfType(this) ? this : Inner.GetService(serviceType);
    }
}
