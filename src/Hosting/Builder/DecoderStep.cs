using DecodeAlign.Decoding;

namespace DecodeAlign.Hosting;

/// <summary>Adds to the pipeline of one of the container's decoders.</summary>
internal delegate void DecoderStep(DecoderBuilder pipeline, IServiceProvider services);
