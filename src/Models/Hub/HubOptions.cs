namespace DecodeAlign.Models;

/// <summary>Where models by name come from and are kept: as the hub's own tools have it, so that what one has downloaded the other finds.</summary>
public sealed record HubOptions
{
    /// <summary>The hub's address. Default <c>https://huggingface.co</c>; environment: <c>HF_ENDPOINT</c>.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>The cache's folder. Default <c>~/.cache/huggingface/hub</c>; environment: <c>HF_HUB_CACHE</c>, or <c>hub</c> in <c>HF_HOME</c>.</summary>
    public string CacheFolder { get; init; } = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "huggingface", "hub");

    /// <summary>The user's access token; null (default): none. Environment: <c>HF_TOKEN</c>, or the file <c>token</c> in <c>HF_HOME</c>, where the hub's own log-in puts it.</summary>
    public string? Token { get; init; }

    /// <summary>Whether the network may not be used. Default false; environment: <c>HF_HUB_OFFLINE</c>.</summary>
    public bool Offline { get; init; }

    /// <summary>Files downloaded at once, from 1 to 16. Default 4.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How often a broken connection is taken up again where it stopped, before the download fails, from 0 to 100. Default 5.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The wait before the first of these; it doubles. Default 1 second.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing may come before a connection counts as broken. Default 60 seconds.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Bytes free where a folder is; for tests.</summary>
    internal Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;

    /// <summary>What the environment says.</summary>
    /// <exception cref="InvalidOperationException"><c>HF_ENDPOINT</c> is no address.</exception>
    public static HubOptions FromEnvironment() => FromEnvironment(Environment.GetEnvironmentVariable);

    internal static HubOptions FromEnvironment(Func<string, string?> variable)
    {
        string? Find(string name) => variable(name) is { Length: > 0 } value ? value : null;
        var options = new HubOptions();
        var home = Find("HF_HOME") ?? (Find("XDG_CACHE_HOME") is { } caches ? Path.Combine(caches, "huggingface") : Path.GetDirectoryName(options.CacheFolder)!);
        if (Find("HF_ENDPOINT") is { } endpoint)
            options = options with { Endpoint = Uri.TryCreate(endpoint.TrimEnd('/'), UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address : throw new InvalidOperationException($"HF_ENDPOINT: '{endpoint}' is no address") };
        return options with
        {
            CacheFolder = Find("HF_HUB_CACHE") ?? Find("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(home, "hub"),
            Token = Find("HF_TOKEN") ?? Find("HUGGING_FACE_HUB_TOKEN") ?? ReadToken(Find("HF_TOKEN_PATH") ?? Path.Combine(home, "token")),
            Offline = Find("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
        };
    }

    private static string? ReadToken(string path) => File.Exists(path) && new FileInfo(path).Length < 4096 && File.ReadAllText(path).Trim() is { Length: > 0 } token ? token : null;
}
