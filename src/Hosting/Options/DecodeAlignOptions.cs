namespace DecodeAlign.Hosting;

/// <summary>Models and decoders by name. Bound from the configuration section given to <c>AddDecodeAlign</c>, then changed by code; checked when the host starts.</summary>
public sealed class DecodeAlignOptions
{
    /// <summary>The section that is read where none is given.</summary>
    public const string SectionName = "DecodeAlign";

    /// <summary>The name that is used where none is given.</summary>
    public const string DefaultName = "default";

    /// <summary>The models, by name (case counts). Without any there is one: <c>default</c>, the embedded model.</summary>
    public IDictionary<string, ModelOptions> Models { get; } = new Dictionary<string, ModelOptions>(StringComparer.Ordinal);

    /// <summary>The decoders, by name (case counts). Without any there is one: <c>default</c>, DeAL with its published settings.</summary>
    public IDictionary<string, DecoderOptions> Decoders { get; } = new Dictionary<string, DecoderOptions>(StringComparer.Ordinal);

    /// <summary>Rewards that servers compute, by name (case counts). Decoders and requests name them as they name heuristics of the container. Default none.</summary>
    public IDictionary<string, RewardServerOptions> Rewards { get; } = new Dictionary<string, RewardServerOptions>(StringComparer.Ordinal);

    /// <summary>What was wrong with the configuration itself.</summary>
    internal List<string> Faults { get; } = [];

    /// <summary>Where the options came from, for messages.</summary>
    internal string Path { get; set; } = SectionName;
}
