namespace DecodeAlign.Cli;

/// <summary>What a server is started with.</summary>
internal sealed record ServeSetup
{
    public required ModelSettings Model { get; init; }

    /// <summary>A file with models and decoders in place of <see cref="Model"/>; null: none.</summary>
    public string? AppSettings { get; init; }

    public required string Urls { get; init; }

    public IReadOnlyList<string> Keys { get; init; } = [];

    public IReadOnlyList<string> Origins { get; init; } = [];

    public required string Decoder { get; init; }

    public int MaxRequests { get; init; }

    public long MaxBodyBytes { get; init; }

    public TimeSpan Timeout { get; init; }

    public bool Playground { get; init; }

    public bool Verbose { get; init; }
}
