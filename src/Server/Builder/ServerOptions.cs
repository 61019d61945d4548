namespace DecodeAlign.Server;

/// <summary>What the endpoints allow. Read when <see cref="DecodeAlignEndpoints.MapDecodeAlign"/> maps them.</summary>
public sealed class ServerOptions
{
    /// <summary>The decoder of a request that names none, of the container or of the catalogue. Default <c>sample</c>; a request that names heuristics, and no decoder, is answered by <c>deal</c>.</summary>
    public string Decoder { get; set; } = "sample";

    /// <summary>Keys of which a request must bring one, as <c>Authorization: Bearer KEY</c>. Default none: everybody is answered.</summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>Most bytes of a request's body, at least 1; default 4 MiB. A larger one is refused with 413.</summary>
    public long MaxBodyBytes { get; set; } = 4 << 20;

    /// <summary>Most requests that are worked on at once, at least 1; default 256. A further one is refused with 429.</summary>
    public int MaxConcurrentRequests { get; set; } = 256;

    /// <summary>Most answers to one request: its prompts times its <c>n</c>, at least 1; default 16.</summary>
    public int MaxChoices { get; set; } = 16;

    /// <summary>Most tokens that a request may ask for, at least 1; default 4096. What exceeds the model's context is cut to it.</summary>
    public int MaxTokens { get; set; } = 4096;

    /// <summary>The greatest number that a request may give a setting that counts, such as <c>beam</c>, <c>candidates</c> or <c>answers</c>, at least 1; default 256.</summary>
    public int MaxBreadth { get; set; } = 256;

    /// <summary>How long a request may take, above zero; default 10 minutes. Then it ends with 504, or, where its text has begun, with an error in the stream.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether the playground's page is served at <c>/</c>. Default true.</summary>
    public bool Playground { get; set; } = true;
}
