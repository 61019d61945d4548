namespace DecodeAlign.Decoding;

/// <summary>Pipelines of decoders.</summary>
public static class DecoderExtensions
{
    /// <summary>Begins a pipeline around a decoder.</summary>
    /// <param name="decoder">The decoder in the middle.</param>
    public static DecoderBuilder AsBuilder(this IDecoder decoder) => new(decoder);

    /// <summary>What stands behind a decoder; null: nothing of this type.</summary>
    /// <typeparam name="T">What is asked for, such as <see cref="ILanguageModel"/>.</typeparam>
    /// <param name="decoder">The decoder.</param>
    public static T? GetService<T>(this IDecoder decoder)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(decoder);
        return (T?)decoder.GetService(typeof(T));
    }
}
