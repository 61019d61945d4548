using DecodeAlign.Decoding;
using DecodeAlign.Remote;

namespace DecodeAlign.Hosting;

/// <summary>A reward that a server computes (vLLM's or SGLang's), under a name that decoders rank by as by a heuristic of the container.</summary>
public sealed class RewardServerOptions
{
    /// <summary>The server, such as <c>http://localhost:8000</c>. It has to be given.</summary>
    public string Url { get; set; } = "";

    /// <summary>What is asked. Default <see cref="RewardEndpoint.Classify"/>.</summary>
    public RewardEndpoint Endpoint { get; set; }

    /// <summary>Name of the model on the server; empty (default): its only one.</summary>
    public string Model { get; set; } = "";

    /// <summary>Which of its numbers is the reward, from 0. Default 0.</summary>
    public int Output { get; set; }

    /// <summary>A value that no reward is below, by which searches prune; null (default): there is none.</summary>
    public double? Least { get; set; }

    /// <summary>A value that no reward is above; null (default): there is none.</summary>
    public double? Greatest { get; set; }

    /// <summary>The server's bearer key; null (default): none. Give it by a secret store or the environment, not in a file that others read.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Most requests to the server under way at once, of all searches together, 1 to 1024; default 8.</summary>
    public int MostRequests { get; set; } = 8;

    /// <summary>How long one answer of the server may take, in seconds, above 0 to 86400; default 120.</summary>
    public double RequestTimeoutSeconds { get; set; } = 120;

    /// <summary>What is wrong, each with its key.</summary>
    internal IEnumerable<(string Key, string Fault)> Faults()
    {
        // what an address may hold is not told again
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            yield return (nameof(Url), $"must be an address such as http://localhost:8000, without user and password (there is {nameof(ApiKey)}); it is {(Url.Length == 0 ? "missing" : "another text")}");
        if (!Enum.IsDefined(Endpoint)) yield return (nameof(Endpoint), $"must be one of {string.Join(", ", Enum.GetNames<RewardEndpoint>())}; it is {Endpoint}");
        if (Output < 0) yield return (nameof(Output), FormattableString.Invariant($"must be at least 0; it is {Output}"));
        if (Least is { } least && !double.IsFinite(least)) yield return (nameof(Least), "must be a finite number");
        if (Greatest is { } greatest && !(double.IsFinite(greatest) && greatest >= (Least ?? greatest))) yield return (nameof(Greatest), $"must be a finite number, at least {nameof(Least)}");
        if (MostRequests is < 1 or > 1024) yield return (nameof(MostRequests), FormattableString.Invariant($"must be from 1 to 1024; it is {MostRequests}"));
        if (RequestTimeoutSeconds is not (> 0 and <= 86_400)) yield return (nameof(RequestTimeoutSeconds), FormattableString.Invariant($"must be above 0 and at most 86400; it is {RequestTimeoutSeconds}"));
    }

    /// <summary>Makes the reward.</summary>
    internal RemoteReward Create(string name, HttpClient client, TimeProvider time) => new(new(Url), new()
    {
        Name = name,
        Endpoint = Endpoint,
        Model = Model,
        Output = Output,
        Bounds = new(Least ?? double.NegativeInfinity, Greatest ?? double.PositiveInfinity),
        Server = new() { ApiKey = ApiKey, MostRequests = MostRequests, Timeout = TimeSpan.FromSeconds(RequestTimeoutSeconds), Client = client, TimeProvider = time },
    });
}
