namespace DecodeAlign.Server;

/// <summary>What the options may be.</summary>
internal static class ServerOptionsCheck
{
    public const string Message = "a limit of the server is out of its range: each must be at least 1, a time above zero, and no API key empty";

    public static bool Holds(ServerOptions options) =>
        options is { MaxBodyBytes: >= 1, MaxConcurrentRequests: >= 1, MaxChoices: >= 1, MaxTokens: >= 1, MaxBreadth: >= 1, Decoder.Length: > 0 }
        && options.RequestTimeout > TimeSpan.Zero && options.RequestTimeout.TotalMilliseconds < int.MaxValue
        && !options.ApiKeys.Any(string.IsNullOrWhiteSpace);
}
