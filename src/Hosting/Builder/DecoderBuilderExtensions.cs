using DecodeAlign.Decoding;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DecodeAlign.Hosting;

/// <summary>What a container adds to a pipeline of decoders.</summary>
public static class DecoderBuilderExtensions
{
    /// <summary>Measures and logs what goes through, under the names that the container's own decoders have. Those have it already, outermost.</summary>
    /// <param name="builder">The pipeline.</param>
    /// <param name="services">A container that <c>AddDecodeAlign</c> was called for.</param>
    /// <param name="name">What metrics and logs call the decoder.</param>
    public static DecoderBuilder UseTelemetry(this DecoderBuilder builder, IServiceProvider services, string name) => builder.UseTelemetry(services, name, "text_completion");

    internal static DecoderBuilder UseTelemetry(this DecoderBuilder builder, IServiceProvider services, string name, string operation)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return builder.Use(inner => new TelemetryDecoder(inner, operation, name, services.GetRequiredService<Telemetry>(), services.GetRequiredService<ILogger<HostedDecoder>>(), services.GetRequiredService<TimeProvider>()));
    }
}
