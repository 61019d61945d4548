using DecodeAlign.Decoding;

namespace DecodeAlign.Tests;

/// <summary>Somebody else's decoder: it writes one text at a time, and whatever else a decoder offers is the interface's own.</summary>
internal sealed class PlainDecoder(Decoder inner) : IDecoder
{
    private int _calls;

    public int Calls => _calls;

    public Task<DecodingResult> GenerateAsync(DecodingRequest request, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _calls);
        return inner.GenerateAsync(request, cancellationToken);
    }

    // it has a model, and says so
    object? IDecoder.GetService(Type serviceType) => serviceType.IsInstanceOfType(this) ? this : inner.GetService(serviceType);
}
